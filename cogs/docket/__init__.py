"""`/ask`, and the moderators' cards, buttons and forms."""
