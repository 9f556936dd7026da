"""The catalogue of plays: what a retailer can do for a customer."""
