"""Boosted trees as data: extraction, scoring and exact contributions, shared by churn and value."""
