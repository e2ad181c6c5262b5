"""Whether the bot is well, and figures about it. Imported only if `METRICS_PORT` or `HEARTBEAT_URL` is set."""
