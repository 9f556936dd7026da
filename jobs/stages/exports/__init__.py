"""What is sent to other systems as files."""
