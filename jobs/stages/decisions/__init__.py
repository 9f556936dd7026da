"""What a decision is made from, and how it is made."""
