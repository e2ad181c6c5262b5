"""Connections, transactions, column types, and what a database says when it fails."""
