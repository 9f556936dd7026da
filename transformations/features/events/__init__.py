"""What each fact counts as, by the subject of its table."""
