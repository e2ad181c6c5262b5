"""Makes the demo's past: real services, a real database, scripted jurors, and a clock that runs through the weeks."""

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
"""Ids of the past's channel and people, who are in no simulated server."""


class SimulatedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at


class Archive:
    """A courier into a past in which nobody was in the channel: it takes everything and shows it to no one."""

    def __init__(self) -> None:
        self._posted = 0

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        self._posted += 1
        return MessageRef(channel_id, self._posted)

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        return None

    async def react(self, message: MessageRef) -> None:
        return None

    async def tell(self, user_id: int, dispatch: Dispatch, subject: Subject) -> None:
        return None

    async def find(self, channel_id: int, dispatch_id: int) -> MessageRef | None:
        return None


def opening_day(track: Track, today: date) -> date:
    """The day of a track's first session."""
    late = 1 + TRACKS.index(track) % 6 if track.late is None else track.late
    return today - timedelta(weeks=len(track.moods) - 1, days=late)


def learn_parts(today: date) -> Parts:
    """What the scripted jurors know of the docket, for a demo given `today`."""
    return {track.statement: Part(opening_day(track, today), track.moods) for track in TRACKS}


async def rehearse(settings: Settings, guild_id: int, on_day: Callable[[int, int], None]) -> None:
    """Fill an empty record with the docket's past, up to now; `on_day` hears how far it is.

    The rulings of the featured cases' last sessions are left in the outbox, to be announced as the
    curtain rises.

    Raises:
        StorageError: when the record cannot be written.
    """
    now = datetime.now(UTC)
    today = now.date()
    clock = SimulatedClock(now)
    jury = rehearsal_jury(learn_parts(today), panel_size=settings.panel_size, timeout=TIMEOUT, pace=lambda: 0.0)
    app = App(settings, jury, clock=clock, randomness=random.Random(SEED))  # noqa: S311 - the same play every night
    async with app:
        await app.services.servers.change(guild_id, verdict_channel_id=CHANNEL, mod_channel_id=CHANNEL)
        await app.services.servers.fix_interval(guild_id, 7)
        for ago in range(DAYS, -1, -1):
            # The same hour every day, so that a case that opened weeks ago is due again at this very moment.
            clock.move_to(now - timedelta(days=ago))
            await _file_what_opens(app, guild_id, clock.now().date(), today)
            await _sit(app, deliver=ago > 0)
            on_day(DAYS - ago, DAYS)


async def _file_what_opens(app: App, guild_id: int, day: date, today: date) -> None:
    moderator = Member(MODERATOR, (), manages_guild=True)
    for number, track in enumerate(TRACKS):
        if opening_day(track, today) != day:
            continue
        filing = await app.services.intake.ask(guild_id, MEMBERS + number, track.statement)
        await app.services.moderation.approve(guild_id, filing.case.id, moderator)
        await _poll(app, filing.case)


async def _poll(app: App, case: Case) -> None:
    """The audience votes, each member as chance and the case have it."""
    chance = random.Random(case.statement)  # noqa: S311
    leanings = [chance.random() for _ in Vote]
    for member in range(chance.randint(3, AUDIENCE)):
        vote = chance.choices(list(Vote), leanings)[0]
        await app.services.audience.vote(case.guild_id, case.id, MEMBERS + member, vote)


async def _sit(app: App, *, deliver: bool) -> None:
    announcements = app.announcements(Archive())
    while await app.queue.hold_next():
        pass
    while deliver and await announcements.deliver_next():
        pass
