"""Add juries and draws, research, terms and turns, precedence, and costs.

Written out in full and independent of `storage.schema`: the schema keeps changing, this revision must not. Columns are
added empty, filled from what the record knows, and constrained last, so that a table is rebuilt at most once.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Columns: TypeAlias = dict[str, sa.types.TypeEngine[Any]]

SNOWFLAKE = sa.BigInteger()
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MONEY = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)
NUMBER = sa.Integer()
BALLOTS = "'YES', 'ALMOST', 'IN_RESEARCH', 'NO'"

GUILDS: Columns = {"interval_days": NUMBER, "daily_cap": MONEY, "monthly_cap": MONEY, "adjourned_until": MOMENT}
HEARINGS: Columns = {
    "kind": WORD,
    "roster": sa.Text(),
    "seed": sa.BigInteger(),
    "background_id": ROW_ID,
    "judge_tokens_in": NUMBER,
    "judge_tokens_out": NUMBER,
    "judge_cost": MONEY,
    "judge_unpriced": NUMBER,
}
OPINIONS: Columns = {"bench": WORD, "cost": MONEY}
STANDINGS: Columns = {
    "lifetime_yes": NUMBER,
    "lifetime_almost": NUMBER,
    "lifetime_in_research": NUMBER,
    "lifetime_no": NUMBER,
    "term": NUMBER,
    "since": NUMBER,
    "alarm": WORD,
}
SITTINGS: Columns = {"precedence": NUMBER, "adjourned": sa.Boolean()}

# The judge's tokens were not counted. If a model wrote the ruling, it counts as one call without a known price.
FILL_HEARINGS = """
UPDATE hearings SET kind = 'routine', judge_tokens_in = 0, judge_tokens_out = 0, judge_cost = 0,
judge_unpriced = CASE WHEN narrator IS NULL OR rehearsal THEN 0 ELSE 1 END
"""
# An opinion that took no tokens or was rehearsed cost nothing. For all others, no price is known.
FILL_OPINIONS = """
UPDATE opinions SET bench = 'seated', cost = CASE WHEN tokens_in = 0 AND tokens_out = 0 OR EXISTS (
SELECT 1 FROM hearings WHERE hearings.case_id = opinions.case_id AND hearings.session = opinions.session AND rehearsal
) THEN 0 END
"""
FILL_STANDINGS = """
UPDATE standings SET lifetime_yes = yes, lifetime_almost = almost, lifetime_in_research = in_research,
lifetime_no = "no", term = 1, since = 1
"""
# A case never heard before is a first hearing (2). After a mistrial it comes before those (1), else it is routine (3).
FILL_SITTINGS = """
UPDATE sittings SET adjourned = (1 = 0), precedence = CASE (
SELECT disposition FROM hearings WHERE hearings.case_id = sittings.case_id ORDER BY session DESC LIMIT 1
) WHEN 'mistrial' THEN 1 ELSE CASE WHEN EXISTS (
SELECT 1 FROM hearings WHERE hearings.case_id = sittings.case_id
) THEN 3 ELSE 2 END END
"""


def upgrade() -> None:
    _create_rosters()
    _create_backgrounds()
    _create_turns()
    _create_charges()
    _add("guilds", GUILDS)
    _add("hearings", HEARINGS, FILL_HEARINGS)
    _add("opinions", OPINIONS, FILL_OPINIONS)
    _add("standings", STANDINGS, FILL_STANDINGS)
    _add("sittings", SITTINGS, FILL_SITTINGS)
    _bind_hearings()
    _bind_opinions()
    _bind_standings()
    _bind_sittings()


def downgrade() -> None:
    _loosen_sittings()
    _loosen_standings()
    _loosen_opinions()
    _loosen_hearings()
    for name in GUILDS:
        op.drop_column("guilds", name)
    for table in ("charges", "turns", "sources", "backgrounds", "rosters"):
        op.drop_table(table)


def _add(table: str, columns: Columns, fill: str | None = None) -> None:
    for name, kind in columns.items():
        op.add_column(table, sa.Column(name, kind))
    if fill is not None:
        op.execute(fill)


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({values})", name=op.f(f"ck_{table}_{column}"))


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"))


def _create_rosters() -> None:
    op.create_table(
        "rosters",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("models", sa.JSON, nullable=False),
        sa.Column("prompt_version", sa.Integer, nullable=False),
        sa.Column("searching", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_rosters")),
    )


def _create_backgrounds() -> None:
    op.create_table(
        "backgrounds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("researcher", sa.Text),
        sa.Column("dropped", sa.Integer, nullable=False),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("cost", MONEY, nullable=False),
        sa.Column("unpriced", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backgrounds")),
        _of_case("backgrounds"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_backgrounds_case_id_at"), "backgrounds", ["case_id", "at"])
    op.create_table(
        "sources",
        sa.Column("background_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("published", sa.Date),
        sa.PrimaryKeyConstraint("background_id", "position", name=op.f("pk_sources")),
        sa.ForeignKeyConstraint(
            ["background_id"], ["backgrounds.id"], name=op.f("fk_sources_background_id_backgrounds")
        ),
    )


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("case_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("session", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("began", sa.Integer, nullable=False),
        sa.Column("held_before", WORD, nullable=False),
        sa.Column("held_after", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "session", name=op.f("pk_turns")),
        sa.ForeignKeyConstraint(
            ["case_id", "session"],
            ["hearings.case_id", "hearings.session"],
            name=op.f("fk_turns_case_id_session_hearings"),
        ),
        _one_of("turns", "kind", "'inflection', 'jury changed'"),
        _one_of("turns", "held_before", BALLOTS),
        _one_of("turns", "held_after", BALLOTS),
    )


def _create_charges() -> None:
    op.create_table(
        "charges",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("guild_id", SNOWFLAKE, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reserved", MONEY, nullable=False),
        sa.Column("spent", MONEY),
        sa.Column("unpriced", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
        _of_case("charges"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_charges_guild_id_at"), "charges", ["guild_id", "at"])
    op.create_index(op.f("ix_charges_at"), "charges", ["at"])


def _bind_hearings() -> None:
    with op.batch_alter_table("hearings") as hearings:
        for name in ("kind", "judge_tokens_in", "judge_tokens_out", "judge_cost", "judge_unpriced"):
            hearings.alter_column(name, existing_type=HEARINGS[name], nullable=False)
        hearings.create_check_constraint(op.f("ck_hearings_kind"), "kind IN ('routine', 'retrial', 'bridge')")
        hearings.create_foreign_key(op.f("fk_hearings_roster_rosters"), "rosters", ["roster"], ["fingerprint"])
        hearings.create_foreign_key(
            op.f("fk_hearings_background_id_backgrounds"), "backgrounds", ["background_id"], ["id"]
        )


def _loosen_hearings() -> None:
    with op.batch_alter_table("hearings") as hearings:
        hearings.drop_constraint(op.f("fk_hearings_background_id_backgrounds"), type_="foreignkey")
        hearings.drop_constraint(op.f("fk_hearings_roster_rosters"), type_="foreignkey")
        hearings.drop_constraint(op.f("ck_hearings_kind"), type_="check")
        for name in HEARINGS:
            hearings.drop_column(name)


def _bind_opinions() -> None:
    with op.batch_alter_table("opinions") as opinions:
        opinions.alter_column("bench", existing_type=WORD, nullable=False)
        opinions.create_check_constraint(op.f("ck_opinions_bench"), "bench IN ('seated', 'replaced', 'former')")
        opinions.drop_constraint(op.f("pk_opinions"), type_="primary")
        opinions.create_primary_key(op.f("pk_opinions"), ["case_id", "session", "bench", "seat"])


def _loosen_opinions() -> None:
    # The older schema has only the panel that is counted, so other opinions cannot stay.
    op.execute("DELETE FROM opinions WHERE bench <> 'seated'")
    with op.batch_alter_table("opinions") as opinions:
        opinions.drop_constraint(op.f("pk_opinions"), type_="primary")
        opinions.create_primary_key(op.f("pk_opinions"), ["case_id", "session", "seat"])
        opinions.drop_constraint(op.f("ck_opinions_bench"), type_="check")
        for name in OPINIONS:
            opinions.drop_column(name)


def _bind_standings() -> None:
    with op.batch_alter_table("standings") as standings:
        for name, kind in STANDINGS.items():
            standings.alter_column(name, existing_type=kind, nullable=name == "alarm")
        standings.create_check_constraint(op.f("ck_standings_alarm"), f"alarm IN ({BALLOTS})")


def _loosen_standings() -> None:
    with op.batch_alter_table("standings") as standings:
        standings.drop_constraint(op.f("ck_standings_alarm"), type_="check")
        for name in STANDINGS:
            standings.drop_column(name)


def _bind_sittings() -> None:
    op.drop_index(op.f("ix_sittings_state_due_at"), "sittings")
    with op.batch_alter_table("sittings", table_kwargs={"sqlite_autoincrement": True}) as sittings:
        for name, kind in SITTINGS.items():
            sittings.alter_column(name, existing_type=kind, nullable=False)
    op.create_index(op.f("ix_sittings_state_precedence_due_at"), "sittings", ["state", "precedence", "due_at"])


def _loosen_sittings() -> None:
    op.drop_index(op.f("ix_sittings_state_precedence_due_at"), "sittings")
    with op.batch_alter_table("sittings", table_kwargs={"sqlite_autoincrement": True}) as sittings:
        for name in SITTINGS:
            sittings.drop_column(name)
    op.create_index(op.f("ix_sittings_state_due_at"), "sittings", ["state", "due_at"])
