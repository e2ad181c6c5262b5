"""The composition root: builds everything once from settings, and owns how long it lives.

Whoever needs the court with another clock, jury or chance (the demo, the tests) builds it here too.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from discord.ext import commands

from bot.client import CourtBot
from bot.clock import SystemClock, Ticker
from bot.settings import Settings
from bot.worker import Worker
from cogs.assembly import Services, assemble
from cogs.delivery import DiscordCourier
from court.announcements.delivery import AnnouncementService
from court.audience.votes import AudienceService
from court.docket.intake import IntakeService
from court.docket.lookup import LookupService, overview_of
from court.docket.moderation import ModerationService
from court.hearings.budget import HearingBudget
from court.hearings.conduct import HearingService
from court.hearings.queue import HearingQueueService
from court.jury.pool import Jury
from court.jury.research import ResearchService
from court.jury.seating import Seating
from court.ports import Clock, Courier, Randomness
from court.servers.settings import ServerSettingsService
from court.servers.statistics import StatisticsService
from storage.database import Database


class App:
    """The whole court. Nothing runs before `running` is entered, and nothing does after it is left."""

    def __init__(
        self,
        settings: Settings,
        jury: Jury,
        *,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        chance = randomness or random.SystemRandom()
        self.database = Database(settings.database_url)
        self.worker = Worker()
        wake = self.worker.wake
        self.services = Services(
            intake=IntakeService(self.database, self.clock, chance, wake),
            moderation=ModerationService(self.database, self.clock, wake),
            lookup=LookupService(self.database),
            audience=AudienceService(self.database, self.clock),
            servers=ServerSettingsService(self.database, self.clock, wake),
            statistics=StatisticsService(
                self.database,
                self.clock,
                (settings.caps.server_daily, settings.caps.server_monthly),
                jury.unpriced,
            ),
            seating=Seating.of(jury),
            vacancy=jury.vacancy,
        )
        self.queue = HearingQueueService(
            self.database,
            HearingService(jury, self.clock, chance),
            ResearchService(jury, self.clock, chance, settings.background_days),
            HearingBudget(settings.caps),
            self.clock,
            chance,
            wake,
        )
        self._api_url = settings.discord_api_url

    def new_bot(self) -> CourtBot:
        """A Discord client with the court's commands in it, not logged in yet."""

        async def furnish(bot: commands.AutoShardedBot) -> None:
            await assemble(bot, self.services)

        return CourtBot(furnish, api_url=self._api_url)

    def courier(self, bot: CourtBot) -> DiscordCourier:
        """The way out to Discord through `bot`."""
        return DiscordCourier(bot, vacancy=self.services.vacancy)

    def announcements(self, courier: Courier) -> AnnouncementService:
        """The outbox, worked off through `courier`."""
        return AnnouncementService(self.database, courier, self.clock, overview_of)

    @asynccontextmanager
    async def running(self, courier: Courier) -> AsyncIterator[None]:
        """Work, with the record open already: take up what was cut off, then hear and announce what falls due.

        Raises:
            StorageError: when the record cannot be written.
        """
        ticker = Ticker(self.worker.wake)
        await self.worker.start(self.queue, self.announcements(courier))
        ticker.start()
        try:
            yield
        finally:
            ticker.stop()
            await self.worker.stop()
