"""Logging for hosts. The log contains no secrets and nobody's name."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

OURS = ("bot", "cogs", "court", "providers", "storage")


class JsonLines(logging.Formatter):
    """Writes a JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message` and, if any, `exception`.

    It is written in ASCII, so that the encoding of standard error does not matter.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        traces = [
            self.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else record.exc_text,
            self.formatStack(record.stack_info) if record.stack_info else None,
        ]
        if trace := "\n".join(filter(None, traces)):
            fields["exception"] = trace
        return json.dumps(fields)


def set_up_logging(level: str, form: str = "text") -> None:
    """Log to standard error: our packages at `level`, libraries at INFO or above.

    Libraries never log at DEBUG, because discord.py then writes whole gateway events, including members' names.

    Args:
        level: a level's name.
        form: `text`, or `json` for a JSON object a line. Python's warnings are log lines then, too.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(name)s: %(message)s", level=logging.INFO)
    logging.getLogger().setLevel(max(logging.getLevelName(level), logging.INFO))
    if form == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
        logging.captureWarnings(True)
    for room in OURS:
        logging.getLogger(room).setLevel(level)
    # These would log a line for every tick or request.
    for chatty in ("apscheduler", "httpx2", "httpx", "alembic", "discord.client"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logs_json() -> bool:
    """Return whether the log is written as JSON, so that a last line of the process belongs there too."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)
