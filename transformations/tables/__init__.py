"""Contracts of every table: one file a layer."""
