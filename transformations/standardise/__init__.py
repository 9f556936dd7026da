"""Bronze to silver: each mapping's targets in the shape of their contracts, every source row
accounted for.
"""
