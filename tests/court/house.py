"""A whole court over a real record and fake models: one guild that is set up, five jurors who vote YES, and a judge."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Self

from bot.app import App, OwnedStore
from bot.worker import Worker
from court.hearings.budget import Caps
from court.jury.pool import Jury
from court.models import MICRO, Case, CaseState, Hearing, Member, ModelRef
from court.ports import Randomness
from storage.database import Database
from tests.fakes.courier import FakeCourier
from tests.fakes.faults import FaultyStore
from tests.fakes.models import FakeModel, Step, rules, votes
from tests.fakes.world import FakeClock
from tests.settings import bare_settings

GUILD, OTHER_GUILD = 7, 8
MOD_CHANNEL, VERDICT_CHANNEL = 100, 200
ROLE = 300
FILER, VOTER = 11, 12
MODERATOR = Member(21, [ROLE], manages_guild=False)
OWNER = Member(22, [], manages_guild=True)
NOBODY = Member(23, [1, 2], manages_guild=False)
WEEK = timedelta(days=7)
"""The time from one session of a case to the next, once the guild is set up."""
MOST_STEPS = 1_000
"""Steps after which a loop that should have ended is given up."""


class IdleWorker(Worker):
    """A worker that does no work, because the tests do it. It calls `on_wake` when it is woken."""

    def __init__(self, on_wake: Callable[[], None]) -> None:
        super().__init__()
        self._on_wake = on_wake

    def wake(self) -> None:
        self._on_wake()


class House:
    """The services of one process, over a record that `async with house` opens and closes.

    `restart` does what a new process does after a crash. A house that is not opened can hold a hearing,
    but cannot store it.
    """

    def __init__(self, store: OwnedStore | None = None) -> None:
        self.clock = FakeClock()
        self.store = FaultyStore(store or Database(":memory:"))
        self.courier = FakeCourier(watch=self.store.watch)
        self.chance = random.Random(1)
        self.wakes = 0
        self.caps = Caps()
        self.background_days = 30
        self.allowed_guilds: str | None = None
        self.host_channel_id: int | None = None
        self.jurors = [self.model(f"vendor{number}/model", votes()) for number in range(1, 6)]
        self.judge = self.model("judges/judge", rules())
        self.jury = Jury(self.pool(self.jurors), self.judge, panel_size=5, timeout=5.0)
        self.restart_services()

    async def __aenter__(self) -> Self:
        await self.store.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()

    def build(self, *, store: OwnedStore | None = None, randomness: Randomness | None = None) -> App:
        """Build the court with the present jury and caps of the house, or with another store or randomness if given."""
        settings = bare_settings(
            background_days=self.background_days,
            allowed_guilds=self.allowed_guilds,
            host_channel_id=self.host_channel_id,
            daily_cap_usd=_usd(self.caps.daily),
            monthly_cap_usd=_usd(self.caps.monthly),
            server_daily_cap_usd=_usd(self.caps.server_daily),
            server_monthly_cap_usd=_usd(self.caps.server_monthly),
        )
        return App(
            settings,
            self.jury,
            store=store or self.store,
            clock=self.clock,
            randomness=randomness or self.chance,
            worker=IdleWorker(self.wake),
        )

    def restart_services(self) -> None:
        """Build the services again, over the same record."""
        app = self.build()
        self.servers = app.services.servers
        self.presence = app.services.presence
        self.intake = app.services.intake
        self.moderation = app.services.moderation
        self.lookup = app.services.lookup
        self.audience = app.services.audience
        self.statistics = app.services.statistics
        self.hearings = app.hearings
        self.queue = app.queue
        self.recounts = app.recounts
        self.announcements = app.announcements(self.courier)

    def wake(self) -> None:
        self.wakes += 1

    def model(self, ref: str, *steps: Step) -> FakeModel:
        return FakeModel(ref, *steps, watch=self.store.watch)

    def pool(self, models: Sequence[FakeModel]) -> dict[ModelRef, FakeModel]:
        return {model.ref: model for model in models}

    def seat(self, *models: FakeModel, judge: FakeModel | None = None, timeout: float = 5.0) -> None:
        """Replace the jury by exactly these models."""
        self.jury = replace(
            self.jury,
            pool=self.pool(models),
            panel_size=len(models),
            judge=judge or self.judge,
            timeout=timeout,
        )
        self.restart_services()

    def jury_says(self, *steps: Step) -> None:
        """Script the answers of the five jurors: one step for each, or a single step for all of them."""
        for juror, step in zip(self.jurors, steps * 5 if len(steps) == 1 else steps, strict=True):
            juror.script(step)

    async def restart(self) -> tuple[int, int]:
        """Start again after a crash. Return how many due hearings and dispatches were given back."""
        self.restart_services()
        return await self.queue.recover(), await self.announcements.recover()

    async def set_up(self, guild_id: int = GUILD) -> None:
        await self.servers.change(
            guild_id, mod_channel_id=MOD_CHANNEL, verdict_channel_id=VERDICT_CHANNEL, mod_role_id=ROLE
        )
        await self.settle_on(guild_id, interval_days=WEEK.days)

    async def settle_on(self, guild_id: int = GUILD, **settings: Any) -> None:
        """Change the guild's settings. A None is stored too."""
        async with self.store.writing() as repos:
            await repos.guilds.put(replace(await repos.guilds.get(guild_id), **settings))

    async def filed(self, text: str = "Can AI write a novel?", guild_id: int = GUILD) -> Case:
        return (await self.intake.ask(guild_id, FILER, text)).case

    async def docketed(self, text: str = "Can AI write a novel?", guild_id: int = GUILD) -> Case:
        case = await self.filed(text, guild_id)
        return await self.moderation.approve(guild_id, case.id, OWNER)

    async def heard(self, text: str = "Can AI write a novel?", guild_id: int = GUILD) -> Case:
        """Return a case that is docketed and was heard once."""
        case = await self.docketed(text, guild_id)
        assert await self.queue.hold_next()
        return case

    async def hold_all(self) -> int:
        """Hold all hearings that are due. Return how many there were."""
        for held in range(MOST_STEPS):
            if not await self.queue.hold_next():
                return held
        raise AssertionError("the hearing queue never empties")

    async def deliver_all(self) -> int:
        """Deliver all dispatches that are due. Return how many there were."""
        for delivered in range(MOST_STEPS):
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


def _usd(millionths: int | None) -> Decimal | None:
    return None if millionths is None else Decimal(millionths) / MICRO
