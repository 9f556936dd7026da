"""What an action changes: effects of plays by cell of customers, by customer, and whether it pays
to choose by them.
"""
