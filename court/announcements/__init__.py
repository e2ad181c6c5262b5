"""Announcements, and their delivery."""
