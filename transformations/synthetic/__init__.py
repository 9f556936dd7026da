"""The generated retailer: people with a hidden hazard, what they do, and what nine vendors' systems
write down of it.
"""
