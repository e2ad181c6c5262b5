"""Notices to moderators that a ruling or a turn is delayed, and what becomes of them."""

from __future__ import annotations

from datetime import datetime

from court.announcements.attempts import Attempt
from court.announcements.kinds import DelayNotice, DelaySettled, Settlement
from court.errors import Undeliverable
from court.models import MessageRef
from court.models.work import Dispatch, WorkState
from court.ports import Repositories

SETTLED = "settled before it went out"


async def notify(repos: Repositories, attempt: Attempt, error: Undeliverable, now: datetime) -> int | None:
    """Tell the moderators what to fix, unless they have been told. Return the id of the new notice's dispatch."""
    dispatch = attempt.dispatch
    if not (error.lasting and dispatch.announcement.warns) or dispatch.error == str(error.problem):
        return None
    former = await _notice_of(repos, dispatch)
    if former is not None and _delay(former).problem == error.problem:
        return None
    await settle(repos, dispatch, Settlement.CHANGED, now)
    case_id = dispatch.announcement.references["case_id"]
    notice = DelayNotice(error.problem, case_id, announced=attempt.message is not None)
    return await repos.outbox.add(notice, dispatch.guild_id, now)


async def settle(repos: Repositories, dispatch: Dispatch, settlement: Settlement, now: datetime) -> None:
    """Mark the notice about a dispatch as settled, if there is one. One that nobody has read is dropped."""
    notice = await _notice_of(repos, dispatch)
    if notice is None or notice.state is WorkState.DROPPED:
        return
    if notice.state is WorkState.WAITING:
        await repos.outbox.drop(notice.id, SETTLED)
        return
    delay = _delay(notice)
    await repos.outbox.add(DelaySettled(notice.id, settlement, delay.announced, delay.case_id), dispatch.guild_id, now)


async def message_of_notice(repos: Repositories, notice_id: int) -> MessageRef | None:
    """Return the message of a notice that is to be marked as settled. If it has not gone out after all, drop it."""
    notice = await repos.outbox.get(notice_id)
    if notice is None:
        return None
    if notice.message is None:
        await repos.outbox.drop(notice.id, SETTLED)
    return notice.message


async def _notice_of(repos: Repositories, dispatch: Dispatch) -> Dispatch | None:
    """Return the notice about a dispatch, as the record has it now: a newer announcement may have taken it over."""
    now = await repos.outbox.get(dispatch.id)
    notice = None if now is None or now.notice_id is None else await repos.outbox.get(now.notice_id)
    return notice if notice is not None and isinstance(notice.announcement, DelayNotice) else None


def _delay(notice: Dispatch) -> DelayNotice:
    assert isinstance(notice.announcement, DelayNotice)  # noqa: S101 - as `_notice_of` returns it
    return notice.announcement
