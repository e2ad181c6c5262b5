"""The server itself: starting and stopping it, its address, and the members who act on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from tests.fakes.discord_server.changes import Changes
from tests.fakes.discord_server.faults import Asked, Faults
from tests.fakes.discord_server.gateway import Connection, Gateway
from tests.fakes.discord_server.guilds import Guild, Person
from tests.fakes.discord_server.interactions import FIRST_ANSWER_WITHIN, Answer, Interactions, NotAnswered
from tests.fakes.discord_server.limits import MessageLimit
from tests.fakes.discord_server.messages import Payload
from tests.fakes.discord_server.responses import error
from tests.fakes.discord_server.rest import Rest, body_of, reaction_event
from tests.fakes.discord_server.world import World

TOKEN: Final = "loopback.bot.token-0123456789"
SETTLED_WITHIN: Final = 10.0
PATIENCE: Final = 60.0
"""Seconds within which a bot must do what a test waits for. Only a failing test waits this long."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DiscordServer(Changes):
    """A Discord on 127.0.0.1 with its own port. It refuses every token but its own.

    Attributes:
        token: the only token that is accepted.
        world: the guilds and everything in them.
        gateway: the connections.
        faults: what goes wrong.
        asked: every request, oldest first.
        clock_ahead: how far the time in its answers is ahead of the machine's.
    """

    def __init__(self, *, base: str = "/api/v10") -> None:
        """Build the server; entering it opens its port.

        Args:
            base: the path of the REST interface.
        """
        self.token = TOKEN
        self.world = World()
        self.gateway = Gateway(self.world, self.token)
        self.faults = Faults()
        self.asked: list[Asked] = []
        self.clock_ahead = timedelta()
        self._base = base
        self._happened = asyncio.Condition()
        self._interactions = Interactions(self.world)
        app = web.Application(middlewares=[self._witness], client_max_size=32 * 1024 * 1024)
        self._rest = Rest(self.world, self.gateway, self._interactions)
        app.add_routes(self._rest.routes(base))
        app.router.add_get("/gateway", self.gateway.serve)
        app.on_response_prepare.append(self._stamp)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        self.origin = ""

    @property
    def api_url(self) -> str:
        """Return what a host sets as DISCORD_API_URL."""
        return self.origin + self._base

    @property
    def commands(self) -> list[Payload]:
        """Return the commands that the bot has registered."""
        return self._interactions.commands

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        self.gateway.url = f"ws://{host}:{port}/gateway"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.release_all()
        await self.gateway.close()
        await self._runner.cleanup()

    async def ready(self, number: int | None = None) -> Connection:
        """Wait until a bot is served; with `number`, until that many connections have been opened too.

        Raises:
            TimeoutError: when none is.
        """
        async with asyncio.timeout(PATIENCE):
            return await self.gateway.ready(number)

    def requests(self, method: str, path: str) -> list[Asked]:
        """Return the requests with that method whose path begins with `path`."""
        return [one for one in self.asked if one.method == method and one.path.startswith(path)]

    def posted(self, channel_id: str) -> list[Payload]:
        """Return the messages of a channel, oldest first."""
        return self.world.messages.of(channel_id)

    async def until(self, holds: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until `holds` returns true. It is called after every request.

        Raises:
            TimeoutError: when it does not within that many seconds.
        """
        async with asyncio.timeout(within), self._happened:
            await self._happened.wait_for(holds)

    async def posts(self, channel_id: str, number: int = 1) -> list[Payload]:
        """Wait until a channel has at least `number` messages, and return all of them.

        Raises:
            TimeoutError: when it does not get them.
        """
        await self.until(lambda: len(self.posted(channel_id)) >= number)
        return self.posted(channel_id)

    def limit_messages(self) -> None:
        """From now on, take five messages in five seconds for each channel, as Discord does."""
        self._rest.message_limit = MessageLimit()

    async def slash(
        self,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        member: Person | None = None,
        channel: str = "",
        guild: Guild | None = None,
    ) -> Answer:
        """Have a member give a command, and wait for the answer.

        Unless it is named, the guild is the first one, the member its plain one and the channel that of its verdicts.

        If the bot is not connected, wait for it first.

        Raises:
            LookupError: when the bot has registered no such command, or is not in the guild.
            NotAnswered: when there is no answer within Discord's three seconds.
        """
        await self.ready()
        home = guild or self.world.home
        who, where = member or home.member, channel or home.verdicts
        return await self._act(*self._interactions.command(name, options or {}, who, where))

    async def click(self, custom_id: str, message: Payload, member: Person | None = None) -> Answer:
        """Have a member press a button, and wait for the answer.

        Raises:
            LookupError: when the message has no such button.
            NotAnswered: when there is no answer within Discord's three seconds.
        """
        return await self._act(*self._interactions.press(custom_id, message, member or self._plain(message)))

    async def submit(self, modal: Answer, values: Mapping[str, str], member: Person | None = None) -> Answer:
        """Have a member submit the form that the bot answered with, and wait for the answer.

        Raises:
            NotAnswered: when there is no answer within Discord's three seconds.
        """
        who = member or self._plain({"channel_id": modal.channel_id})
        return await self._act(*self._interactions.submit(modal, values, who))

    async def react(self, emoji: str, message: Payload, member: Person | None = None) -> None:
        """Have a member add a reaction to a message. A bot does not answer that."""
        who = member or self._plain(message)
        if self.world.messages.react(message, emoji, who.id):
            await self.gateway.dispatch("MESSAGE_REACTION_ADD", reaction_event(self.world, message, emoji, who.id))

    async def unreact(self, emoji: str, message: Payload, member: Person | None = None) -> None:
        """Have a member remove a reaction."""
        who = member or self._plain(message)
        self.world.messages.unreact(message, emoji, who.id)
        await self.gateway.dispatch("MESSAGE_REACTION_REMOVE", reaction_event(self.world, message, emoji, who.id))

    def _plain(self, message: Payload) -> Person:
        """Return the plain member of the guild that a message is in."""
        return (self.world.guild_of(message["channel_id"]) or self.world.home).member

    async def _act(self, interaction: Payload, answer: Answer) -> Answer:
        connection = await self.gateway.dispatch("INTERACTION_CREATE", interaction)
        await _either(answer.first, connection.closed, FIRST_ANSWER_WITHIN)
        await _either(answer.settled, connection.closed, SETTLED_WITHIN)
        return answer

    async def _stamp(self, _request: web.Request, answer: web.StreamResponse) -> None:
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + self.clock_ahead, usegmt=True)

    @web.middleware
    async def _witness(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(self._base):
            return await handler(request)
        path = request.path.removeprefix(self._base)
        self.asked.append(Asked(request.method, path, await body_of(request), asyncio.get_running_loop().time()))
        # A webhook's token is in its path; every other request must carry the bot's token.
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return error(401, 0, "401: Unauthorized")
        fault = self.faults.fault(request.method, path)
        answer = await handler(request) if fault is None else fault
        async with self._happened:
            self._happened.notify_all()
        if fault is not None:
            return fault
        hold = self.faults.held(request.method, path)
        if hold is not None:
            await hold.keep()
        return answer


async def _either(answered: asyncio.Event, closed: asyncio.Event, within: float) -> None:
    """Wait for the answer.

    Raises:
        NotAnswered: when the bot disconnects first, or `within` seconds have passed.
    """
    waiting = {asyncio.create_task(answered.wait()), asyncio.create_task(closed.wait())}
    try:
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    if not answered.is_set():
        raise NotAnswered("the bot disconnected" if closed.is_set() else f"no answer within {within:g} s")
