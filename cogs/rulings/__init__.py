"""Rulings as members see them: cards, their texts and `/verdict`."""
