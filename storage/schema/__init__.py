"""The tables, as the newest migration leaves them. `tests/storage` holds the two equal.

The full text index over the statements is not here: only SQLite has it, and only a migration can make it.
"""

from storage.schema.base import metadata
from storage.schema.docket import cases, guilds, votes
from storage.schema.hearings import Bench, backgrounds, hearings, opinions, rosters, sources, standings, turns
from storage.schema.work import OPEN_SITTING, charges, outbox, sittings

REVISION = "0002"
"""The newest migration: a record at this revision is up to date."""

__all__ = [
    "OPEN_SITTING",
    "REVISION",
    "Bench",
    "backgrounds",
    "cases",
    "charges",
    "guilds",
    "hearings",
    "metadata",
    "opinions",
    "outbox",
    "rosters",
    "sittings",
    "sources",
    "standings",
    "turns",
    "votes",
]
