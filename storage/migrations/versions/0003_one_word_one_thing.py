"""Rename the hearing queue and the status of an opinion, and store announcements as facts.

A charge loses `unpriced`, which nothing reads. Written out in full and
independent of `storage.schema`: the schema keeps changing, this revision must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)
OPEN = sa.text("state IN ('waiting', 'claimed')")
STATES = "'waiting', 'claimed', 'posted', 'done', 'dropped'"
STATUSES = "'seated', 'replaced', 'former'"


def upgrade() -> None:
    _move_queue("sittings", "hearing_queue")
    _rename_status("bench", "status")
    _keep_facts()
    with _rebuilt("charges") as charges:
        charges.drop_column("unpriced")


def downgrade() -> None:
    op.add_column("charges", sa.Column("unpriced", sa.Integer))
    op.execute("UPDATE charges SET unpriced = 0")
    with _rebuilt("charges") as charges:
        charges.alter_column("unpriced", existing_type=sa.Integer(), nullable=False)
    _keep_sentences()
    _rename_status("status", "bench")
    _move_queue("hearing_queue", "sittings")


def _move_queue(old: str, new: str) -> None:
    """Create the queue again under its new name, so that its constraints and indexes are named after it too."""
    columns = "id, case_id, due_at, state, attempts, precedence, adjourned"
    op.create_table(
        new,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("precedence", sa.Integer, nullable=False),
        sa.Column("adjourned", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{new}_case_id_cases")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f(f"ck_{new}_state")),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} ORDER BY id")  # noqa: S608 - our own names
    _count_on(old, new)
    op.drop_table(old)
    op.create_index(op.f(f"ix_{new}_state_precedence_due_at"), new, ["state", "precedence", "due_at"])
    op.create_index(f"uq_{new}_open", new, ["case_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


@contextmanager
def _rebuilt(table: str) -> Iterator[BatchOperations]:
    """Change a table whose ids are never given twice. SQLite rebuilds it, and would count on from the last row."""
    on_sqlite = op.get_context().dialect.name == "sqlite"
    if on_sqlite:
        op.execute(f"INSERT INTO sqlite_sequence SELECT 'kept', seq FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608 - our own names
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as changed:
        yield changed
    if on_sqlite:
        _count_on("kept", table)
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'kept'")


def _count_on(old: str, new: str) -> None:
    """Give the next row of `new` the id that it would have had in `old`."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"SELECT setval(pg_get_serial_sequence('{new}', 'id'), coalesce(max(id), 0) + 1, false) FROM {new}")  # noqa: S608
        return
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{new}'")  # noqa: S608
    op.execute(f"INSERT INTO sqlite_sequence SELECT '{new}', seq FROM sqlite_sequence WHERE name = '{old}'")  # noqa: S608


def _rename_status(old: str, new: str) -> None:
    with op.batch_alter_table("opinions") as opinions:
        opinions.drop_constraint(op.f(f"ck_opinions_{old}"), type_="check")
        opinions.alter_column(old, existing_type=WORD, existing_nullable=False, new_column_name=new)
        opinions.create_check_constraint(op.f(f"ck_opinions_{new}"), f"{new} IN ({STATUSES})")


def _keep_facts() -> None:
    """Turn the sentences of notices into facts of the kind `notice`."""
    op.add_column("outbox", sa.Column("facts", sa.JSON))
    json_object = "json_build_object" if op.get_context().dialect.name == "postgresql" else "json_object"
    op.execute(f"UPDATE outbox SET facts = {json_object}('text', detail) WHERE detail IS NOT NULL")  # noqa: S608
    op.execute("UPDATE outbox SET facts = '{}' WHERE detail IS NULL")
    # So that moderators who know why a ruling waits are not told again.
    op.execute(
        "UPDATE outbox SET error = 'no verdict channel' "
        "WHERE error = 'no verdict channel is set: /setup channels sets it'"
    )
    with _rebuilt("outbox") as outbox:
        outbox.alter_column("facts", existing_type=sa.JSON(), nullable=False)
        outbox.drop_column("detail")


def _keep_sentences() -> None:
    """Turn notices back into sentences. Those that are only facts get a sentence that says where to look."""
    op.add_column("outbox", sa.Column("detail", sa.Text))
    op.execute("UPDATE outbox SET detail = facts ->> 'text'")
    op.execute(
        "UPDATE outbox SET kind = 'notice', detail = 'A cap holds up hearings: see /setup budget.' "
        "WHERE kind = 'adjournment'"
    )
    op.execute(
        "UPDATE outbox SET kind = 'notice', detail = 'A ruling could not be announced: see /setup channels.' "
        "WHERE kind = 'delay'"
    )
    with _rebuilt("outbox") as outbox:
        outbox.drop_column("facts")
