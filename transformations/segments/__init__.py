"""Who is in the base: habits of each customer on each day, and what segments come to."""
