"""`/setup` and `/court`: settings, budget, statistics, and what the court is."""
