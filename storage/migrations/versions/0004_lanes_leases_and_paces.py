"""Add lanes, leases and paces, park the work of servers that are not served, and number cases when they are docketed.

A charge notes whether its hearing was cut off. Written out in full and independent of `storage.schema`: the schema
keeps changing, this revision must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SNOWFLAKE = sa.BigInteger()
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)
STATES = "'waiting', 'claimed', 'posted', 'done', 'dropped'"
OPEN = sa.text("state IN ('waiting', 'claimed')")
OPEN_OR_PARKED = sa.text("state IN ('waiting', 'claimed', 'parked')")
GUILDS = ("absent_since", "half_of_day_until", "half_of_month_until")
OUTBOX: dict[str, sa.types.TypeEngine[Any]] = {"lane": WORD, "tried_at": MOMENT, "notice_id": ROW_ID}
NUMBERS = 0x10000

# A rebuilt table loses its triggers. These are the ones of revision 0001.
FORGET = "INSERT INTO docket_search (docket_search, rowid, statement) VALUES ('delete', old.id, old.statement);"
LEARN = "INSERT INTO docket_search (rowid, statement) VALUES (new.id, new.statement);"
TRIGGERS = {
    "docket_search_insert": f"AFTER INSERT ON cases BEGIN {LEARN} END",
    "docket_search_update": f"AFTER UPDATE OF id, statement ON cases BEGIN {FORGET} {LEARN} END",
    "docket_search_delete": f"AFTER DELETE ON cases BEGIN {FORGET} END",
}

FILL_LANES = """
UPDATE outbox SET lane = CASE
WHEN kind IN ('ruling', 'turn') THEN 'verdicts' WHEN kind = 'denial' THEN 'inbox' ELSE 'moderators' END
"""
WAITING_LANES = """
INSERT INTO lanes (guild_id, lane, due_at)
SELECT guild_id, lane, min(due_at) FROM outbox WHERE state IN ('waiting', 'posted', 'claimed') GROUP BY guild_id, lane
"""


def upgrade() -> None:
    _create_lanes_and_paces()
    with _cases() as cases:
        cases.drop_constraint(op.f("ck_cases_docket_number"), type_="check")
        cases.alter_column(
            "docket_number",
            existing_type=sa.String(4),
            existing_nullable=False,
            type_=sa.String(5),
            nullable=True,
        )
        cases.create_check_constraint(op.f("ck_cases_docket_number"), "length(docket_number) BETWEEN 4 AND 5")
    op.create_index(op.f("ix_cases_guild_id_state_filed_by"), "cases", ["guild_id", "state", "filed_by"])
    _add_leases()
    op.add_column("charges", sa.Column("cut_off_at", MOMENT))
    for name in GUILDS:
        op.add_column("guilds", sa.Column(name, MOMENT))


def downgrade() -> None:
    for name in GUILDS:
        op.drop_column("guilds", name)
    op.drop_column("charges", "cut_off_at")
    _drop_leases()
    op.drop_index(op.f("ix_cases_guild_id_state_filed_by"), "cases")
    _number_all()
    with _cases() as cases:
        cases.drop_constraint(op.f("ck_cases_docket_number"), type_="check")
        cases.alter_column(
            "docket_number",
            existing_type=sa.String(5),
            existing_nullable=True,
            type_=sa.String(4),
            nullable=False,
        )
        cases.create_check_constraint(op.f("ck_cases_docket_number"), "length(docket_number) = 4")
    op.drop_table("paces")
    op.drop_table("lanes")


def _create_lanes_and_paces() -> None:
    op.create_table(
        "lanes",
        sa.Column("guild_id", SNOWFLAKE, nullable=False, autoincrement=False),
        sa.Column("lane", WORD, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("closed_until", MOMENT),
        sa.Column("limited_until", MOMENT),
        sa.Column("paced_until", MOMENT),
        sa.Column("owner", sa.Text),
        sa.Column("lease_until", MOMENT),
        sa.PrimaryKeyConstraint("guild_id", "lane", name=op.f("pk_lanes")),
    )
    op.create_index(op.f("ix_lanes_due_at"), "lanes", ["due_at"])
    op.create_table(
        "paces",
        sa.Column("guild_id", SNOWFLAKE, nullable=False, autoincrement=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("subject_id", SNOWFLAKE, nullable=False, autoincrement=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "action", "subject_id", name=op.f("pk_paces")),
    )
    op.create_index(op.f("ix_paces_until"), "paces", ["until"])


def _add_leases() -> None:
    for name, kind in OUTBOX.items():
        op.add_column("outbox", sa.Column(name, kind))
    op.execute(FILL_LANES)
    op.execute(WAITING_LANES)
    # A message that an earlier court may have sent before it was killed is looked for.
    op.execute("UPDATE outbox SET tried_at = due_at WHERE attempts > 0 AND state IN ('waiting', 'claimed')")
    op.add_column("hearing_queue", sa.Column("owner", sa.Text))
    op.add_column("hearing_queue", sa.Column("lease_until", MOMENT))
    op.drop_index(op.f("ix_outbox_state_due_at"), "outbox")
    with _rebuilt("outbox") as outbox:
        outbox.alter_column("lane", existing_type=WORD, nullable=False)
        _allow(outbox, "outbox", f"{STATES}, 'parked'")
    op.create_index(op.f("ix_outbox_guild_id_lane_state_due_at"), "outbox", ["guild_id", "lane", "state", "due_at"])
    op.create_index(op.f("ix_outbox_case_id_kind"), "outbox", ["case_id", "kind"])
    op.drop_index("uq_hearing_queue_open", "hearing_queue")
    with _rebuilt("hearing_queue") as queue:
        _allow(queue, "hearing_queue", f"{STATES}, 'parked'")
    _create_open(OPEN_OR_PARKED)


def _drop_leases() -> None:
    for table in ("hearing_queue", "outbox"):
        op.execute(f"UPDATE {table} SET state = 'waiting' WHERE state = 'parked'")  # noqa: S608 - our own names
    op.drop_index("uq_hearing_queue_open", "hearing_queue")
    with _rebuilt("hearing_queue") as queue:
        _allow(queue, "hearing_queue", STATES)
        queue.drop_column("owner")
        queue.drop_column("lease_until")
    _create_open(OPEN)
    op.drop_index(op.f("ix_outbox_case_id_kind"), "outbox")
    op.drop_index(op.f("ix_outbox_guild_id_lane_state_due_at"), "outbox")
    with _rebuilt("outbox") as outbox:
        _allow(outbox, "outbox", STATES)
        for name in OUTBOX:
            outbox.drop_column(name)
    op.create_index(op.f("ix_outbox_state_due_at"), "outbox", ["state", "due_at"])


def _allow(changed: BatchOperations, table: str, states: str) -> None:
    changed.drop_constraint(op.f(f"ck_{table}_state"), type_="check")
    changed.create_check_constraint(op.f(f"ck_{table}_state"), f"state IN ({states})")


def _create_open(where: sa.TextClause) -> None:
    op.create_index(
        "uq_hearing_queue_open", "hearing_queue", ["case_id"], unique=True, sqlite_where=where, postgresql_where=where
    )


def _number_all() -> None:
    """Give a number of four digits to every case that has none or one of five: the older schema has no other."""
    if op.get_context().as_sql:
        return
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, guild_id, docket_number FROM cases ORDER BY id")).all()
    used = {(row.guild_id, row.docket_number) for row in rows}
    for row in rows:
        if row.docket_number is not None and len(row.docket_number) == 4:  # noqa: PLR2004
            continue
        numbers = (f"{number:04X}" for number in range(NUMBERS))
        number = next(number for number in numbers if (row.guild_id, number) not in used)
        used.add((row.guild_id, number))
        connection.execute(
            sa.text("UPDATE cases SET docket_number = :number WHERE id = :id"), {"number": number, "id": row.id}
        )


@contextmanager
def _cases() -> Iterator[BatchOperations]:
    with _rebuilt("cases") as cases:
        yield cases
    if op.get_context().dialect.name == "sqlite":
        for name, what in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {what}")


@contextmanager
def _rebuilt(table: str) -> Iterator[BatchOperations]:
    """Change a table whose ids are never given twice. SQLite rebuilds it, and would count on from the last row."""
    on_sqlite = op.get_context().dialect.name == "sqlite"
    if on_sqlite:
        op.execute(f"INSERT INTO sqlite_sequence SELECT 'kept', seq FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608 - our own names
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as changed:
        yield changed
    if on_sqlite:
        op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
        op.execute(f"INSERT INTO sqlite_sequence SELECT '{table}', seq FROM sqlite_sequence WHERE name = 'kept'")  # noqa: S608
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'kept'")
