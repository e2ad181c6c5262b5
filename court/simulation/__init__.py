"""The court's own rules over synthetic jurors, to see what they do. No figure of it says anything of a real model."""
