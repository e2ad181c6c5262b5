"""Delivers the outbox. A posted message goes out once; persistent kinds are tried until they are delivered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from court.announcements.attempts import (
    LONGEST_RETRY,
    Attempt,
    Moot,
    closing,
    hopeless,
    may_be_out,
    rate_limit,
    retry_delay,
)
from court.announcements.delays import message_of_notice, notify, settle
from court.announcements.kinds import DelaySettled, Greeting, Settlement
from court.claims import Returns, nothing
from court.errors import StorageError, Undeliverable
from court.models import Case, CaseOverview, MessageRef
from court.models.announcements import Announcement, Obstacle, Place, Problem, Subject
from court.models.work import Dispatch, Lease
from court.ports import Clock, Courier, Repositories, Store

log = logging.getLogger(__name__)

T = TypeVar("T")

SEND_LIMIT = 10.0
"""Seconds that Discord has to take a message, an edit or the reactions."""

FIND_LIMIT = 120.0
"""Seconds for finding a message that may have gone out: a busy channel has many pages."""

DELIVERIES_AT_ONCE = 64
"""Lanes that are served at the same time. Others wait only while more channels than that hang for the first time."""

RETRIES_AT_ONCE = 16
"""Of those, lanes that were closed after a failure: channels that go on hanging keep no other waiting."""

LEASE = timedelta(minutes=10)
"""How long a claim holds. It is longer than a whole delivery can take."""

OverviewOf: TypeAlias = Callable[[Repositories, Case, int | None], Awaitable[CaseOverview]]
"""Reads the overview of a case as of a session, or as of its last one."""


class AnnouncementService:
    """Delivers dispatches, one per call; several may call at once. No transaction is open during a call to Discord."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        clock: Clock,
        overview_of: OverviewOf,
        owner: str,
        host_channel_id: int | None = None,
    ) -> None:
        """Set up the service.

        Args:
            store: the record with the outbox.
            courier: brings messages to Discord.
            clock: gives the time.
            overview_of: reads what a card shows.
            owner: the name of this process in its claims.
            host_channel_id: where the host is told of things, if a channel is set.
        """
        self._store = store
        self._courier = courier
        self._clock = clock
        self._overview_of = overview_of
        self._owner = owner
        self._host_channel_id = host_channel_id
        self._late: set[asyncio.Task[Any]] = set()
        self._returns: Returns[tuple[Attempt, Undeliverable]] = Returns(self._put_off)
        self._delivering = {
            Place.MOD_CHANNEL: self._deliver_to_channel,
            Place.VERDICT_CHANNEL: self._deliver_to_channel,
            Place.GREETING_CHANNEL: self._deliver_to_channel,
            Place.HOST_CHANNEL: self._deliver_to_channel,
            Place.CARD: self._edit_card,
            Place.NOTICE: self._edit_notice,
            Place.INBOX: self._tell_member,
        }

    async def recover(self) -> int:
        """Give back the dispatches that a killed process had claimed; return how many.

        Each is looked for on Discord before it is sent again. None waits longer than the longest retry, in case the
        clock was wrong when it was put off. Where other processes may work on the record too, claims of processes that
        have ended are taken over when their leases expire.
        """
        if not self._store.exclusive:
            return 0
        async with self._store.writing() as repos:
            released = await repos.outbox.release_all()
            await self._into_range(repos)
        return released

    async def bring_into_range(self) -> int:
        """After a jump of the clock, let no dispatch wait longer than the longest retry; return how many did."""
        async with self._store.writing() as repos:
            return await self._into_range(repos)

    async def _into_range(self, repos: Repositories) -> int:
        return await repos.outbox.bring_forward(self._clock.now() + LONGEST_RETRY)

    async def deliver_next(self, claimed: Callable[[], None] = nothing) -> bool:
        """Deliver the dispatch that is next; return whether there was one.

        `claimed` is called as soon as there is one.
        """
        await self._returns.settle()
        now = self._clock.now()
        async with self._store.writing() as repos:
            dispatch = await repos.outbox.claim(now, Lease(self._owner, now + LEASE), failing=RETRIES_AT_ONCE)
        if dispatch is None:
            return False
        claimed()
        attempt = Attempt(dispatch, dispatch.message)
        try:
            await self._deliver(attempt)
        except Undeliverable as error:
            self._returns.add((attempt, error))
        except Exception as error:
            # Neither a bug of ours nor a record that cannot be written may lose a claimed dispatch.
            known = isinstance(error, StorageError)
            log.error("dispatch %d (%s) failed: %s", dispatch.id, dispatch.label, error, exc_info=not known)  # noqa: TRY400
            problem = Problem(Obstacle.FAULT, detail=type(error).__name__)
            self._returns.add((attempt, Undeliverable(problem, lasting=False)))
        await self._returns.settle()
        return True

    async def _deliver(self, attempt: Attempt) -> None:
        dispatch = attempt.dispatch
        async with self._store.reading() as repos:
            subject = await self._subject_of(repos, dispatch)
            absent = await repos.guilds.absent(dispatch.guild_id)
        if absent:
            await self._park(dispatch)
            return
        if not dispatch.announcement.is_on_record(subject):
            raise Moot(Obstacle.OFF_RECORD, dispatch.label)
        if dispatch.announcement.newest_only and dispatch.message is None:
            await self._give_way(dispatch)
        await self._delivering[dispatch.announcement.place](attempt, subject)
        async with self._store.writing() as repos:
            await repos.outbox.done(dispatch.id)
            await settle(repos, dispatch, Settlement.DELIVERED, self._clock.now())
            await repos.outbox.free(dispatch, self._clock.now(), pace=attempt.pace)

    async def _park(self, dispatch: Dispatch) -> None:
        """Give a dispatch back whose server is not served now. It waits there with the others until it is."""
        now = self._clock.now()
        async with self._store.writing() as repos:
            await repos.outbox.postpone(dispatch.id, now, dispatch.error or "")
            await repos.outbox.park(dispatch.guild_id)
            await repos.outbox.free(dispatch, now)

    async def _give_way(self, dispatch: Dispatch) -> None:
        async with self._store.writing() as repos:
            superseded = await repos.outbox.supersede(dispatch)
        if superseded:
            raise Moot(Obstacle.SUPERSEDED, dispatch.label)

    async def _subject_of(self, repos: Repositories, dispatch: Dispatch) -> Subject:
        settings, references = await repos.guilds.get(dispatch.guild_id), dispatch.announcement.references
        case_id = references["case_id"]
        case = None if case_id is None else await repos.cases.get(case_id)
        if case is None:
            return Subject(settings)
        return Subject(settings, await self._overview_of(repos, case, references["session"]))

    async def _deliver_to_channel(self, attempt: Attempt, subject: Subject) -> None:
        announcement = attempt.dispatch.announcement
        message = attempt.message or await self._post(attempt, subject)
        case_id = announcement.references["case_id"]
        if announcement.is_card and case_id is not None:
            async with self._store.writing() as repos:
                await repos.cases.set_card(case_id, message)
        if announcement.opens_vote:
            await self._within(SEND_LIMIT, message.channel_id, self._courier.react(message))

    async def _post(self, attempt: Attempt, subject: Subject) -> MessageRef:
        dispatch = attempt.dispatch
        channel_id = self._channel_of(dispatch.announcement, subject)
        message = None
        # An attempt that failed may have sent its message: Discord's answer was lost, or the message was not noted.
        if dispatch.recheck:
            message = await self._within(FIND_LIMIT, channel_id, self._courier.find(channel_id, dispatch))
        if message is None:
            message = await self._within(SEND_LIMIT, channel_id, self._courier.post(channel_id, dispatch, subject))
            attempt.posted = True
        async with self._store.writing() as repos:
            await repos.outbox.posted(dispatch.id, message)
        attempt.message = message
        return message

    def _channel_of(self, announcement: Announcement, subject: Subject) -> int:
        if isinstance(announcement, Greeting):
            return announcement.channel_id
        settings = subject.settings
        channel_id, obstacle = {
            Place.VERDICT_CHANNEL: (settings.verdict_channel_id, Obstacle.NO_VERDICT_CHANNEL),
            Place.MOD_CHANNEL: (settings.mod_channel_id, Obstacle.NO_MOD_CHANNEL),
            Place.HOST_CHANNEL: (self._host_channel_id, Obstacle.NO_HOST_CHANNEL),
        }[announcement.place]
        if channel_id is None:
            raise Undeliverable(Problem(obstacle), lasting=True)
        return channel_id

    async def _edit_card(self, attempt: Attempt, subject: Subject) -> None:
        card = None if subject.overview is None else subject.overview.case.card
        if card is None:
            raise Undeliverable(Problem(Obstacle.NO_CARD), lasting=False)
        await self._within(SEND_LIMIT, card.channel_id, self._courier.edit(card, attempt.dispatch, subject))

    async def _edit_notice(self, attempt: Attempt, subject: Subject) -> None:
        settled = attempt.dispatch.announcement
        assert isinstance(settled, DelaySettled)  # noqa: S101 - the only kind for this place
        async with self._store.writing() as repos:
            message = await message_of_notice(repos, settled.notice_id)
        if message is None:
            raise Moot(Obstacle.OFF_RECORD, attempt.dispatch.label)
        edited = self._courier.edit(message, attempt.dispatch, subject)
        await self._within(SEND_LIMIT, message.channel_id, edited)

    async def _tell_member(self, attempt: Attempt, subject: Subject) -> None:
        user_id = attempt.dispatch.announcement.references["user_id"]
        assert user_id is not None  # noqa: S101 - every kind for an inbox names its member
        await self._within(SEND_LIMIT, None, self._courier.tell(user_id, attempt.dispatch, subject))

    async def _within(self, seconds: float, channel_id: int | None, call: Coroutine[Any, Any, T]) -> T:
        """Return the result of a call to Discord. `channel_id` is None for a member's inbox.

        A call that takes longer goes on by itself, because a client that is cancelled while it waits for a rate limit
        may never send anything again. If its message still goes out, the next attempt finds it.

        Raises:
            Undeliverable: when the call fails, or is not over within the limit.
        """
        task = asyncio.create_task(call)
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done:
            return task.result()
        self._late.add(task)
        task.add_done_callback(self._forget)
        raise Undeliverable(Problem(Obstacle.SLOW, channel_id), lasting=False)

    def _forget(self, late: asyncio.Task[Any]) -> None:
        self._late.discard(late)
        if not late.cancelled() and (error := late.exception()) is not None:
            log.info("a call to Discord that had taken too long failed in the end: %s", type(error).__name__)

    async def _put_off(self, failed: tuple[Attempt, Undeliverable]) -> None:
        attempt, error = failed
        dispatch, now, problem = attempt.dispatch, self._clock.now(), str(error.problem)
        log.warning("dispatch %d (%s) could not be delivered: %s", dispatch.id, dispatch.label, problem)
        async with self._store.writing() as repos:
            if hopeless(attempt, error):
                await repos.outbox.drop(dispatch.id, problem)
                newer = error.problem.obstacle is Obstacle.SUPERSEDED
                await settle(repos, dispatch, Settlement.DELIVERED if newer else Settlement.GIVEN_UP, now)
            else:
                notice_id = await notify(repos, attempt, error, now)
                due_at = now + retry_delay(dispatch, error)
                await repos.outbox.postpone(
                    dispatch.id, due_at, problem, notice_id=notice_id, may_be_out=may_be_out(error)
                )
            closed, limited = closing(attempt, error), rate_limit(error)
            await repos.outbox.free(dispatch, now, pace=attempt.pace, closed=closed, limited=limited)
