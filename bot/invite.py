"""The link with which an admin of a server invites the bot."""

from __future__ import annotations

import discord

from cogs.ui.permissions import MOD_CHANNEL, VERDICT_CHANNEL


def invite_link(application_id: int) -> str:
    """Return the link that invites the application's bot with its commands and the permissions that its channels need.

    The link names no server: whoever opens it chooses one.
    """
    needed = discord.Permissions(**dict.fromkeys({*MOD_CHANNEL, *VERDICT_CHANNEL}, True))
    return discord.utils.oauth_url(application_id, permissions=needed, scopes=("bot", "applications.commands"))
