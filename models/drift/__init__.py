"""Whether today's customers are like those that a model learnt from."""
