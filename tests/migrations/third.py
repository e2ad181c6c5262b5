"""A record at revision 0003: the rows of revision 0002 under their new names, and notices that are facts."""

from __future__ import annotations

import json
from typing import Any

from tests.migrations.oldest import RULED, Row
from tests.migrations.second import SECOND, dispatch

TABLES = {"sittings": "hearing_queue"}
COLUMNS = {("opinions", "bench"): "status"}
"""What revision 0003 gave another name."""

DROPPED = {("charges", "unpriced")}
"""Columns that nothing read and that are no longer stored."""


def renamed(table: str, row: Row) -> Row:
    """Return a row of an older revision under the names of this one, in which the text of a notice is a fact."""
    if "detail" in row:
        facts = {} if row["detail"] is None else {"text": row["detail"]}
        row = {name: row[name] for name in row if name != "detail"} | {
            "facts": json.dumps(facts, separators=(",", ":"))
        }
    return {COLUMNS.get((table, name), name): row[name] for name in row if (table, name) not in DROPPED}


def _notice(dispatch_id: int, kind: str, facts: dict[str, Any], case_id: int | None = None) -> Row:
    row = renamed("outbox", dispatch(dispatch_id, kind, "waiting", case_id=case_id))
    return row | {"facts": json.dumps(facts)}


THIRD: dict[str, list[Row]] = {
    TABLES.get(table, table): [renamed(table, row) for row in rows] for table, rows in SECOND.items()
}
THIRD["outbox"] += [
    _notice(
        16,
        "adjournment",
        {
            "period": "day",
            "of_host": True,
            "by_admin": False,
            "cap": 2_500_000,
            "spent": 2_400_000,
            "ceiling": 150_000,
            "until": "2026-04-03T00:00:00Z",
        },
    ),
    _notice(
        17,
        "delay",
        {
            "problem": {
                "obstacle": "permissions",
                "channel_id": 2,
                "permissions": ["send_messages"],
                "status": None,
                "detail": None,
            }
        },
        case_id=RULED,
    ),
]
