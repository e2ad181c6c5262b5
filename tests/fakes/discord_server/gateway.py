"""The gateway: hello, identify, resume, heartbeats and dispatches, as plain text frames.

discord.py asks for a compressed stream but also takes text frames, so nothing is compressed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final

import discord
from aiohttp import WSCloseCode, web

from tests.fakes.discord_server.messages import Payload
from tests.fakes.discord_server.world import World

HEARTBEAT_INTERVAL: Final = 41_250
AUTHENTICATION_FAILED: Final = 4004


class Op(IntEnum):
    """The gateway opcodes that are used here."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    RESUME = 6
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


NEEDED: Final[Mapping[str, discord.Intents]] = {
    **dict.fromkeys(
        (
            "GUILD_CREATE",
            "GUILD_DELETE",
            "GUILD_ROLE_UPDATE",
            "GUILD_ROLE_DELETE",
            "CHANNEL_UPDATE",
            "CHANNEL_DELETE",
        ),
        discord.Intents(guilds=True),
    ),
    "MESSAGE_REACTION_ADD": discord.Intents(guild_reactions=True),
    "MESSAGE_REACTION_REMOVE": discord.Intents(guild_reactions=True),
}
"""The intents that a bot must have asked for to get an event; other events need none."""


class Connection:
    """One websocket that a bot opened.

    Attributes:
        path: the path that the bot connected to, without the query.
        intents: the intents that the bot asked for.
        resumed: whether it resumed an earlier session.
        served: set when READY and the guilds, or RESUMED, have been sent.
        presence: set when the bot has sent its presence.
        closed: set when the connection is closed, by either side.
    """

    def __init__(self, socket: web.WebSocketResponse, path: str) -> None:
        self._socket = socket
        self._sequence = 0
        self.path = path
        self.intents = 0
        self.resumed = False
        self.served = asyncio.Event()
        self.presence = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def live(self) -> bool:
        return self.served.is_set() and not self.closed.is_set()

    async def dispatch(self, event: str, data: Payload) -> None:
        """Send an event, if the bot's intents include it."""
        needed = NEEDED.get(event)
        if needed is not None and not needed.value & self.intents:
            return
        self._sequence += 1
        await self.send(Op.DISPATCH, data, t=event, s=self._sequence)

    async def send(self, op: int, data: Any = None, **more: Any) -> None:
        if not self._socket.closed:
            await self._socket.send_str(json.dumps({"op": op, "d": data, "s": None, "t": None, **more}))

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is invalid (op 9)."""
        await self.send(Op.INVALID_SESSION, resumable)

    async def drop(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close from the server's side."""
        await self._socket.close(code=code)


class Gateway:
    """Accepts connections and sends them events.

    Attributes:
        connections: every connection so far, oldest first.
        token: the only token that is accepted.
        resume_url: the address that READY gives for resuming a session; None for the same address.
    """

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self.token = token
        self._sessions: dict[str, int] = {}
        self._changed = asyncio.Condition()
        self.connections: list[Connection] = []
        self.url = ""
        self.resume_url: str | None = None

    @property
    def live(self) -> Connection | None:
        """Return the connection that serves the bot now, if any."""
        return next((one for one in reversed(self.connections) if one.live), None)

    async def ready(self, number: int | None = None) -> Connection:
        """Wait for a live connection; with `number`, until that many connections have been opened."""
        async with self._changed:
            while True:
                connection = self.live
                if connection is not None and (number is None or len(self.connections) >= number):
                    return connection
                await self._changed.wait()

    async def dispatch(self, event: str, data: Payload) -> Connection:
        """Send an event to the live connection, or to the next one if there is none."""
        connection = await self.ready()
        await connection.dispatch(event, data)
        return connection

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one connection from hello to close."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request.path)
        self.connections.append(connection)
        try:
            await connection.send(Op.HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL})
            async for frame in socket:
                await self._take(connection, json.loads(frame.data))
        except ConnectionError:
            # The bot was killed: a reset counts as a close.
            pass
        finally:
            connection.closed.set()
            await self._notify()
        return socket

    async def close(self) -> None:
        for connection in self.connections:
            await connection.drop()

    async def _take(self, connection: Connection, frame: Payload) -> None:
        match frame["op"]:
            case Op.HEARTBEAT:
                await connection.send(Op.HEARTBEAT_ACK)
            case Op.IDENTIFY:
                await self._identify(connection, frame["d"])
            case Op.PRESENCE:
                connection.presence.set()
            case Op.RESUME:
                await self._resume(connection, frame["d"])

    async def _identify(self, connection: Connection, data: Payload) -> None:
        if data["token"] != self.token:
            await connection.drop(AUTHENTICATION_FAILED)
            return
        connection.intents = data["intents"]
        session_id = self._world.new_id()
        self._sessions[session_id] = connection.intents
        world = self._world
        ready = {
            "v": 10,
            "user": world.bot.user(),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in world.joined],
            "session_id": session_id,
            "resume_gateway_url": self.resume_url or self.url,
            "application": {"id": world.bot.id, "flags": 0},
            "shard": data.get("shard", [0, 1]),
        }
        await connection.dispatch("READY", ready)
        for guild in world.joined:
            if guild.available:
                await connection.dispatch("GUILD_CREATE", guild.payload() | {"unavailable": False})
        await self._mark_served(connection)

    async def _resume(self, connection: Connection, data: Payload) -> None:
        if data["session_id"] not in self._sessions:
            await connection.invalidate()
            return
        connection.resumed, connection.intents = True, self._sessions[data["session_id"]]
        await connection.dispatch("RESUMED", {})
        await self._mark_served(connection)

    async def _mark_served(self, connection: Connection) -> None:
        connection.served.set()
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
