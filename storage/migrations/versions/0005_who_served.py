"""Keep the model names that answered, the order in which answers were put, and what would change a juror's ballot.

The faults of a host that have been told, and since when a hearing waits for its jury, are kept as well. Written out in
full and independent of `storage.schema`: the schema keeps changing, this revision must not.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SNOWFLAKE = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)

COLUMNS: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "opinions": {
        "would_change": sa.Text(),
        "served": sa.Text(),
        "system_fingerprint": sa.Text(),
        "presented": sa.Text(),
    },
    "hearings": {"narrator_served": sa.Text(), "recused": sa.JSON()},
    "backgrounds": {"researcher_served": sa.Text()},
    "rosters": {"served": sa.JSON()},
    "hearing_queue": {"unreachable_since": MOMENT},
}
"""All may be null: nothing is known of what was held before."""


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind))
    op.create_table(
        "served_models",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_served_models")),
    )
    op.create_table(
        "faults_told",
        sa.Column("guild_id", SNOWFLAKE, nullable=False, autoincrement=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fault", WORD, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "fault IN ('key refused', 'no credit', 'unknown model', 'unreachable')", name=op.f("ck_faults_told_fault")
        ),
        sa.PrimaryKeyConstraint("guild_id", "subject", name=op.f("pk_faults_told")),
    )


def downgrade() -> None:
    op.drop_table("faults_told")
    op.drop_table("served_models")
    for table, columns in COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
