"""The tables, as the newest migration leaves them. `tests/storage` checks that the two are equal.

The full-text index over the statements is not here: only SQLite has it, and only a migration can create it.
"""

from storage.schema.base import metadata
from storage.schema.cases import cases, guilds, votes
from storage.schema.hearings import SeatStatus, backgrounds, hearings, opinions, rosters, sources, standings, turns
from storage.schema.juries import faults_told, served_models
from storage.schema.work import OPEN_IN_QUEUE, charges, hearing_queue, lanes, outbox, paces

__all__ = [
    "OPEN_IN_QUEUE",
    "SeatStatus",
    "backgrounds",
    "cases",
    "charges",
    "faults_told",
    "guilds",
    "hearing_queue",
    "hearings",
    "lanes",
    "metadata",
    "opinions",
    "outbox",
    "paces",
    "rosters",
    "served_models",
    "sources",
    "standings",
    "turns",
    "votes",
]
