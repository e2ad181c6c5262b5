"""`/setup`: the channels and moderators of a server, how often cases are heard, and what hearings may cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import discord
from discord import app_commands
from discord.ext import commands

from cogs.server.about_card import schedule_words
from cogs.server.budget_text import CENT, budget_lines, price_lines
from cogs.server.channel_buttons import Unconfirmed, save
from cogs.server.channel_checks import refusal, state_lines
from cogs.server.channel_form import channel_form
from cogs.server.forecast_text import forecast_lines
from cogs.ui.layout import Card
from cogs.ui.notices import vacancy_line
from cogs.ui.replies import Interaction, answer, guild_of, in_time
from cogs.ui.texts import _
from court.hearings.forecast import Forecast, ForecastService
from court.models import MICRO
from court.servers.settings import Places, ServerSettingsService
from court.servers.statistics import BudgetReport, StatisticsService

LONGEST_INTERVAL = 90
"""Most days from one routine hearing of a case to the next."""

SUGGESTED_INTERVALS = (0, 1, 7, 14, 30, 90)

HIGHEST_CAP = 1_000_000
"""US dollars. A higher cap would be a typing error."""

Dollars = app_commands.Range[float, 0, HIGHEST_CAP]


class Setup(commands.Cog):
    """The commands for admins."""

    setup = app_commands.Group(
        name="setup",
        description="Set up the court on this server.",
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(
        self,
        servers: ServerSettingsService,
        statistics: StatisticsService,
        forecasts: ForecastService,
        vacancy: str | None,
    ) -> None:
        self._servers = servers
        self._statistics = statistics
        self._forecasts = forecasts
        self._vacancy = vacancy

    @setup.command(description="Choose the court's channels and moderators, or see what is set and what is missing.")
    @app_commands.describe(
        verdict_channel="Where rulings are announced and members vote.",
        mod_channel="Where moderators decide on new questions.",
        mod_role="Who may decide, besides everyone with Manage Server.",
    )
    @app_commands.checks.has_permissions(manage_guild=True)
    async def channels(
        self,
        interaction: Interaction,
        verdict_channel: discord.TextChannel | None = None,
        mod_channel: discord.TextChannel | None = None,
        mod_role: discord.Role | None = None,
    ) -> None:
        chosen = Places()
        if verdict_channel is not None:
            chosen["verdict_channel_id"] = verdict_channel.id
        if mod_channel is not None:
            chosen["mod_channel_id"] = mod_channel.id
        if mod_role is not None:
            chosen["mod_role_id"] = mod_role.id
        await answer(interaction, await self._channels(interaction, chosen))

    async def _channels(self, interaction: Interaction, chosen: Places) -> str | Card:
        """Save what was chosen. Return what is set then, or the form if nothing was chosen or has to be confirmed."""
        guild, guild_id = interaction.guild, guild_of(interaction)
        if not chosen:
            settings = await in_time(interaction, self._servers.show(guild_id))
            return channel_form(guild, settings, chosen, vacancy=self._vacancy)
        if (problem := refusal(guild, chosen)) is not None:
            return problem
        try:
            settings = await in_time(interaction, save(self._servers, guild_id, guild, chosen))
        except Unconfirmed as error:
            return channel_form(guild, error.settings, chosen, vacancy=self._vacancy, to_confirm=error.to_confirm)
        title = _("**Saved. The court on this server:**")
        return "\n".join([title, *state_lines(guild, settings, self._vacancy)])

    @setup.command(description="Choose how often cases are heard again, or see what is set.")
    @app_commands.describe(days="Days from one hearing of a case to the next. 0 is automatic: the court decides.")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def schedule(
        self, interaction: Interaction, days: app_commands.Range[int, 0, LONGEST_INTERVAL] | None = None
    ) -> None:
        forecast = await in_time(interaction, self._forecast(guild_of(interaction), days))
        lines = _schedule(forecast, seated=self._vacancy is None, changed=days is not None)
        if self._vacancy is not None:
            lines.append(vacancy_line(self._vacancy))
        await answer(interaction, "\n".join(lines))

    async def _forecast(self, guild_id: int, days: int | None) -> Forecast:
        """Fix the interval if one is given, and return what the schedule means."""
        if days is not None:
            await self._servers.fix_interval(guild_id, days)
        return await self._forecasts.forecast(guild_id)

    @schedule.autocomplete("days")
    async def _intervals(self, _interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
        return [app_commands.Choice(name=name, value=days) for days, name in _intervals_like(current).items()]

    @setup.command(description="Limit what this server's hearings may cost, or see what is set and spent.")
    @app_commands.describe(
        daily_usd="US dollars per day, for example 0.50. 0 removes the cap.",
        monthly_usd="US dollars per month, for example 10. 0 removes the cap.",
    )
    @app_commands.checks.has_permissions(manage_guild=True)
    async def budget(
        self, interaction: Interaction, daily_usd: Dollars | None = None, monthly_usd: Dollars | None = None
    ) -> None:
        guild_id = guild_of(interaction)
        caps = {
            name: usd * MICRO
            for name, usd in (("daily", _exact(daily_usd)), ("monthly", _exact(monthly_usd)))
            if usd is not None
        }
        if any(cap % CENT for cap in caps.values()):
            await answer(interaction, _("Nothing was changed: write caps in dollars and whole cents, such as 0.50."))
            return
        work = self._budget(guild_id, {name: int(cap) for name, cap in caps.items()})
        await answer(interaction, "\n".join(_spending(await in_time(interaction, work), changed=bool(caps))))

    async def _budget(self, guild_id: int, caps: Mapping[str, int]) -> BudgetReport:
        if caps:
            await self._servers.cap(guild_id, **caps)
        return await self._statistics.budget(guild_id)


def _schedule(forecast: Forecast, *, seated: bool, changed: bool) -> list[str]:
    words, means = schedule_words(forecast.interval_days), forecast_lines(forecast, seated=seated)
    if not changed:
        return [_("Cases are heard again {schedule}.").format(schedule=words), *means]
    return [
        _("**Saved.** Cases are heard again {schedule}.").format(schedule=words),
        _("This counts from each case's next hearing. Hearings that are already scheduled keep their dates."),
        _("Retrials, and new hearings after a mistrial, can come sooner."),
        *means,
    ]


def _intervals_like(typed: str) -> dict[int, str]:
    """Return the suggested intervals that match the typed text, with a typed number itself first."""
    number = int(typed) if typed.isdecimal() and len(typed) <= len(str(LONGEST_INTERVAL)) else None
    own = [number] if number is not None and number <= LONGEST_INTERVAL else []
    names = {days: schedule_words(days) if days else _("automatic") for days in (*own, *SUGGESTED_INTERVALS)}
    return {days: name for days, name in names.items() if typed.casefold() in f"{days} {name}".casefold()}


def _spending(budget: BudgetReport, *, changed: bool) -> list[str]:
    title = _("**Saved. What hearings may cost here:**") if changed else _("**What hearings may cost here**")
    lines = [
        title,
        *budget_lines(budget),
        _("-# Days and months are in UTC. At a cap, hearings pause and later resume by themselves."),
    ]
    if changed:
        lines.append(_("Hearings that a cap had paused are tried again now."))
    return [*lines, *price_lines(budget)]


def _exact(usd: float | None) -> Decimal | None:
    # Through its shortest text form, because the further digits of a float are noise.
    return None if usd is None else Decimal(str(usd))
