"""Which play each customer may be offered, what it would change, and what is drawn by lot."""
