"""Discord in, one service call, Discord out. No SQL and no vendor SDK in here; one feature a file."""
