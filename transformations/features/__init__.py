"""Features: what was knowable of each customer at each cut-off."""
