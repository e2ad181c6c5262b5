"""`/setup`: where the court sits in a server, and who may act as its clerk."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord import app_commands
from discord.ext import commands

from cogs.permissions import MOD_CHANNEL, VERDICT_CHANNEL, missing_in
from cogs.ui.answers import Interaction, answer, guild_of, in_time
from cogs.ui.passages import vacancy_line
from cogs.ui.texts import _
from court.models import GuildSettings
from court.services.chambers import ChamberService


class Setup(commands.Cog):
    """The admin's commands."""

    setup = app_commands.Group(
        name="setup",
        description="Set the court up in this server.",
        default_permissions=discord.Permissions(manage_guild=True),
    )

    def __init__(self, chambers: ChamberService, vacancy: str | None) -> None:
        self._chambers = chambers
        self._vacancy = vacancy

    @setup.command(description="Choose where the court sits, or see what is set and what is missing.")
    @app_commands.describe(
        verdict_channel="Where rulings are announced and the audience votes.",
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
        if refusal := _refusal(verdict_channel, mod_channel, mod_role):
            await answer(interaction, refusal)
            return
        given = {
            "verdict_channel_id": verdict_channel,
            "mod_channel_id": mod_channel,
            "mod_role_id": mod_role,
        }
        change = {name: thing.id for name, thing in given.items() if thing is not None}
        work = self._chambers.change(guild_id, **change) if change else self._chambers.show(guild_id)
        settings = await in_time(interaction, work)
        title = _("**Set. The court sits here:**") if change else _("**Where the court sits**")
        await answer(interaction, "\n".join([title, *_state(interaction.guild, settings, self._vacancy)]))


def _refusal(
    verdict_channel: discord.TextChannel | None, mod_channel: discord.TextChannel | None, mod_role: discord.Role | None
) -> str | None:
    problems = []
    for channel, needs in ((verdict_channel, VERDICT_CHANNEL), (mod_channel, MOD_CHANNEL)):
        if channel is not None and (lacking := missing_in(channel, needs)):
            problems.append(
                _("In {channel} I lack {permissions}.").format(channel=channel.mention, permissions=_bold(lacking))
            )
    if problems:
        problems.append(_("Nothing was changed. Give me these in the channel's settings, and try again."))
    if mod_role is not None and mod_role.is_default():
        problems.append(_("Nothing was changed: {role} would make every member a moderator.").format(role="@everyone"))
    return "\n".join(problems) or None


def _state(guild: discord.Guild | None, settings: GuildSettings, vacancy: str | None) -> list[str]:
    verdicts = _channel_state(guild, settings.verdict_channel_id, VERDICT_CHANNEL)
    mods = _channel_state(guild, settings.mod_channel_id, MOD_CHANNEL)
    lines = [
        _("Verdict channel: {state}").format(state=verdicts or _("not set yet: rulings wait until one is chosen")),
        _("Mod channel: {state}").format(state=mods or _("not set yet: members cannot ask until one is chosen")),
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
        return _("⚠ it is gone, or I cannot see it: choose another")
    if lacking := missing_in(channel, needs):
        return _("{channel} · ⚠ I lack {permissions}").format(channel=channel.mention, permissions=_bold(lacking))
    return _("{channel} · ✅ ready").format(channel=channel.mention)


def _moderators(role_id: int | None) -> str:
    if role_id is None:
        return _("Moderators: everyone with Manage Server")
    return _("Moderators: {role}, and everyone with Manage Server").format(role=f"<@&{role_id}>")


def _bold(names: list[str]) -> str:
    return ", ".join(f"**{name}**" for name in names)
