"""A record at revision 0004: lanes and paces, leases, parked work, and a statement that has no number yet."""

from __future__ import annotations

from tests.migrations.oldest import MOMENT, NEW, RULED, UNLUCKY, Row
from tests.migrations.second import LATER, TURNED
from tests.migrations.third import THIRD

LANES = {"ruling": "verdicts", "turn": "verdicts", "denial": "inbox"}


def _guild(row: Row) -> Row:
    return row | {"absent_since": None, "half_of_day_until": LATER, "half_of_month_until": None}


def _numbered(row: Row) -> Row:
    numbers = {NEW: None, TURNED: "1B0F5"}
    return row | {"docket_number": numbers.get(row["id"], row["docket_number"])}


def _queued(row: Row) -> Row:
    claimed = row["state"] == "claimed"
    state = "parked" if row["case_id"] == TURNED else row["state"]
    return row | {"state": state, "owner": "7-ab" if claimed else None, "lease_until": LATER if claimed else None}


def _dispatch(row: Row) -> Row:
    return row | {"lane": LANES.get(row["kind"], "moderators"), "tried_at": MOMENT, "notice_id": None}


FOURTH: dict[str, list[Row]] = THIRD | {
    "guilds": [_guild(row) for row in THIRD["guilds"]],
    "cases": [_numbered(row) for row in THIRD["cases"]],
    "hearing_queue": [_queued(row) for row in THIRD["hearing_queue"]],
    "outbox": [_dispatch(row) for row in THIRD["outbox"]],
    "charges": [row | {"cut_off_at": LATER if row["case_id"] == RULED else None} for row in THIRD["charges"]],
    "lanes": [
        {
            "guild_id": 1,
            "lane": "verdicts",
            "due_at": MOMENT,
            "closed_until": LATER,
            "limited_until": None,
            "paced_until": MOMENT,
            "owner": "7-ab",
            "lease_until": LATER,
        }
    ],
    "paces": [{"guild_id": 1, "action": "ask", "subject_id": 21, "until": LATER}],
}
FOURTH["outbox"][-1] |= {"notice_id": 16, "case_id": UNLUCKY}
