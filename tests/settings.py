"""Settings to test with."""

from __future__ import annotations

from typing import Any

from bot.settings import Settings


def bare_settings(**fields: Any) -> Settings:
    """Return the settings of a host who has set only these fields. The environment and `.env` are not read."""
    return Settings.model_construct(**fields)
