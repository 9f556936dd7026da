"""Holdfast: who each customer is, who is leaving and why, and what each is worth."""
