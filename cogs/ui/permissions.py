"""What the bot needs of a channel, and the names by which people find it in Discord's settings."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from cogs.ui.texts import _

MOD_CHANNEL = ("view_channel", "send_messages", "read_message_history")
"""Where cards are posted, and looked for after a crash."""

VERDICT_CHANNEL = (*MOD_CHANNEL, "add_reactions")
"""Where rulings are posted, with reactions to vote by."""


def missing(held: discord.Permissions, needed: Iterable[str]) -> list[str]:
    """The names of the permissions that are needed and not held."""
    names = {
        "view_channel": _("View Channel"),
        "send_messages": _("Send Messages"),
        "add_reactions": _("Add Reactions"),
        "read_message_history": _("Read Message History"),
    }
    return [names[permission] for permission in needed if not getattr(held, permission)]


def missing_in(channel: discord.abc.GuildChannel, needed: Iterable[str]) -> list[str]:
    """The names of the permissions that the bot needs and lacks in a channel."""
    return missing(channel.permissions_for(channel.guild.me), needed)
