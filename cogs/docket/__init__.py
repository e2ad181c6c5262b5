"""Asking, and the moderators' cards, buttons and forms."""
