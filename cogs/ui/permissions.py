"""The permissions that the bot needs in a channel, and their names in Discord's settings."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from cogs.ui.texts import _

WRITING = ("view_channel", "send_messages")
"""For a channel where a message is posted."""

MOD_CHANNEL = (*WRITING, "read_message_history")
"""For the channel where cards are posted, and looked for after a crash."""

VERDICT_CHANNEL = (*MOD_CHANNEL, "add_reactions")
"""For the channel where rulings are posted with reactions for voting."""


def lacking(held: discord.Permissions, needed: Iterable[str]) -> list[str]:
    """Return the permissions that are needed but not held, by their discord.py names."""
    return [permission for permission in needed if not getattr(held, permission)]


def lacking_in(channel: discord.abc.GuildChannel, needed: Iterable[str]) -> list[str]:
    """Return the permissions that the bot needs but lacks in a channel."""
    return lacking(channel.permissions_for(channel.guild.me), needed)


def permission_names(permissions: Iterable[str]) -> list[str]:
    """Return the names of permissions as Discord's settings show them."""
    names = {
        "view_channel": _("View Channel"),
        "send_messages": _("Send Messages"),
        "add_reactions": _("Add Reactions"),
        "read_message_history": _("Read Message History"),
    }
    return [names.get(permission, permission) for permission in permissions]
