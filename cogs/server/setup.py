"""`/setup`: the channels and moderators of a server, how often cases are heard, and what hearings may cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import discord
from discord import app_commands
from discord.ext import commands

from cogs.server.about_card import schedule_words
from cogs.server.budget_text import CENT, budget_lines, price_lines
from cogs.ui.notices import vacancy_line
from cogs.ui.permissions import MOD_CHANNEL, VERDICT_CHANNEL, lacking_in, permission_names
from cogs.ui.replies import Interaction, answer, guild_of, in_time
from cogs.ui.texts import _
from court.models import MICRO, GuildSettings
from court.servers.settings import ServerSettingsService
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

    def __init__(self, servers: ServerSettingsService, statistics: StatisticsService, vacancy: str | None) -> None:
        self._servers = servers
        self._statistics = statistics
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
        guild_id = guild_of(interaction)
        if refusal := _refusal(interaction.guild, verdict_channel, mod_channel, mod_role):
            await answer(interaction, refusal)
            return
        given = {
            "verdict_channel_id": verdict_channel,
            "mod_channel_id": mod_channel,
            "mod_role_id": mod_role,
        }
        change = {name: thing.id for name, thing in given.items() if thing is not None}
        work = self._servers.change(guild_id, **change) if change else self._servers.show(guild_id)
        settings = await in_time(interaction, work)
        title = _("**Saved. The court on this server:**") if change else _("**The court on this server**")
        await answer(interaction, "\n".join([title, *_state(interaction.guild, settings, self._vacancy)]))

    @setup.command(description="Choose how often cases are heard again, or see what is set.")
    @app_commands.describe(days="Days from one hearing of a case to the next. 0 is automatic: the court decides.")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def schedule(
        self, interaction: Interaction, days: app_commands.Range[int, 0, LONGEST_INTERVAL] | None = None
    ) -> None:
        guild_id = guild_of(interaction)
        work = self._servers.show(guild_id) if days is None else self._servers.fix_interval(guild_id, days)
        settings = await in_time(interaction, work)
        await answer(interaction, "\n".join(_schedule(settings, changed=days is not None)))

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


def _refusal(
    guild: discord.Guild | None,
    verdict_channel: discord.TextChannel | None,
    mod_channel: discord.TextChannel | None,
    mod_role: discord.Role | None,
) -> str | None:
    # Discord offers only what the server has, but passes on whatever id a client sends.
    if mod_role is not None and (guild is None or guild.get_role(mod_role.id) is None):
        return _("Nothing was changed: that role is not one of this server.")
    problems = []
    for channel, needs in ((verdict_channel, VERDICT_CHANNEL), (mod_channel, MOD_CHANNEL)):
        if channel is not None and (lacking := permission_names(lacking_in(channel, needs))):
            problems.append(
                _("In {channel} I am missing {permissions}.").format(
                    channel=channel.mention, permissions=_bold(lacking)
                )
            )
    if problems:
        problems.append(_("Nothing was changed. Allow this in the channel's permission settings, then try again."))
    if mod_role is not None and mod_role.is_default():
        problems.append(_("Nothing was changed: {role} would make every member a moderator.").format(role="@everyone"))
    return "\n".join(problems) or None


def _state(guild: discord.Guild | None, settings: GuildSettings, vacancy: str | None) -> list[str]:
    verdicts = _channel_state(guild, settings.verdict_channel_id, VERDICT_CHANNEL)
    mods = _channel_state(guild, settings.mod_channel_id, MOD_CHANNEL)
    lines = [
        _("Verdict channel: {state}").format(state=verdicts or _("not set yet; rulings wait until you choose one")),
        _("Mod channel: {state}").format(state=mods or _("not set yet; members cannot ask until you choose one")),
        _moderators(settings.mod_role_id),
    ]
    if vacancy is not None:
        lines.append(vacancy_line(vacancy))
    return lines


def _channel_state(guild: discord.Guild | None, channel_id: int | None, needs: Iterable[str]) -> str | None:
    if channel_id is None:
        return None
    channel = guild.get_channel(channel_id) if guild is not None else None
    if channel is None:
        return _("⚠ it was deleted, or I cannot see it; choose another")
    if lacking := permission_names(lacking_in(channel, needs)):
        return _("{channel} · ⚠ I am missing {permissions}").format(channel=channel.mention, permissions=_bold(lacking))
    return _("{channel} · ✅ ready").format(channel=channel.mention)


def _moderators(role_id: int | None) -> str:
    if role_id is None:
        return _("Moderators: everyone with Manage Server")
    return _("Moderators: {role}, and everyone with Manage Server").format(role=f"<@&{role_id}>")


def _bold(names: list[str]) -> str:
    return ", ".join(f"**{name}**" for name in names)


def _schedule(settings: GuildSettings, *, changed: bool) -> list[str]:
    words = schedule_words(settings.interval_days)
    if not changed:
        return [_("Cases are heard again {schedule}.").format(schedule=words)]
    return [
        _("**Saved.** Cases are heard again {schedule}.").format(schedule=words),
        _("This counts from each case's next hearing. Hearings that are already scheduled keep their dates."),
        _("Retrials, and new hearings after a mistrial, can come sooner."),
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
