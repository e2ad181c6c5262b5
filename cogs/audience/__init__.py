"""Voting: the command, the reactions and the buttons."""
