"""The docket, its guilds and its audience."""

from __future__ import annotations

import sqlalchemy as sa

from court.models import CaseState, Vote, VoteSource
from storage.engine.types import MONEY, ROW_ID, SNOWFLAKE, UtcDateTime, enum_of
from storage.schema.base import metadata

guilds = sa.Table(
    "guilds",
    metadata,
    sa.Column("guild_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("verdict_channel_id", SNOWFLAKE),
    sa.Column("mod_channel_id", SNOWFLAKE),
    sa.Column("mod_role_id", SNOWFLAKE),
    sa.Column("interval_days", sa.Integer),
    sa.Column("daily_cap", MONEY),
    sa.Column("monthly_cap", MONEY),
    sa.Column("adjourned_until", UtcDateTime),
    sa.Column("absent_since", UtcDateTime),
    sa.Column("half_of_day_until", UtcDateTime),
    sa.Column("half_of_month_until", UtcDateTime),
)

# AUTOINCREMENT, here and elsewhere: a button on an old message carries the id, so ids must never be reused.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", SNOWFLAKE, nullable=False),
    sa.Column("docket_number", sa.String(5)),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("state", enum_of(CaseState, "state"), nullable=False),
    sa.Column("filed_by", SNOWFLAKE, nullable=False),
    sa.Column("filed_at", UtcDateTime, nullable=False),
    sa.Column("decided_by", SNOWFLAKE),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("decision_reason", sa.Text),
    sa.Column("card_channel_id", SNOWFLAKE),
    sa.Column("card_message_id", SNOWFLAKE),
    sa.UniqueConstraint("guild_id", "docket_number"),
    sa.CheckConstraint("length(docket_number) BETWEEN 4 AND 5", name="docket_number"),
    sa.CheckConstraint("(card_channel_id IS NULL) = (card_message_id IS NULL)", name="card"),
    sa.Index(None, "guild_id", "filed_at"),
    sa.Index(None, "guild_id", "state", "filed_by"),
    sqlite_autoincrement=True,
)

# Without a rowid, the votes of one case are stored side by side, which is how a tally reads them.
votes = sa.Table(
    "votes",
    metadata,
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), primary_key=True, autoincrement=False),
    sa.Column("user_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("vote", enum_of(Vote, "vote"), nullable=False),
    sa.Column("source", enum_of(VoteSource, "source"), nullable=False),
    sa.Column("cast_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
