"""What a customer will spend: BG/NBD and gamma-gamma on grouped cells, boosted trees beside them,
intervals.
"""
