"""Plays: what a shop can do for a customer, read from its catalogue and held to its rules."""
