"""A whole court over fakes: one guild that is set up, five jurors who vote YES, and a judge."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from court.announcements.delivery import AnnouncementService
from court.audience.votes import AudienceService
from court.docket.intake import IntakeService
from court.docket.lookup import LookupService, overview_of
from court.docket.moderation import ModerationService
from court.hearings.budget import Caps, HearingBudget
from court.hearings.conduct import HearingService
from court.hearings.queue import HearingQueueService
from court.jury.pool import Jury
from court.jury.research import ResearchService
from court.models import Case, CaseState, Hearing, Member, ModelRef
from court.servers.settings import ServerSettingsService
from tests.fakes.courier import FakeCourier
from tests.fakes.faults import FaultyStore
from tests.fakes.models import FakeModel, Step, rules, votes
from tests.fakes.store import FakeStore
from tests.fakes.world import FakeClock

GUILD, OTHER_GUILD = 7, 8
MOD_CHANNEL, VERDICT_CHANNEL = 100, 200
ROLE = 300
FILER, VOTER = 11, 12
MODERATOR = Member(21, [ROLE], manages_guild=False)
OWNER = Member(22, [], manages_guild=True)
NOBODY = Member(23, [1, 2], manages_guild=False)
WEEK = timedelta(days=7)
"""How often the court of the house sits."""
DRAINED = 1_000
"""Steps after which a loop that should have come to its end has not."""


class House:
    """The services of one process. `restart` is what a new process finds after a crash."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = FaultyStore(FakeStore())
        self.courier = FakeCourier(watch=self.store.watch)
        self.chance = random.Random(1)
        self.wakes = 0
        self.caps = Caps()
        self.background_days = 30
        self.jurors = [self.model(f"vendor{number}/model", votes()) for number in range(1, 6)]
        self.judge = self.model("judges/judge", rules())
        self.jury = Jury(self.pool(self.jurors), self.judge, panel_size=5, timeout=5.0)
        self.restart_services()

    def restart_services(self) -> None:
        """Build the services anew, with the jury that the house has now."""
        self.servers = ServerSettingsService(self.store, self.clock, self.wake)
        self.intake = IntakeService(self.store, self.clock, self.chance, self.wake)
        self.moderation = ModerationService(self.store, self.clock, self.wake)
        self.lookup = LookupService(self.store)
        self.audience = AudienceService(self.store, self.clock)
        self.hearings = HearingService(self.jury, self.clock, self.chance)
        self.queue = HearingQueueService(
            self.store,
            self.hearings,
            ResearchService(self.jury, self.clock, self.chance, self.background_days),
            HearingBudget(self.caps),
            self.clock,
            self.chance,
            self.wake,
        )
        self.announcements = AnnouncementService(self.store, self.courier, self.clock, overview_of)

    def wake(self) -> None:
        self.wakes += 1

    def model(self, ref: str, *steps: Step) -> FakeModel:
        return FakeModel(ref, *steps, watch=self.store.watch)

    def pool(self, models: Sequence[FakeModel]) -> dict[ModelRef, FakeModel]:
        return {model.ref: model for model in models}

    def seat(self, *models: FakeModel, judge: FakeModel | None = None, timeout: float = 5.0) -> None:
        """Have exactly these sit."""
        self.jury = replace(
            self.jury,
            pool=self.pool(models),
            panel_size=len(models),
            judge=judge or self.judge,
            timeout=timeout,
        )
        self.restart_services()

    def jury_says(self, *steps: Step) -> None:
        """Have the five jurors of the house answer so, one step each; one step is everybody's."""
        for juror, step in zip(self.jurors, steps * 5 if len(steps) == 1 else steps, strict=True):
            juror.script(step)

    async def restart(self) -> tuple[int, int]:
        """Start again after a crash: how many due hearings and dispatches were given back."""
        self.restart_services()
        return await self.queue.recover(), await self.announcements.recover()

    async def set_up(self, guild_id: int = GUILD) -> None:
        await self.servers.change(
            guild_id, mod_channel_id=MOD_CHANNEL, verdict_channel_id=VERDICT_CHANNEL, mod_role_id=ROLE
        )
        await self.settle_on(guild_id, interval_days=WEEK.days)

    async def settle_on(self, guild_id: int = GUILD, **settings: int | None) -> None:
        """Change the guild's settings, nulls too."""
        async with self.store.writing() as repos:
            await repos.guilds.put(replace(await repos.guilds.get(guild_id), **settings))

    async def filed(self, text: str = "Can AI write a novel?", guild_id: int = GUILD) -> Case:
        return (await self.intake.ask(guild_id, FILER, text)).case

    async def docketed(self, text: str = "Can AI write a novel?", guild_id: int = GUILD) -> Case:
        case = await self.filed(text, guild_id)
        return await self.moderation.approve(guild_id, case.id, OWNER)

    async def heard(self, text: str = "Can AI write a novel?", guild_id: int = GUILD) -> Case:
        """A case that is docketed and heard once."""
        case = await self.docketed(text, guild_id)
        assert await self.queue.hold_next()
        return case

    async def hold_all(self) -> int:
        """Hold what is due; how many."""
        for held in range(DRAINED):
            if not await self.queue.hold_next():
                return held
        raise AssertionError("the hearing queue never empties")

    async def deliver_all(self) -> int:
        """Deliver what is due; how many."""
        for delivered in range(DRAINED):
            if not await self.announcements.deliver_next():
                return delivered
        raise AssertionError("dispatches never end")

    async def sessions(self, case: Case) -> list[Hearing]:
        async with self.store.reading() as repos:
            return await repos.hearings.of_case(case.id)

    async def case(self, case_id: int) -> Case:
        async with self.store.reading() as repos:
            case = await repos.cases.get(case_id)
        assert case is not None
        return case

    async def cases(self, guild_id: int = GUILD) -> list[Case]:
        async with self.store.reading() as repos:
            return await repos.cases.newest(guild_id, list(CaseState), limit=1_000)
