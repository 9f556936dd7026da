"""What to do for whom: customers as a decision sees them, and its tables."""
