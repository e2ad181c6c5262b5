"""How ballots are counted, and what follows from them across sessions. Knows no other feature."""
