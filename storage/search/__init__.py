"""Finding statements that resemble a text."""
