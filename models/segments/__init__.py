"""Segments by behaviour, lifecycle stages and profiles: fitted, then applied to habits."""
