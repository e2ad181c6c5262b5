"""Makes the demo's past with the real services, a real database, scripted jurors and a simulated clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bot.app import App
from bot.demo.jurors import Part, Parts, rehearsal_jury
from bot.demo.tracks import AUDIENCE, TRACKS, Track
from bot.settings import Settings
from court.models import Case, Member, MessageRef, Vote
from court.models.announcements import Subject
from court.models.work import Dispatch

SEED = 1946
TIMEOUT = 5.0
DAYS = 7 * max(len(track.moods) for track in TRACKS)
CHANNEL, MODERATOR, MEMBERS = 1, 1, 1_000
"""Ids of the channel and the people of the past. They do not exist on the simulated server."""


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at


class DiscardingCourier:
    """A courier that accepts every message and shows it to nobody."""

    def __init__(self) -> None:
        self._posted = 0

    async def ready(self) -> None:
        return None

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        self._posted += 1
        return MessageRef(channel_id, self._posted)

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        return None

    async def react(self, message: MessageRef) -> None:
        return None

    async def tell(self, user_id: int, dispatch: Dispatch, subject: Subject) -> None:
        return None

    async def find(self, channel_id: int, dispatch: Dispatch) -> MessageRef | None:
        return None


def opening_day(track: Track, today: date) -> date:
    """Return the day of a track's first session."""
    late = 1 + TRACKS.index(track) % 6 if track.late is None else track.late
    return today - timedelta(weeks=len(track.moods) - 1, days=late)


def parts_for(today: date) -> Parts:
    """Return the jurors' script for every track, for a demo that starts on `today`."""
    return {track.statement: Part(opening_day(track, today), track.moods) for track in TRACKS}


async def rehearse(settings: Settings, guild_id: int, on_day: Callable[[int, int], None]) -> None:
    """Fill an empty record with the docket's past, up to now. `on_day` is called with the days done and their total.

    The rulings of the featured cases' last sessions stay in the outbox, and are announced when
    the demo starts.

    Raises:
        StorageError: when the record cannot be written.
    """
    now = datetime.now(UTC)
    today = now.date()
    clock = SimulatedClock(now)
    jury = rehearsal_jury(parts_for(today), panel_size=settings.panel_size, timeout=TIMEOUT, pace=lambda: 0.0)
    app = App(settings, jury, clock=clock, randomness=random.Random(SEED))  # noqa: S311 - the same in every run
    async with app:
        await app.services.servers.change(guild_id, verdict_channel_id=CHANNEL, mod_channel_id=CHANNEL)
        await app.services.servers.fix_interval(guild_id, 7)
        for ago in range(DAYS, -1, -1):
            # The same time every day, so that a case that opened whole weeks ago is due again exactly now.
            clock.move_to(now - timedelta(days=ago))
            await _file_new_cases(app, guild_id, clock.now().date(), today)
            await _hold_and_deliver(app, deliver=ago > 0)
            on_day(DAYS - ago, DAYS)


async def _file_new_cases(app: App, guild_id: int, day: date, today: date) -> None:
    moderator = Member(MODERATOR, (), manages_guild=True)
    for number, track in enumerate(TRACKS):
        if opening_day(track, today) != day:
            continue
        filing = await app.services.intake.ask(guild_id, MEMBERS + number, track.statement)
        await app.services.moderation.approve(guild_id, filing.case.id, moderator)
        await _cast_votes(app, filing.case)


async def _cast_votes(app: App, case: Case) -> None:
    """Cast the audience's votes at random. The statement is the seed, so that every run has the same votes."""
    chance = random.Random(case.statement)  # noqa: S311
    leanings = [chance.random() for _ in Vote]
    for member in range(chance.randint(3, AUDIENCE)):
        vote = chance.choices(list(Vote), leanings)[0]
        await app.services.audience.vote(case.guild_id, case.id, MEMBERS + member, vote)


async def _hold_and_deliver(app: App, *, deliver: bool) -> None:
    announcements = app.announcements(DiscardingCourier())
    while await app.queue.hold_next():
        pass
    while deliver and await announcements.deliver_next():
        pass
