"""Identity: which source records are one person."""
