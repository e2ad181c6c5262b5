"""Autocomplete for options that name a case."""

from __future__ import annotations

import logging

from discord import app_commands

from cogs.ui.replies import Interaction, guild_of
from court.docket.lookup import LookupService
from court.text import cut

log = logging.getLogger(__name__)

CHOICE_LIMIT = 100


async def suggest_cases(
    lookup: LookupService, interaction: Interaction, current: str
) -> list[app_commands.Choice[str]]:
    """Return cases similar to `current` as choices whose value is the docket number, or none if the database fails."""
    try:
        cases = await lookup.suggest(guild_of(interaction), current)
    except Exception:
        # Autocomplete cannot show an error; the command itself will.
        log.exception("could not suggest cases")
        return []
    return [
        app_commands.Choice(name=cut(f"№ {case.number} {case.statement}", CHOICE_LIMIT), value=case.number)
        for case in cases
    ]
