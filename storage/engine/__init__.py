"""Connections, transactions, column types, and explanations of database errors."""
