"""Agreed figures of the base over time."""
