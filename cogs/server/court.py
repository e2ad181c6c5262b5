"""`/court`: what the court is and what it has done."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from cogs.server.about_card import about_card
from cogs.server.statistics_card import statistics_card
from cogs.ui.replies import Interaction, answer, channel_of, guild_of, in_time, member_of
from cogs.ui.texts import using_locale
from court.jury.seating import Seating
from court.servers.juries import JuryService
from court.servers.paces import PaceService
from court.servers.statistics import Report, StatisticsService

LONGEST = 3_650
"""Most days that the statistics can look back, if they do not cover everything."""


class Court(commands.Cog):
    """The commands that describe the court."""

    court = app_commands.Group(name="court", description="What the court is and what it has done.")

    def __init__(
        self, statistics: StatisticsService, juries: JuryService, seating: Seating, paces: PaceService
    ) -> None:
        self._statistics = statistics
        self._juries = juries
        self._seating = seating
        self._paces = paces

    @court.command(description="What the court is, how a case goes and what the answers mean.")
    async def about(self, interaction: Interaction) -> None:
        described = self._juries.described(guild_of(interaction), member_of(interaction))
        settings, aliases = await in_time(interaction, described)
        await answer(interaction, about_card(self._seating, settings.interval_days, aliases))

    @court.command(description="Count hearings, seats, failures and tokens. Moderators also see what was spent.")
    @app_commands.describe(days="Count only this many days back. Leave it empty to count everything.")
    async def stats(self, interaction: Interaction, days: app_commands.Range[int, 1, LONGEST] | None = None) -> None:
        # The wait is private for everybody, because the reply takes its place and may contain money.
        report, public = await in_time(interaction, self._report(interaction, days))
        if not public:
            await answer(interaction, statistics_card(report))
            return
        with using_locale(interaction.guild_locale):
            card = statistics_card(report)
        await answer(interaction, card, private=False)

    async def _report(self, interaction: Interaction, days: int | None) -> tuple[Report, bool]:
        """Return the numbers, and whether everybody may see them: without money, and if the channel has room."""
        guild_id = guild_of(interaction)
        report = await self._statistics.report(guild_id, member_of(interaction), days)
        if report.budget is not None:
            return report, False
        return report, await self._paces.show(guild_id, interaction.user.id, channel_of(interaction))
