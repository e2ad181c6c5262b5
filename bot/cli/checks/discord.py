"""Checks of Discord's side: the token, the gateway, and how the application is set up. No connection is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil

import discord

from bot.cli.checks.findings import Finding, failed, ok, warning
from bot.client import point_at
from bot.login import log_in

PORTAL = "discord.com/developers/applications"
FEW_STARTS = 20
"""Connections to the gateway that should be left on a day. A bot that is restarted again and again uses them up."""

_PRIVILEGED = {
    "gateway_presence": "Presence",
    "gateway_presence_limited": "Presence",
    "gateway_guild_members": "Server Members",
    "gateway_guild_members_limited": "Server Members",
    "gateway_message_content": "Message Content",
    "gateway_message_content_limited": "Message Content",
}


@asynccontextmanager
async def rest_client(api_url: str) -> AsyncIterator[discord.Client]:
    """Yield a client for Discord's REST interface. It is never connected to the gateway."""
    point_at(api_url)
    # Without this intent discord.py warns, even if it never connects.
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        yield client


async def login(client: discord.Client, token: str, api_url: str) -> list[Finding]:
    """Log the client in, which checks the token.

    Raises:
        ConfigurationError: when Discord refuses it or cannot be reached.
    """
    await log_in(client, token, api_url)
    assert client.user is not None  # noqa: S101 - logged in
    return [ok("token", f"Discord accepts it; the bot is {printable(client.user.name)} ({client.user.id})")]


async def gateway(client: discord.Client) -> list[Finding]:
    """Ask how often the bot may still connect today."""
    try:
        _, _, limit = await client.http.get_bot_gateway()
    except discord.GatewayNotFound:
        return [failed("gateway", "Discord names no gateway to connect to", "Correct DISCORD_API_URL, or try later.")]
    left, total = limit["remaining"], limit["total"]
    said = f"{left:,} of {total:,} connections are left today"
    again = f"{ceil(limit['reset_after'] / 60_000)} minutes"
    if not left:
        return [failed("gateway", said, f"Wait {again} until Discord allows more, and find out what restarts the bot.")]
    if left < FEW_STARTS:
        return [warning("gateway", said, f"There are more in {again}. Find out what restarts the bot so often.")]
    return [ok("gateway", said)]


def application(client: discord.Client) -> list[Finding]:
    """Check how the application is set up, as far as the court depends on it. The client must be logged in."""
    app = client.application
    assert app is not None  # noqa: S101 - logged in
    found = [_intents(app)]
    if app.interactions_endpoint_url:
        found.append(
            failed(
                "application",
                "commands go to its Interactions Endpoint URL, and the bot hears none of them",
                f"Empty that field: {PORTAL}, your application, General Information.",
            )
        )
    if app.bot_require_code_grant:
        found.append(
            failed(
                "application",
                "Requires OAuth2 Code Grant is on, so the invite link does not work",
                f"Switch it off: {PORTAL}, your application, Bot.",
            )
        )
    if not app.bot_public:
        found.append(ok("application", "Public Bot is off: only its owner can invite it"))
    return found


def _intents(app: discord.AppInfo) -> Finding:
    on = list(dict.fromkeys(name for flag, name in _PRIVILEGED.items() if getattr(app.flags, flag)))
    if not on:
        return ok("intents", "no privileged intent is needed, and none is on")
    said = f"{', '.join(on)} {'is' if len(on) == 1 else 'are'} on, and the bot needs no privileged intent"
    return warning("intents", said, f"Switch off what you do not need: {PORTAL}, your application, Bot.")


def printable(name: str) -> str:
    """Return a name from Discord without what would act on a terminal."""
    return "".join(character for character in name if character.isprintable()) or "?"
