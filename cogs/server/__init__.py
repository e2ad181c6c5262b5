"""`/setup` and `/court`: settings, budget, statistics and information about the court."""
