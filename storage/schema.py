"""The tables, as the newest migration leaves them. `tests/storage` holds the two equal.

The full text index over the statements is not here: only SQLite has it, and only a migration can make it.
"""

from __future__ import annotations

import sqlalchemy as sa

from court.models import Ballot, CaseState, Disposition, Holding, Outcome, Vote, VoteSource
from court.work import DispatchKind, WorkState
from storage.types import ROW_ID, SNOWFLAKE, ModelAddress, UtcDateTime, enum_of

REVISION = "0001"
"""The newest migration: a record at this revision is up to date."""

OPEN_SITTING = sa.text("state IN ('waiting', 'claimed')")
"""Which sittings are open. Text, because an upsert must name the index in the very words that made it."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

guilds = sa.Table(
    "guilds",
    metadata,
    sa.Column("guild_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("verdict_channel_id", SNOWFLAKE),
    sa.Column("mod_channel_id", SNOWFLAKE),
    sa.Column("mod_role_id", SNOWFLAKE),
)

# AUTOINCREMENT, here and below: a button on an old message carries the id, so none is ever given twice.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("guild_id", SNOWFLAKE, nullable=False),
    sa.Column("docket_number", sa.String(4), nullable=False),
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
    sa.CheckConstraint("length(docket_number) = 4", name="docket_number"),
    sa.CheckConstraint("(card_channel_id IS NULL) = (card_message_id IS NULL)", name="card"),
    sa.Index(None, "guild_id", "filed_at"),
    sqlite_autoincrement=True,
)

# The guild is that of the case, repeated here so that its latest ruling is one step in an index.
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
    sa.CheckConstraint("session >= 1", name="session"),
    sa.Index(None, "guild_id", "closed_at"),
)

opinions = sa.Table(
    "opinions",
    metadata,
    sa.Column("case_id", ROW_ID, primary_key=True, autoincrement=False),
    sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
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
)

# Without a rowid the votes of one case lie side by side, which is what a tally reads.
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

sittings = sa.Table(
    "sittings",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", enum_of(WorkState, "state"), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Index(None, "state", "due_at"),
    sa.Index(
        "uq_sittings_open",
        "case_id",
        unique=True,
        sqlite_where=OPEN_SITTING,
        postgresql_where=OPEN_SITTING,
    ),
    sqlite_autoincrement=True,
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", ROW_ID, primary_key=True),
    sa.Column("kind", enum_of(DispatchKind, "kind", check=False), nullable=False),
    sa.Column("guild_id", SNOWFLAKE, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", enum_of(WorkState, "state"), nullable=False),
    sa.Column("case_id", ROW_ID, sa.ForeignKey(cases.c.id)),
    sa.Column("session", sa.Integer),
    sa.Column("user_id", SNOWFLAKE),
    sa.Column("detail", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("recheck", sa.Boolean, nullable=False),
    sa.Column("channel_id", SNOWFLAKE),
    sa.Column("message_id", SNOWFLAKE),
    sa.Column("error", sa.Text),
    sa.ForeignKeyConstraint(["case_id", "session"], [hearings.c.case_id, hearings.c.session]),
    sa.CheckConstraint("(channel_id IS NULL) = (message_id IS NULL)", name="message"),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "message_id"),
    sqlite_autoincrement=True,
)
