"""What people and programs outside read: one row per customer, its keys, orders, days
and messages.
"""
