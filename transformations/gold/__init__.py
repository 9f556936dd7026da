"""What people and programs outside read: one row a customer, its keys, orders, days
and messages.
"""
