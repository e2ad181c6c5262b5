"""Settings to test with."""

from __future__ import annotations

from typing import Any

from bot.settings import Settings


def bare_settings(**fields: Any) -> Settings:
    """Return the settings of a host who wants no cap and has set these fields. No environment or `.env` is read."""
    return Settings.model_construct(**{"server_daily_cap_usd": None, **fields})
