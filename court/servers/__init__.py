"""What belongs to a server: its settings, its statistics and the paces that people keep to there."""
