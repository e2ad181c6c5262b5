"""Which servers are served: those that the bot is in and that the host allows. The work of the others is parked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from court.announcements.host import HostNotices
from court.announcements.kinds import RoleDeleted, ServerJoined
from court.counting.intervals import LONGEST_WAIT
from court.models import Arrival, GuildSettings, Server
from court.ports import Clock, Repositories, Store
from court.servers.greeting import greet

log = logging.getLogger(__name__)

BATCH = 50
"""Servers that are reconciled in one transaction."""


class PresenceService:
    """Notes when servers come, go and change, and lets their work wait or go on."""

    def __init__(
        self, store: Store, clock: Clock, wake: Callable[[], None], allowed: frozenset[int] | None, host: HostNotices
    ) -> None:
        """Set up the service.

        Args:
            store: the record.
            clock: gives the time.
            wake: called when there may be work to do.
            allowed: the ids of the servers that the host allows; None for every server.
            host: is told of new servers.
        """
        self._store = store
        self._clock = clock
        self._wake = wake
        self._allowed = allowed
        self._host = host
        self.reconciled = asyncio.Event()
        """Set once it is known which servers are served."""

    def allows(self, guild_id: int) -> bool:
        """Return whether the host allows the bot to serve that server."""
        return self._allowed is None or guild_id in self._allowed

    async def joined(self, server: Server) -> None:
        """Serve a server that the bot is in now, if it is allowed. What was parked when it left goes on."""
        async with self._store.writing() as repos:
            await self._arrive(repos, server)
        self._wake()

    async def removed(self, guild_id: int) -> None:
        """Park what waits for a server that has removed the bot."""
        async with self._store.writing() as repos:
            await self._depart(repos, guild_id)

    async def reconcile(self, servers: Sequence[Server]) -> None:
        """Note what changed while the bot was away. `servers` are all that it is in.

        Raises:
            StorageError: when it cannot be noted. Nothing is heard or announced until it is.
        """
        present = {server.id for server in servers}
        async with self._store.writing() as repos:
            for settings in await repos.guilds.served():
                if settings.guild_id not in present:
                    await self._depart(repos, settings.guild_id)
        # Not all at once: thousands of servers would hold up every vote meanwhile.
        for first in range(0, len(servers), BATCH):
            async with self._store.writing() as repos:
                for server in servers[first : first + BATCH]:
                    await self._reconcile(repos, server)
        self.reconciled.set()
        self._wake()

    async def _reconcile(self, repos: Repositories, server: Server) -> None:
        await self._arrive(repos, server)
        settings = await repos.guilds.get(server.id)
        if server.roles is not None and settings.mod_role_id not in {None, *server.roles}:
            await self._forget_role(repos, settings)
        await repos.outbox.make_due(server.id, self._clock.now())

    async def channel_changed(self, guild_id: int, channel_id: int) -> None:
        """Try again at once what waits for a server, if the channel that has changed is one of the court's."""
        async with self._store.reading() as repos:
            settings = await repos.guilds.get(guild_id)
        if channel_id in {settings.verdict_channel_id, settings.mod_channel_id}:
            await self.changed(guild_id)

    async def changed(self, guild_id: int) -> None:
        """Try again at once what waits for a server, because something has changed that may have been in the way."""
        async with self._store.writing() as repos:
            found = await repos.outbox.make_due(guild_id, self._clock.now())
        if found:
            self._wake()

    async def role_deleted(self, guild_id: int, role_id: int) -> None:
        """Tell moderators if the deleted role was theirs. From then on only those with Manage Server can decide."""
        async with self._store.writing() as repos:
            settings = await repos.guilds.get(guild_id)
            if settings.mod_role_id == role_id:
                await self._forget_role(repos, settings)
        self._wake()

    async def _arrive(self, repos: Repositories, server: Server) -> None:
        allowed, now = self.allows(server.id), self._clock.now()
        arrival = await repos.guilds.arrive(server.id)
        if arrival is Arrival.NEW:
            await self._host.add(repos, ServerJoined(server.id, server.name, server.members, allowed), now)
        if not allowed:
            await self._depart(repos, server.id)
            return
        if arrival is not Arrival.KNOWN:
            await greet(repos, server, now)
        if arrival is Arrival.RETURNED:
            hearings = await repos.hearing_queue.unpark(server.id, now + LONGEST_WAIT)
            messages = await repos.outbox.unpark(server.id, now)
            log.info("server %d is served again: %d hearings and %d messages go on", server.id, hearings, messages)

    async def _depart(self, repos: Repositories, guild_id: int) -> None:
        await repos.guilds.leave(guild_id, self._clock.now())
        hearings, messages = await repos.hearing_queue.park(guild_id), await repos.outbox.park(guild_id)
        if hearings or messages:
            log.info("server %d is not served now: %d hearings and %d messages wait", guild_id, hearings, messages)

    async def _forget_role(self, repos: Repositories, settings: GuildSettings) -> None:
        await repos.guilds.put(replace(settings, mod_role_id=None))
        await repos.outbox.add(RoleDeleted(), settings.guild_id, self._clock.now())
