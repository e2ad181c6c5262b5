"""The questions of `court init`, a subject a module."""
