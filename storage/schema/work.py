"""Rows of work, and what the work costs."""

from __future__ import annotations

import sqlalchemy as sa

from court.models.work import WorkState
from storage.engine.types import ENUM_LENGTH, MONEY, ROW_ID, SNOWFLAKE, Facts, UtcDateTime, enum_of
from storage.schema.base import metadata
from storage.schema.cases import cases
from storage.schema.hearings import hearings

OPEN_IN_QUEUE = sa.text("state IN ('waiting', 'claimed', 'parked')")
"""Which rows of the queue are open. As text, because an upsert must repeat the index's condition word for word."""

hearing_queue = sa.Table(
    "hearing_queue",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", enum_of(WorkState, "state"), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("precedence", sa.Integer, nullable=False),
    sa.Column("adjourned", sa.Boolean, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("unreachable_since", UtcDateTime),
    sa.Index(None, "state", "precedence", "due_at"),
    sqlite_autoincrement=True,
)

sa.Index("uq_hearing_queue_open", hearing_queue.c.case_id, unique=True, sqlite_where=OPEN_IN_QUEUE).ddl_if("sqlite")

# As a statement, because `postgresql_where` loads PostgreSQL's whole dialect: 2 MiB and 20 ms at every start.
sa.event.listen(
    hearing_queue,
    "after_create",
    sa.DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy has not typed it
        f"CREATE UNIQUE INDEX uq_hearing_queue_open ON hearing_queue (case_id) WHERE {OPEN_IN_QUEUE.text}"
    ).execute_if(dialect="postgresql"),
)


outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("kind", sa.String(ENUM_LENGTH), nullable=False),
    sa.Column("guild_id", SNOWFLAKE, nullable=False),
    sa.Column("lane", sa.String(ENUM_LENGTH), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", enum_of(WorkState, "state"), nullable=False),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("notice_id", ROW_ID),
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id)),
    sa.Column("session", sa.Integer),
    sa.Column("user_id", SNOWFLAKE),
    sa.Column("facts", Facts, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("recheck", sa.Boolean, nullable=False),
    sa.Column("channel_id", SNOWFLAKE),
    sa.Column("message_id", SNOWFLAKE),
    sa.Column("error", sa.Text),
    sa.ForeignKeyConstraint(["case_id", "session"], [hearings.c.case_id, hearings.c.session]),
    sa.CheckConstraint("(channel_id IS NULL) = (message_id IS NULL)", name="message"),
    sa.Index(None, "guild_id", "lane", "state", "due_at"),
    sa.Index(None, "message_id"),
    sa.Index(None, "case_id", "kind"),
    sqlite_autoincrement=True,
)

# `due_at` is when the first dispatch of a lane is due, or null if none waits. The outbox grows too long to look there.
lanes = sa.Table(
    "lanes",
    metadata,
    sa.Column("guild_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("lane", sa.String(ENUM_LENGTH), primary_key=True),
    sa.Column("due_at", UtcDateTime),
    sa.Column("closed_until", UtcDateTime),
    sa.Column("limited_until", UtcDateTime),
    sa.Column("paced_until", UtcDateTime),
    sa.Column("owner", sa.Text),
    sa.Column("lease_until", UtcDateTime),
    sa.Index(None, "due_at"),
)

# How far ahead of its pace somebody has gone with an action. Rows whose time is over mean nothing.
paces = sa.Table(
    "paces",
    metadata,
    sa.Column("guild_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("action", sa.String(ENUM_LENGTH), primary_key=True),
    sa.Column("subject_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Index(None, "until"),
)

# A charge is open while `spent` is null: what was set aside counts until the true cost is known.
charges = sa.Table(
    "charges",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", SNOWFLAKE, nullable=False),
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("reserved", MONEY, nullable=False),
    sa.Column("spent", MONEY),
    sa.Column("cut_off_at", UtcDateTime),
    sa.Index(None, "guild_id", "at"),
    sa.Index(None, "at"),
    sqlite_autoincrement=True,
)
