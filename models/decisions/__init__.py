"""Decisions: who may get which play."""
