"""Who answers for the models of today's jury, and which faults of the host have been told."""

from __future__ import annotations

import sqlalchemy as sa

from court.models import HostFault
from storage.engine.types import SNOWFLAKE, ModelAddress, UtcDateTime, enum_of
from storage.schema.base import metadata

served_models = sa.Table(
    "served_models",
    metadata,
    sa.Column("model", ModelAddress, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)

# `subject` is a vendor, or the address of a model if the fault concerns it alone.
faults_told = sa.Table(
    "faults_told",
    metadata,
    sa.Column("guild_id", SNOWFLAKE, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("fault", enum_of(HostFault, "fault"), nullable=False),
    sa.Column("told_at", UtcDateTime, nullable=False),
)
