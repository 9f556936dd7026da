"""Jobs: read, transform, write, in the words of the domain."""
