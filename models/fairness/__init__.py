"""Whether groups of people are treated and predicted alike, beyond what chance does."""
