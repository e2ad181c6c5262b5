"""A Discord on the loopback: as much of REST v10 and the gateway as discord.py needs for the court.

    async with DiscordServer() as server:
        ...  # start a bot with DISCORD_API_URL=server.api_url and DISCORD_TOKEN=server.token
        await server.ready()
        answer = await server.slash("verdict", {"case": "1B0C"})

It records requests, holds them back or fails them on demand, and plays the members who press and react.
"""

from tests.fakes.discord_server.faults import Asked, Hold
from tests.fakes.discord_server.gateway import Connection
from tests.fakes.discord_server.guilds import Guild, Person
from tests.fakes.discord_server.interactions import Answer, NotAnswered
from tests.fakes.discord_server.messages import Messages, button, reactions, text_of
from tests.fakes.discord_server.server import DiscordServer
from tests.fakes.discord_server.world import World

__all__ = [
    "Answer",
    "Asked",
    "Connection",
    "DiscordServer",
    "Guild",
    "Hold",
    "Messages",
    "NotAnswered",
    "Person",
    "World",
    "button",
    "reactions",
    "text_of",
]
