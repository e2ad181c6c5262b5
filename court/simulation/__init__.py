"""The court's own rules over synthetic jurors, to see what they do. No result says anything about a real model."""
