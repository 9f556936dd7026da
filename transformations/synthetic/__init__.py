"""The generated retailer: people whose leaving has a hidden cause, what they do, and what nine
vendors' systems export of it.
"""
