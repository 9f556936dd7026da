"""Contracts of every table: by layer, the larger ones split by subject."""
