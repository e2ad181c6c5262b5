"""`/verdict`: the ruling in a case, with its history."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from cogs.rulings.card import ruling_card
from cogs.ui.autocomplete import suggest_cases
from cogs.ui.replies import Interaction, answer, channel_of, guild_of, in_time, withdraw_public_wait
from cogs.ui.texts import _, using_locale
from court.docket.lookup import LookupService
from court.docket.statements import MAX_LENGTH
from court.models import CaseOverview
from court.servers.paces import SHOWING, PaceService


class Verdict(commands.Cog):
    """Shows rulings to everybody in the channel, or only to the member if the channel has had enough cards."""

    def __init__(self, lookup: LookupService, paces: PaceService) -> None:
        self._lookup = lookup
        self._paces = paces

    @app_commands.command(description="Show the court's answer in a case, or the latest ruling.")
    @app_commands.describe(case="Docket number, or words from the question. Leave it empty for the latest ruling.")
    async def verdict(
        self, interaction: Interaction, case: app_commands.Range[str, 1, MAX_LENGTH] | None = None
    ) -> None:
        overview, public = await in_time(interaction, self._look_up(interaction, case), private=False)
        if public:
            with using_locale(interaction.guild_locale):
                card = ruling_card(overview)
            await answer(interaction, card, private=False)
        else:
            await withdraw_public_wait(interaction)
            lead = _(
                "Only you see this card: this channel had {count} in a row, and now gets one every {seconds} seconds."
            )
            lead = lead.format(count=SHOWING.times, seconds=SHOWING.interval.seconds)
            await answer(interaction, ruling_card(overview, lead=lead))

    async def _look_up(self, interaction: Interaction, case: str | None) -> tuple[CaseOverview, bool]:
        """Return what the card shows, and whether everybody may see it."""
        guild_id = guild_of(interaction)
        overview = await (self._lookup.latest(guild_id) if case is None else self._lookup.find(guild_id, case))
        return overview, await self._paces.show(guild_id, interaction.user.id, channel_of(interaction))

    @verdict.autocomplete("case")
    async def _cases(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest_cases(self._lookup, interaction, current)
