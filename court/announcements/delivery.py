"""Working off the outbox. A posted message goes out once; persistent kinds are tried until they are delivered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from court.announcements.kinds import DelayNotice
from court.claims import Returns
from court.errors import Undeliverable
from court.models import Case, CaseOverview, MessageRef
from court.models.announcements import Obstacle, Place, Problem, Subject
from court.models.work import Dispatch, backoff
from court.ports import Clock, Courier, Repositories, Store

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
PASSING_FAILURES = 33
"""Attempts, over about a day, after which an announcement that is not insistent is dropped."""

OverviewOf: TypeAlias = Callable[[Repositories, Case, int | None], Awaitable[CaseOverview]]
"""Reads the overview of a case as of a session, or as of its last one."""


class _OffRecord(Undeliverable):
    """The record does not hold what the announcement reports: no attempt will ever succeed."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem(Obstacle.OFF_RECORD, detail=detail), lasting=True)


class AnnouncementService:
    """Delivers dispatches, one per call. No transaction is open during a call to Discord."""

    def __init__(self, store: Store, courier: Courier, clock: Clock, overview_of: OverviewOf) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._overview_of = overview_of
        self._returns: Returns[tuple[Dispatch, Undeliverable]] = Returns(self._put_off)
        self._delivering = {
            Place.MOD_CHANNEL: self._deliver_to_channel,
            Place.VERDICT_CHANNEL: self._deliver_to_channel,
            Place.CARD: self._edit_card,
            Place.INBOX: self._tell_member,
        }

    async def recover(self) -> int:
        """Give back the dispatches that a killed process had claimed; return how many.

        Each is looked for on Discord before it is sent again. None waits longer than the longest retry, in case the
        clock was wrong when it was put off.
        """
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

    async def deliver_next(self) -> bool:
        """Deliver the dispatch that has been due longest; return whether there was one."""
        await self._returns.settle()
        async with self._store.writing() as repos:
            dispatch = await repos.outbox.claim(self._clock.now())
        if dispatch is None:
            return False
        try:
            await self._deliver(dispatch)
        except Undeliverable as error:
            self._returns.add((dispatch, error))
        except Exception as error:
            # A bug of ours must not lose a claimed dispatch.
            log.exception("dispatch %d (%s) failed", dispatch.id, dispatch.label)
            problem = Problem(Obstacle.FAULT, detail=type(error).__name__)
            self._returns.add((dispatch, Undeliverable(problem, lasting=False)))
        await self._returns.settle()
        return True

    async def _deliver(self, dispatch: Dispatch) -> None:
        async with self._store.reading() as repos:
            subject = await self._subject_of(repos, dispatch)
        if not dispatch.announcement.is_on_record(subject):
            raise _OffRecord(dispatch.label)
        await self._delivering[dispatch.announcement.place](dispatch, subject)
        async with self._store.writing() as repos:
            await repos.outbox.done(dispatch.id)

    async def _subject_of(self, repos: Repositories, dispatch: Dispatch) -> Subject:
        settings, references = await repos.guilds.get(dispatch.guild_id), dispatch.announcement.references
        case_id = references["case_id"]
        case = None if case_id is None else await repos.cases.get(case_id)
        if case is None:
            return Subject(settings)
        return Subject(settings, await self._overview_of(repos, case, references["session"]))

    async def _deliver_to_channel(self, dispatch: Dispatch, subject: Subject) -> None:
        announcement = dispatch.announcement
        message = dispatch.message or await self._post(dispatch, subject)
        case_id = announcement.references["case_id"]
        if announcement.is_card and case_id is not None:
            async with self._store.writing() as repos:
                await repos.cases.set_card(case_id, message)
        if announcement.opens_vote:
            await self._courier.react(message)

    async def _post(self, dispatch: Dispatch, subject: Subject) -> MessageRef:
        channel_id = _channel_of(dispatch.announcement.place, subject)
        # A failed attempt may have sent its message: Discord's answer was lost, or the message could not be noted.
        tried = dispatch.recheck or dispatch.attempts > 1
        message = await self._courier.find(channel_id, dispatch.id) if tried else None
        if message is None:
            message = await self._courier.post(channel_id, dispatch, subject)
        async with self._store.writing() as repos:
            await repos.outbox.posted(dispatch.id, message)
        return message

    async def _edit_card(self, dispatch: Dispatch, subject: Subject) -> None:
        card = None if subject.overview is None else subject.overview.case.card
        if card is None:
            raise Undeliverable(Problem(Obstacle.NO_CARD), lasting=False)
        await self._courier.edit(card, dispatch, subject)

    async def _tell_member(self, dispatch: Dispatch, subject: Subject) -> None:
        user_id = dispatch.announcement.references["user_id"]
        assert user_id is not None  # noqa: S101 - every kind for an inbox names its member
        await self._courier.tell(user_id, dispatch, subject)

    async def _put_off(self, failed: tuple[Dispatch, Undeliverable]) -> None:
        dispatch, error = failed
        now, problem = self._clock.now(), str(error.problem)
        log.warning("dispatch %d (%s) could not be delivered: %s", dispatch.id, dispatch.label, problem)
        async with self._store.writing() as repos:
            if _hopeless(dispatch, error):
                await repos.outbox.drop(dispatch.id, problem)
                return
            await repos.outbox.postpone(dispatch.id, now + _retry_delay(dispatch, error), problem)
            if error.lasting and dispatch.announcement.warns and dispatch.error != problem:
                case_id = dispatch.announcement.references["case_id"]
                await repos.outbox.add(DelayNotice(error.problem, case_id), dispatch.guild_id, now)


def _channel_of(place: Place, subject: Subject) -> int:
    settings = subject.settings
    if place is Place.VERDICT_CHANNEL:
        channel_id, obstacle = settings.verdict_channel_id, Obstacle.NO_VERDICT_CHANNEL
    else:
        channel_id, obstacle = settings.mod_channel_id, Obstacle.NO_MOD_CHANNEL
    if channel_id is None:
        raise Undeliverable(Problem(obstacle), lasting=True)
    return channel_id


def _hopeless(dispatch: Dispatch, error: Undeliverable) -> bool:
    if isinstance(error, _OffRecord):
        return True
    if dispatch.message is not None:
        # Only its reactions are missing. If the message has been deleted since, there is nothing to put them on.
        return error.lasting
    if dispatch.announcement.insistent:
        return False
    return error.lasting or dispatch.attempts >= PASSING_FAILURES


def _retry_delay(dispatch: Dispatch, error: Undeliverable) -> timedelta:
    if error.lasting:
        return LONGEST_RETRY
    return backoff(FIRST_RETRY, dispatch.attempts, LONGEST_RETRY)
