"""Finds statements that are similar to a text."""
