"""`/verdict`: the ruling in a case, with its history."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from cogs.rulings.card import ruling_card
from cogs.ui.autocomplete import suggest_cases
from cogs.ui.replies import Interaction, answer, guild_of, in_time
from cogs.ui.texts import using_locale
from court.docket.lookup import LookupService
from court.docket.statements import MAX_LENGTH


class Verdict(commands.Cog):
    """Shows rulings to everybody in the channel."""

    def __init__(self, lookup: LookupService) -> None:
        self._lookup = lookup

    @app_commands.command(description="Show the court's answer in a case, or the latest ruling.")
    @app_commands.describe(case="Docket number, or words from the question. Leave it empty for the latest ruling.")
    async def verdict(
        self, interaction: Interaction, case: app_commands.Range[str, 1, MAX_LENGTH] | None = None
    ) -> None:
        guild_id = guild_of(interaction)
        work = self._lookup.latest(guild_id) if case is None else self._lookup.find(guild_id, case)
        overview = await in_time(interaction, work, private=False)
        with using_locale(interaction.guild_locale):
            card = ruling_card(overview)
        await answer(interaction, card, private=False)

    @verdict.autocomplete("case")
    async def _cases(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest_cases(self._lookup, interaction, current)
