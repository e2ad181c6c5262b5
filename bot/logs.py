"""Logging for hosts. Nothing secret and nobody's name is in it."""

from __future__ import annotations

import logging

OURS = ("bot", "cogs", "court", "providers", "storage")


def set_up_logging(level: str) -> None:
    """Log to standard error: our rooms at `level`, libraries at INFO or above.

    Libraries never at DEBUG: discord.py then writes whole gateway events, members' names included.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", level=logging.INFO)
    logging.getLogger().setLevel(max(logging.getLevelName(level), logging.INFO))
    for room in OURS:
        logging.getLogger(room).setLevel(level)
    # One line a tick or a request is no news.
    for chatty in ("apscheduler", "httpx2", "httpx", "alembic", "discord.client"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
