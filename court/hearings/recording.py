"""What is kept of a hearing: its rows, the standing that follows, the next due hearing, and what Discord is told.

All in the caller's transaction. What is kept beside the hearing can be made again of the hearings alone.
"""

from __future__ import annotations

from datetime import timedelta

from court.announcements.kinds import RulingAnnouncement, TurnAnnouncement
from court.counting.intervals import next_interval
from court.counting.terms import Course, step
from court.hearings.preparation import PreparedHearing
from court.models import CaseState, Disposition, Hearing
from court.models.work import Precedence
from court.ports import Randomness, Repositories


async def record_hearing(
    repos: Repositories, prepared: PreparedHearing, hearing: Hearing, randomness: Randomness
) -> None:
    """Keep a hearing and all that follows from it.

    A case may leave the docket while it is heard. What the jury said then stays on the record, but
    nothing is announced of it, and it is not heard again.
    """
    case, course = prepared.case, step(prepared.course, hearing)
    await repos.hearings.add(hearing)
    await repos.standings.put(case.id, course.standing, hearing.closed_at)
    turned = len(course.turns) > len(prepared.course.turns)
    if turned:
        await repos.turns.put(case.id, course.turns)
    await repos.hearing_queue.finish(prepared.due_hearing.id)
    now = await repos.cases.get(case.id)
    if now is None or now.state is not CaseState.DOCKETED:
        return
    interval, precedence = _next(prepared, hearing, course, randomness)
    await repos.hearing_queue.schedule(case.id, hearing.closed_at + interval, precedence)
    if _worth_telling(prepared, hearing):
        await repos.outbox.add(RulingAnnouncement(case.id, hearing.session), case.guild_id, hearing.closed_at)
    if turned:
        await repos.outbox.add(TurnAnnouncement(case.id, hearing.session), case.guild_id, hearing.closed_at)


def _next(
    prepared: PreparedHearing, hearing: Hearing, course: Course, randomness: Randomness
) -> tuple[timedelta, Precedence]:
    """How long until the case is heard again, and before which others."""
    alarmed, fixed = course.standing.alarm is not None, prepared.settings.interval_days
    interval = next_interval(hearing, course.change_score, fixed, randomness, alarmed=alarmed)
    if alarmed:
        return interval, Precedence.RETRIAL
    return interval, Precedence.ROUTINE if hearing.tallied else Precedence.MISTRIAL


def _worth_telling(prepared: PreparedHearing, hearing: Hearing) -> bool:
    # A vendor that is down for a week must not fill the channel: of mistrials in a row the first is told.
    before = prepared.past[-1].disposition if prepared.past else None
    return not (hearing.disposition is Disposition.MISTRIAL and before is Disposition.MISTRIAL)
