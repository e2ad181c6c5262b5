"""Working off the outbox: what the record holds for Discord is brought there, once, and never lost."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from court.docket.lookup import overview_of
from court.errors import Undeliverable
from court.models import Case, CaseOverview, GuildSettings, MessageRef
from court.models.work import Dispatch, DispatchKind, patience
from court.ports import Clock, Courier, Repositories, Store

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
PASSING_FAILURES = 33
"""Attempts, about a day of them, after which what is no ruling and no card is given up."""


_RULINGS = frozenset({DispatchKind.RULING, DispatchKind.TURN})
"""What the verdict channel shall hear of, however long it takes."""


class _Gone(Undeliverable):
    """What the dispatch tells of is not on the record any more."""


@dataclass(frozen=True, slots=True)
class _Matter:
    """What a dispatch tells of, as the record has it now."""

    settings: GuildSettings
    case: Case | None = None
    record: CaseOverview | None = None


class AnnouncementService:
    """Delivers dispatches one a call. No transaction is open while Discord is spoken to."""

    def __init__(self, store: Store, courier: Courier, clock: Clock) -> None:
        self._store = store
        self._courier = courier
        self._clock = clock
        self._owed: list[tuple[Dispatch, Undeliverable]] = []
        """Claimed dispatches whose giving back could not be written."""

    async def recover(self) -> int:
        """Give back the dispatches of a process that was killed, to be looked for before they are sent; how many."""
        async with self._store.writing() as repos:
            return await repos.outbox.release_all()

    async def deliver_next(self) -> bool:
        """Deliver the dispatch that is due longest; whether there was one."""
        await self._give_back()
        async with self._store.writing() as repos:
            dispatch = await repos.outbox.claim(self._clock.now())
        if dispatch is None:
            return False
        try:
            await self._deliver(dispatch)
        except Undeliverable as error:
            self._owed.append((dispatch, error))
        except Exception as error:
            # A claimed dispatch must never be lost to a fault of ours.
            log.exception("dispatch %d (%s) failed", dispatch.id, dispatch.kind)
            self._owed.append((dispatch, Undeliverable(f"failed with {type(error).__name__}", lasting=False)))
        await self._give_back()
        return True

    async def _give_back(self) -> None:
        while self._owed:
            dispatch, error = self._owed.pop()
            try:
                await self._put_off(dispatch, error)
            except Exception:
                self._owed.append((dispatch, error))
                raise

    async def _deliver(self, dispatch: Dispatch) -> None:
        async with self._store.reading() as repos:
            matter = await _matter_of(repos, dispatch)
        await self._bring(dispatch, matter)
        async with self._store.writing() as repos:
            await repos.outbox.done(dispatch.id)

    async def _bring(self, dispatch: Dispatch, matter: _Matter) -> None:
        courier, settings = self._courier, matter.settings
        case, record = matter.case, matter.record
        turn = None if record is None else record.turn
        match dispatch.kind:
            case DispatchKind.CARD if case is not None:
                channel = _channel(settings.mod_channel_id, "mod")
                card = await self._post(dispatch, channel, lambda: courier.post_card(channel, case, dispatch.id))
                async with self._store.writing() as repos:
                    await repos.cases.set_card(case.id, card)
            case DispatchKind.CARD_UPDATE if case is not None:
                if case.card is None:
                    raise Undeliverable("the card is not posted yet", lasting=False)
                await courier.update_card(case.card, case)
            case DispatchKind.RULING if record is not None and _is_about(record, dispatch.session):
                channel = _channel(settings.verdict_channel_id, "verdict")
                ruling = await self._post(dispatch, channel, lambda: courier.post_ruling(channel, record, dispatch.id))
                await courier.open_vote(ruling)
            case DispatchKind.TURN if record is not None and turn is not None and _is_about(record, dispatch.session):
                channel = _channel(settings.verdict_channel_id, "verdict")
                await self._post(dispatch, channel, lambda: courier.post_turn(channel, record, turn, dispatch.id))
            case DispatchKind.DENIAL if case is not None and dispatch.user_id is not None:
                await courier.tell_denial(dispatch.user_id, case)
            case DispatchKind.NOTICE if dispatch.detail is not None:
                channel, text = _channel(settings.mod_channel_id, "mod"), dispatch.detail
                await self._post(dispatch, channel, lambda: courier.post_notice(channel, text, dispatch.id))
            case _:
                raise _Gone("its case is gone", lasting=True)

    async def _post(self, dispatch: Dispatch, channel_id: int, send: Callable[[], Awaitable[MessageRef]]) -> MessageRef:
        if dispatch.message is not None:
            return dispatch.message
        # A failed attempt may have got through: its answer was lost, or its place could not be written.
        tried = dispatch.recheck or dispatch.attempts > 1
        message = await self._courier.find(channel_id, dispatch.id) if tried else None
        if message is None:
            message = await send()
        async with self._store.writing() as repos:
            await repos.outbox.posted(dispatch.id, message)
        return message

    async def _put_off(self, dispatch: Dispatch, error: Undeliverable) -> None:
        now = self._clock.now()
        log.warning("dispatch %d (%s) waits: %s", dispatch.id, dispatch.kind, error.problem)
        async with self._store.writing() as repos:
            if _hopeless(dispatch, error):
                await repos.outbox.drop(dispatch.id, error.problem)
                return
            await repos.outbox.postpone(dispatch.id, now + _patience(dispatch, error), error.problem)
            if error.lasting and dispatch.kind in _RULINGS and dispatch.error != error.problem:
                await repos.outbox.add(
                    DispatchKind.NOTICE,
                    dispatch.guild_id,
                    now,
                    case_id=dispatch.case_id,
                    detail=f"A ruling could not be announced: {error.problem}. It waits, and is tried again.",
                )


async def _matter_of(repos: Repositories, dispatch: Dispatch) -> _Matter:
    settings = await repos.guilds.get(dispatch.guild_id)
    case = None if dispatch.case_id is None else await repos.cases.get(dispatch.case_id)
    if case is None:
        return _Matter(settings)
    return _Matter(settings, case, await overview_of(repos, case, dispatch.session))


def _channel(channel_id: int | None, which: str) -> int:
    if channel_id is None:
        raise Undeliverable(f"no {which} channel is set: /setup channels sets it", lasting=True)
    return channel_id


def _is_about(record: CaseOverview, session: int | None) -> bool:
    return record.hearing is not None and record.hearing.session == session


def _hopeless(dispatch: Dispatch, error: Undeliverable) -> bool:
    if isinstance(error, _Gone):
        return True
    if dispatch.message is not None:
        # It was posted and lacks its reactions alone; where it is deleted since, there is nothing to put them on.
        return error.lasting
    if dispatch.kind in _RULINGS or dispatch.kind is DispatchKind.CARD:
        return False
    return error.lasting or dispatch.attempts >= PASSING_FAILURES


def _patience(dispatch: Dispatch, error: Undeliverable) -> timedelta:
    if error.lasting:
        return LONGEST_RETRY
    return patience(FIRST_RETRY, dispatch.attempts, LONGEST_RETRY)
