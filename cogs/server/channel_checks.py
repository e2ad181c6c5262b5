"""What speaks for and against the channels and the role that an admin chooses, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

import discord

from cogs.ui.notices import vacancy_line
from cogs.ui.permissions import MOD_CHANNEL, VERDICT_CHANNEL, lacking_in, permission_names
from cogs.ui.texts import _
from court.models import GuildSettings
from court.servers.settings import Places, shares_channel

CHANNEL_TYPES = (discord.ChannelType.text, discord.ChannelType.news)
"""The channels that can be chosen, as Discord offers them for an option that takes a text channel."""


class Caution(StrEnum):
    """What an admin has to confirm before it is saved. The values are part of buttons' ids."""

    PUBLIC = "public"
    """Everyone can see the mod channel."""
    SHARED = "shared"
    """One channel has both roles."""


def refusal(guild: discord.Guild | None, given: Places) -> str | None:
    """Say why the given channels and role cannot be used, or return None if they can."""
    # Discord offers only what the server has, but passes on whatever id a client sends.
    role_id = given.get("mod_role_id")
    role = None if guild is None or role_id is None else guild.get_role(role_id)
    if role_id is not None and role is None:
        return _("Nothing was changed: that role is not one of this server.")
    problems = _channel_problems(guild, given)
    if role is not None and role.is_default():
        problems.append(_("Nothing was changed: {role} would make every member a moderator.").format(role="@everyone"))
    return "\n".join(problems) or None


def _channel_problems(guild: discord.Guild | None, given: Places) -> list[str]:
    problems = []
    for channel_id, needs in (
        (given.get("verdict_channel_id"), VERDICT_CHANNEL),
        (given.get("mod_channel_id"), MOD_CHANNEL),
    ):
        if channel_id is None:
            continue
        channel = _text_channel(guild, channel_id)
        if channel is None:
            return [_("Nothing was changed: one of the channels is no longer a text channel of this server.")]
        if lacking := permission_names(lacking_in(channel, needs)):
            sentence = _("In {channel} I am missing {permissions}.")
            problems.append(sentence.format(channel=channel.mention, permissions=_bold(lacking)))
    if problems:
        problems.append(_("Nothing was changed. Allow this in the channel's permission settings, then try again."))
    return problems


def cautions(guild: discord.Guild | None, settings: GuildSettings, given: Places) -> set[Caution]:
    """Return what has to be confirmed before the given values are set."""
    found = set()
    if _is_public(_text_channel(guild, given.get("mod_channel_id"))):
        found.add(Caution.PUBLIC)
    if shares_channel(settings, given):
        found.add(Caution.SHARED)
    return found


def caution_text(caution: Caution, settings: GuildSettings, given: Places) -> str:
    """Say what follows if the given values are set in spite of a caution."""
    channel = f"<#{replace(settings, **given).mod_channel_id}>"
    if caution is Caution.PUBLIC:
        sentence = _(
            "⚠ **Everyone can see {channel}.** As the mod channel, it would show every member the questions that "
            "moderators have not approved yet, and what they decide."
        )
    else:
        sentence = _(
            "⚠ **{channel} would be both the verdict channel and the mod channel.** Rulings and the moderators' cards "
            "would be mixed, and whoever can read one could read the other."
        )
    return sentence.format(channel=channel)


def verdict_channel_line(guild: discord.Guild | None, settings: GuildSettings) -> str:
    """Say which channel is the verdict channel, and whether the court can use it."""
    if settings.verdict_channel_id is None:
        return _("Verdict channel: {state}").format(state=_("not set yet; rulings wait until you choose one"))
    state = _channel_state(_channel(guild, settings.verdict_channel_id), VERDICT_CHANNEL)
    return _("Verdict channel: {state}").format(state=state)


def mod_channel_line(guild: discord.Guild | None, settings: GuildSettings) -> str:
    """Say which channel is the mod channel, and whether the court can use it and members cannot see it."""
    if settings.mod_channel_id is None:
        return _("Mod channel: {state}").format(state=_("not set yet; members cannot ask until you choose one"))
    channel = _channel(guild, settings.mod_channel_id)
    state = _channel_state(channel, MOD_CHANNEL)
    if _is_public(channel):
        state = _("{state} · ⚠ everyone can see it").format(state=state)
    return _("Mod channel: {state}").format(state=state)


def moderators_line(settings: GuildSettings) -> str:
    """Say who may decide."""
    if settings.mod_role_id is None:
        return _("Moderators: everyone with Manage Server")
    return _("Moderators: {role}, and everyone with Manage Server").format(role=f"<@&{settings.mod_role_id}>")


def state_lines(guild: discord.Guild | None, settings: GuildSettings, vacancy: str | None) -> list[str]:
    """Say what is set, and what is missing."""
    lines = [verdict_channel_line(guild, settings), mod_channel_line(guild, settings), moderators_line(settings)]
    return lines if vacancy is None else [*lines, vacancy_line(vacancy)]


def _channel(guild: discord.Guild | None, channel_id: int | None) -> discord.abc.GuildChannel | None:
    return None if guild is None or channel_id is None else guild.get_channel(channel_id)


def _text_channel(guild: discord.Guild | None, channel_id: int | None) -> discord.abc.GuildChannel | None:
    channel = _channel(guild, channel_id)
    return channel if channel is not None and channel.type in CHANNEL_TYPES else None


def _is_public(channel: discord.abc.GuildChannel | None) -> bool:
    return channel is not None and channel.permissions_for(channel.guild.default_role).view_channel


def _channel_state(channel: discord.abc.GuildChannel | None, needs: Iterable[str]) -> str:
    if channel is None:
        return _("⚠ it was deleted, or I cannot see it; choose another")
    if lacking := permission_names(lacking_in(channel, needs)):
        return _("{channel} · ⚠ I am missing {permissions}").format(channel=channel.mention, permissions=_bold(lacking))
    return _("{channel} · ✅ ready").format(channel=channel.mention)


def _bold(names: list[str]) -> str:
    return ", ".join(f"**{name}**" for name in names)
