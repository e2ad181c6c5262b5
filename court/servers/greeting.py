"""The greeting to a server that the bot has just joined: once, and with the command that sets the court up."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from court.announcements.kinds import Greeting
from court.models import Server
from court.ports import Repositories
from court.servers.paces import ActionPace, take

log = logging.getLogger(__name__)

LATELY = timedelta(days=7)
"""How long ago the bot may have joined: it may have been down meanwhile. Who has had it for longer knows it."""

GREETING = ActionPace(1, timedelta(days=30), "greeting")
"""Greetings of one server: one that removes the bot and adds it again is not greeted again."""


async def greet(repos: Repositories, server: Server, now: datetime) -> None:
    """Have a server greeted if the bot has joined it lately. One that has chosen its channels needs no greeting."""
    if server.joined_at is None or abs(now - server.joined_at) > LATELY:
        return
    settings = await repos.guilds.get(server.id)
    if settings.verdict_channel_id is not None and settings.mod_channel_id is not None:
        return
    if server.greeting_channel_id is None:
        log.info("server %d is not greeted: the bot may write in none of its text channels", server.id)
    elif await take(repos.paces, GREETING, server.id, server.id, now) is None:
        await repos.outbox.add(Greeting(server.greeting_channel_id), server.id, now)
