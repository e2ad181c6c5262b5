"""Create the first schema: guilds, cases, hearings, votes, the work to do, and the search over statements.

Written out in full and independent of `storage.schema`: the schema keeps changing, this revision must not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SNOWFLAKE = sa.BigInteger()
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)
BALLOTS = "'YES', 'ALMOST', 'IN_RESEARCH', 'NO'"
WORK_STATES = "'waiting', 'claimed', 'posted', 'done', 'dropped'"

TABLES = ("outbox", "sittings", "votes", "standings", "opinions", "hearings", "cases", "guilds")

# The index holds trigrams only and looks the text up in `cases`, so that a statement is stored once.
SEARCH = """
CREATE VIRTUAL TABLE docket_search
USING fts5(statement, content='cases', content_rowid='id', tokenize='trigram')
"""
FORGET = "INSERT INTO docket_search (docket_search, rowid, statement) VALUES ('delete', old.id, old.statement);"
LEARN = "INSERT INTO docket_search (rowid, statement) VALUES (new.id, new.statement);"
TRIGGERS = {
    "docket_search_insert": f"AFTER INSERT ON cases BEGIN {LEARN} END",
    "docket_search_update": f"AFTER UPDATE OF id, statement ON cases BEGIN {FORGET} {LEARN} END",
    "docket_search_delete": f"AFTER DELETE ON cases BEGIN {FORGET} END",
}


def upgrade() -> None:
    _create_guilds()
    _create_cases()
    _create_hearings()
    _create_opinions()
    _create_standings()
    _create_votes()
    _create_sittings()
    _create_outbox()
    if op.get_context().dialect.name == "sqlite":
        _create_search()


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for trigger in TRIGGERS:
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE docket_search")
    for table in TABLES:
        op.drop_table(table)


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({values})", name=op.f(f"ck_{table}_{column}"))


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"))


def _of_hearing(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id", "session"],
        ["hearings.case_id", "hearings.session"],
        name=op.f(f"fk_{table}_case_id_session_hearings"),
    )


def _create_guilds() -> None:
    op.create_table(
        "guilds",
        sa.Column("guild_id", SNOWFLAKE, nullable=False, autoincrement=False),
        sa.Column("verdict_channel_id", SNOWFLAKE),
        sa.Column("mod_channel_id", SNOWFLAKE),
        sa.Column("mod_role_id", SNOWFLAKE),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_guilds")),
    )


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", SNOWFLAKE, nullable=False),
        sa.Column("docket_number", sa.String(4), nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("filed_by", SNOWFLAKE, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("decided_by", SNOWFLAKE),
        sa.Column("decided_at", MOMENT),
        sa.Column("decision_reason", sa.Text),
        sa.Column("card_channel_id", SNOWFLAKE),
        sa.Column("card_message_id", SNOWFLAKE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("guild_id", "docket_number", name=op.f("uq_cases_guild_id_docket_number")),
        sa.CheckConstraint("length(docket_number) = 4", name=op.f("ck_cases_docket_number")),
        sa.CheckConstraint("(card_channel_id IS NULL) = (card_message_id IS NULL)", name=op.f("ck_cases_card")),
        _one_of("cases", "state", "'filed', 'docketed', 'denied', 'merged', 'withdrawn'"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cases_guild_id_filed_at"), "cases", ["guild_id", "filed_at"])


def _create_hearings() -> None:
    op.create_table(
        "hearings",
        sa.Column("case_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("session", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("guild_id", SNOWFLAKE, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("verdict", WORD),
        sa.Column("confidence", sa.Float),
        sa.Column("margin", sa.Float, nullable=False),
        sa.Column("disposition", WORD, nullable=False),
        sa.Column("rule_version", sa.Integer, nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.Column("finding", sa.Text, nullable=False),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("presiding", sa.Text, nullable=False),
        sa.Column("clerk", sa.Text, nullable=False),
        sa.Column("narrator", sa.Text),
        sa.PrimaryKeyConstraint("case_id", "session", name=op.f("pk_hearings")),
        _of_case("hearings"),
        sa.CheckConstraint("session >= 1", name=op.f("ck_hearings_session")),
        _one_of("hearings", "verdict", BALLOTS),
        _one_of(
            "hearings",
            "disposition",
            "'first ruling', 'reaffirmed', 'overturned', 'hung jury', 'mistrial'",
        ),
    )
    op.create_index(op.f("ix_hearings_guild_id_closed_at"), "hearings", ["guild_id", "closed_at"])


def _create_opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("case_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("session", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("seat", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("ballot", WORD),
        sa.Column("confidence", sa.Float),
        sa.Column("reason", sa.Text),
        sa.Column("emerged", sa.Date),
        sa.Column("cause", sa.Text),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("latency", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "session", "seat", name=op.f("pk_opinions")),
        _of_hearing("opinions"),
        sa.CheckConstraint("(outcome = 'ballot') = (ballot IS NOT NULL)", name=op.f("ck_opinions_counted")),
        sa.CheckConstraint("(ballot IS NULL) = (confidence IS NULL)", name=op.f("ck_opinions_confident")),
        _one_of(
            "opinions",
            "outcome",
            "'ballot', 'abstained', 'refused', 'truncated', 'invalid', 'timeout', 'unavailable'",
        ),
        _one_of("opinions", "ballot", BALLOTS),
    )


def _create_standings() -> None:
    op.create_table(
        "standings",
        sa.Column("case_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("holding", WORD, nullable=False),
        sa.Column("leaning", WORD),
        sa.Column("yes", sa.Integer, nullable=False),
        sa.Column("almost", sa.Integer, nullable=False),
        sa.Column("in_research", sa.Integer, nullable=False),
        sa.Column("no", sa.Integer, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_standings")),
        _of_case("standings"),
        _one_of("standings", "holding", f"{BALLOTS}, 'DISPUTED', 'UNHEARD'"),
        _one_of("standings", "leaning", BALLOTS),
    )


def _create_votes() -> None:
    op.create_table(
        "votes",
        sa.Column("case_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("user_id", SNOWFLAKE, nullable=False, autoincrement=False),
        sa.Column("vote", WORD, nullable=False),
        sa.Column("source", WORD, nullable=False),
        sa.Column("cast_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_votes")),
        _of_case("votes"),
        _one_of("votes", "vote", "'yes', 'maybe', 'no'"),
        _one_of("votes", "source", "'button', 'command', 'reaction'"),
        sqlite_with_rowid=False,
    )


def _create_sittings() -> None:
    op.create_table(
        "sittings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
        _of_case("sittings"),
        _one_of("sittings", "state", WORK_STATES),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sittings_state_due_at"), "sittings", ["state", "due_at"])
    is_open = sa.text("state IN ('waiting', 'claimed')")
    op.create_index(
        op.f("uq_sittings_open"),
        "sittings",
        ["case_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("guild_id", SNOWFLAKE, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("case_id", ROW_ID),
        sa.Column("session", sa.Integer),
        sa.Column("user_id", SNOWFLAKE),
        sa.Column("detail", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("recheck", sa.Boolean, nullable=False),
        sa.Column("channel_id", SNOWFLAKE),
        sa.Column("message_id", SNOWFLAKE),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        _of_case("outbox"),
        _of_hearing("outbox"),
        _one_of("outbox", "state", WORK_STATES),
        sa.CheckConstraint("(channel_id IS NULL) = (message_id IS NULL)", name=op.f("ck_outbox_message")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_state_due_at"), "outbox", ["state", "due_at"])
    op.create_index(op.f("ix_outbox_message_id"), "outbox", ["message_id"])


def _create_search() -> None:
    op.execute(SEARCH)
    for name, what in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
