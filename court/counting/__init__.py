"""How ballots are counted, and what follows from them across sessions. It imports no other feature."""
