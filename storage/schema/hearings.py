"""The sessions of every case, what was put before them, and what follows from them."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from court.models import Ballot, Disposition, HearingKind, Holding, Outcome, TurnKind
from storage.engine.types import (
    MONEY,
    ROW_ID,
    SNOWFLAKE,
    ModelAddress,
    ModelAddresses,
    Order,
    ServedNames,
    UtcDateTime,
    enum_of,
)
from storage.schema.base import metadata
from storage.schema.cases import cases


class SeatStatus(StrEnum):
    """Where the juror of an opinion sat."""

    SEATED = "seated"
    """On the panel that is counted: `Hearing.opinions`."""
    REPLACED = "replaced"
    """On a seat of that panel until an alternate took it: `Hearing.replaced`."""
    FORMER = "former"
    """On the panel of the former jury: `Hearing.former`."""


rosters = sa.Table(
    "rosters",
    metadata,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("models", ModelAddresses, nullable=False),
    sa.Column("prompt_version", sa.Integer, nullable=False),
    sa.Column("searching", sa.Boolean, nullable=False),
    sa.Column("served", ServedNames),
)

backgrounds = sa.Table(
    "backgrounds",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("researcher", ModelAddress),
    sa.Column("dropped", sa.Integer, nullable=False),
    sa.Column("tokens_in", sa.Integer, nullable=False),
    sa.Column("tokens_out", sa.Integer, nullable=False),
    sa.Column("cost", MONEY, nullable=False),
    sa.Column("unpriced", sa.Integer, nullable=False),
    sa.Column("researcher_served", sa.Text),
    sa.Index(None, "case_id", "at"),
    sqlite_autoincrement=True,
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("background_id", ROW_ID, sa.ForeignKey(backgrounds.c.id), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("published", sa.Date),
)

# `guild_id` repeats the case's guild, so that the guild's latest ruling is one step in an index.
hearings = sa.Table(
    "hearings",
    metadata,
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), primary_key=True, autoincrement=False),
    sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("guild_id", SNOWFLAKE, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime, nullable=False),
    sa.Column("verdict", enum_of(Ballot, "verdict")),
    sa.Column("confidence", sa.Float),
    sa.Column("margin", sa.Float, nullable=False),
    sa.Column("disposition", enum_of(Disposition, "disposition"), nullable=False),
    sa.Column("rule_version", sa.Integer, nullable=False),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Column("finding", sa.Text, nullable=False),
    sa.Column("opinion", sa.Text, nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("presiding", sa.Text, nullable=False),
    sa.Column("clerk", sa.Text, nullable=False),
    sa.Column("narrator", ModelAddress),
    sa.Column("kind", enum_of(HearingKind, "kind"), nullable=False),
    sa.Column("roster", sa.Text, sa.ForeignKey(rosters.c.fingerprint)),
    sa.Column("seed", sa.BigInteger),
    sa.Column("background_id", ROW_ID, sa.ForeignKey(backgrounds.c.id)),
    sa.Column("judge_tokens_in", sa.Integer, nullable=False),
    sa.Column("judge_tokens_out", sa.Integer, nullable=False),
    sa.Column("judge_cost", MONEY, nullable=False),
    sa.Column("judge_unpriced", sa.Integer, nullable=False),
    sa.Column("narrator_served", sa.Text),
    sa.Column("recused", ModelAddresses),
    sa.CheckConstraint("session >= 1", name="session"),
    sa.Index(None, "guild_id", "closed_at"),
)

opinions = sa.Table(
    "opinions",
    metadata,
    sa.Column("case_id", ROW_ID, primary_key=True, autoincrement=False),
    sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("status", enum_of(SeatStatus, "status"), primary_key=True),
    sa.Column("seat", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("model", ModelAddress, nullable=False),
    sa.Column("outcome", enum_of(Outcome, "outcome"), nullable=False),
    sa.Column("ballot", enum_of(Ballot, "ballot")),
    sa.Column("confidence", sa.Float),
    sa.Column("reason", sa.Text),
    sa.Column("emerged", sa.Date),
    sa.Column("cause", sa.Text),
    sa.Column("tokens_in", sa.Integer, nullable=False),
    sa.Column("tokens_out", sa.Integer, nullable=False),
    sa.Column("latency", sa.Float, nullable=False),
    sa.Column("cost", MONEY),
    sa.Column("would_change", sa.Text),
    sa.Column("served", sa.Text),
    sa.Column("system_fingerprint", sa.Text),
    sa.Column("presented", Order),
    sa.ForeignKeyConstraint(["case_id", "session"], [hearings.c.case_id, hearings.c.session]),
    sa.CheckConstraint("(outcome = 'ballot') = (ballot IS NOT NULL)", name="counted"),
    sa.CheckConstraint("(ballot IS NULL) = (confidence IS NULL)", name="confident"),
)

standings = sa.Table(
    "standings",
    metadata,
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), primary_key=True, autoincrement=False),
    sa.Column("holding", enum_of(Holding, "holding"), nullable=False),
    sa.Column("leaning", enum_of(Ballot, "leaning")),
    sa.Column("yes", sa.Integer, nullable=False),
    sa.Column("almost", sa.Integer, nullable=False),
    sa.Column("in_research", sa.Integer, nullable=False),
    sa.Column("no", sa.Integer, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("lifetime_yes", sa.Integer, nullable=False),
    sa.Column("lifetime_almost", sa.Integer, nullable=False),
    sa.Column("lifetime_in_research", sa.Integer, nullable=False),
    sa.Column("lifetime_no", sa.Integer, nullable=False),
    sa.Column("term", sa.Integer, nullable=False),
    sa.Column("since", sa.Integer, nullable=False),
    sa.Column("alarm", enum_of(Ballot, "alarm")),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("case_id", ROW_ID, primary_key=True, autoincrement=False),
    sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", enum_of(TurnKind, "kind"), nullable=False),
    sa.Column("began", sa.Integer, nullable=False),
    sa.Column("held_before", enum_of(Ballot, "held_before"), nullable=False),
    sa.Column("held_after", enum_of(Ballot, "held_after"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(["case_id", "session"], [hearings.c.case_id, hearings.c.session]),
)
