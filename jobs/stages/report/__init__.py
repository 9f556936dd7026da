"""One HTML page about the last published run: opens offline, in light and dark, prints; its lists
as CSV.
"""
