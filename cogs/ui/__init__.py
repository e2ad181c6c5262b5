"""The kit for everything people see: texts, cards, buttons, custom ids, replies, permissions and error messages."""
