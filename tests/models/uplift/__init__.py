"""Tests of what an action changes."""
