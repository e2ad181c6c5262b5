"""Statements: their wording, filing, moderation and look-up."""
