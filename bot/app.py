"""The composition root: builds everything once from the settings and owns its lifetime.

The demo and the tests build the court here too, with a store, clock, jury, randomness or worker of their own.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import discord
from discord.ext import commands

from bot.client import CourtBot
from bot.clock import SystemClock, Ticker
from bot.settings import Settings
from bot.worker import Worker
from cogs.assembly import Services, assemble
from cogs.delivery import DiscordCourier
from court.announcements.delivery import AnnouncementService
from court.announcements.host import HostNotices
from court.audience.reactions import ReactionQueue
from court.audience.votes import AudienceService
from court.docket.intake import IntakeService
from court.docket.lookup import LookupService, overview_of
from court.docket.moderation import ModerationService
from court.hearings.budget import HearingBudget
from court.hearings.conduct import HearingService
from court.hearings.faults import HostFaultService, Variables
from court.hearings.forecast import ForecastService
from court.hearings.queue import HearingQueueService
from court.hearings.recount import RecountService
from court.jury.pool import Jury
from court.jury.reach import Reach
from court.jury.research import ResearchService
from court.jury.seating import Seating
from court.ports import NO_METER, Clock, Courier, Randomness, Store
from court.servers.juries import JuryService
from court.servers.paces import PaceService
from court.servers.presence import PresenceService
from court.servers.settings import ServerSettingsService
from court.servers.statistics import StatisticsService
from court.servers.throttle import Throttle
from providers.vendors import base_url_variable, key_variable
from storage.database import Database

if TYPE_CHECKING:
    from bot.health.watch import Watch

log = logging.getLogger(__name__)


class OwnedStore(Store, Protocol):
    """A store with a lifetime, which its owner opens and closes. Here the owner is the app."""

    async def open(self) -> None:
        """Open the record.

        Raises:
            StorageError: when it cannot be used.
        """
        ...

    async def close(self) -> None:
        """Wait for transactions under way, then close the record. Closing twice does nothing."""
        ...


class App:
    """The whole court. `async with app` opens and closes its store; inside that block, `running` does the work.

    Attributes:
        store: the record: the store that was given, or else the one at `settings.database_url`.
        services: what the cogs call.
        hearings: holds one hearing.
        queue: holds the hearings that are due.
        recounts: counts stored hearings again.
    """

    def __init__(
        self,
        settings: Settings,
        jury: Jury,
        *,
        store: OwnedStore | None = None,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
        worker: Worker | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.store = store or Database(settings.database_url, writes=None if watch is None else watch.writes)
        self.worker = worker or Worker(settings.hearings_at_once)
        self._chance = randomness or random.SystemRandom()
        self._watch = watch
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._api_url = settings.discord_api_url
        self._allowed = settings.guilds_allowed
        self._host = HostNotices(settings.host_channel_id)
        # Kept for the life of a process: after a restart, every model is asked again.
        reach = Reach(self.clock)
        jury = replace(jury, reach=reach)
        self.services = self._services(settings, jury)
        meter = NO_METER if watch is None else watch.meter
        self.hearings = HearingService(jury, self.clock, self._chance, meter)
        self.queue = HearingQueueService(
            self.store,
            self.hearings,
            ResearchService(jury, self.clock, self._chance, settings.background_days, meter),
            HearingBudget(settings.caps),
            self.clock,
            self._chance,
            self.worker.wake,
            self._owner,
            self._host,
            HostFaultService(
                self.store,
                self.clock,
                jury,
                reach,
                self._host,
                self.worker.wake,
                Variables(key_variable, base_url_variable),
            ),
        )
        self.recounts = RecountService(self.store, self.clock)

    def _services(self, settings: Settings, jury: Jury) -> Services:
        caps = settings.caps
        store, clock, wake = self.store, self.clock, self.worker.wake
        audience = AudienceService(store, clock)
        return Services(
            intake=IntakeService(store, clock, wake),
            moderation=ModerationService(store, clock, self._chance, wake),
            lookup=LookupService(store),
            audience=audience,
            reactions=ReactionQueue(audience, clock),
            paces=PaceService(store, clock),
            throttle=Throttle(),
            servers=ServerSettingsService(store, clock, wake),
            presence=PresenceService(store, clock, wake, self._allowed, self._host),
            statistics=StatisticsService(
                store, clock, (caps.server_daily, caps.server_monthly), jury.unpriced, jury.assumed
            ),
            forecasts=ForecastService(store, clock, jury, HearingBudget(caps), settings.background_days),
            juries=JuryService(store, jury.pool),
            seating=Seating.of(jury),
            vacancy=jury.vacancy,
        )

    async def __aenter__(self) -> Self:
        await self.store.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.services.reactions.close()
        finally:
            await self.store.close()

    def new_bot(self) -> CourtBot:
        """Return a Discord client that has the court's commands and is not logged in yet."""

        async def add_commands(bot: commands.AutoShardedBot) -> None:
            await assemble(bot, self.services)

        return CourtBot(add_commands, api_url=self._api_url, watch=self._watch)

    def courier(self, bot: discord.Client) -> DiscordCourier:
        """Return a courier that delivers to Discord through `bot`."""
        return DiscordCourier(bot, vacancy=self.services.vacancy, reconciled=self.services.presence.reconciled)

    def announcements(self, courier: Courier) -> AnnouncementService:
        """Return the service that delivers the outbox through `courier`."""
        return AnnouncementService(self.store, courier, self.clock, overview_of, self._owner, self._host.channel_id)

    @asynccontextmanager
    async def running(self, courier: Courier) -> AsyncIterator[Ticker]:
        """Resume interrupted work, then hold hearings and deliver announcements as they fall due.

        The store must be open. Yields the ticker, which says when it last looked for work.

        Raises:
            StorageError: when the record cannot be written.
        """
        announcements = self.announcements(courier)
        ticker = Ticker(self.worker.wake, clock=self.clock, on_jump=partial(self._after_jump, announcements))
        await self.worker.start(self.queue, announcements, courier.ready)
        ticker.start()
        if self._watch is not None:
            self._watch.working(ticker.since_tick)
        try:
            yield ticker
        finally:
            ticker.stop()
            await self.worker.stop()

    async def _after_jump(self, announcements: AnnouncementService, by: timedelta) -> None:
        hearings, messages = await self.queue.bring_into_range(), await announcements.bring_into_range()
        self.worker.wake()
        log.warning(
            "the clock jumped %s by %s: work that is now due starts at once, and later work was moved within the usual "
            "limits (hearings: %d, messages: %d)",
            "back" if by < timedelta() else "forward",
            timedelta(seconds=round(abs(by).total_seconds())),
            hearings,
            messages,
        )
