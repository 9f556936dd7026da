"""Rivals whose versions of packages are not ours: each script runs in an environment of its own."""
