"""Logging for hosts. The log contains no secrets and nobody's name."""

from __future__ import annotations

import logging

OURS = ("bot", "cogs", "court", "providers", "storage")


def set_up_logging(level: str) -> None:
    """Log to standard error: our packages at `level`, libraries at INFO or above.

    Libraries never log at DEBUG, because discord.py then writes whole gateway events, including members' names.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", level=logging.INFO)
    logging.getLogger().setLevel(max(logging.getLevelName(level), logging.INFO))
    for room in OURS:
        logging.getLogger(room).setLevel(level)
    # These would log a line for every tick or request.
    for chatty in ("apscheduler", "httpx2", "httpx", "alembic", "discord.client"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
