"""What is kept of a hearing: its rows, the standing that follows, the next sitting, and what Discord shall hear of it.

All in the caller's transaction. What is kept beside the hearing can be made again of the hearings alone.
"""

from __future__ import annotations

from datetime import timedelta

from court.counting.intervals import next_interval
from court.counting.terms import Course, step
from court.hearings.preparation import Summons
from court.models import CaseState, Disposition, Hearing
from court.models.work import DispatchKind, Precedence
from court.ports import Randomness, Records


async def keep(records: Records, summons: Summons, hearing: Hearing, randomness: Randomness) -> None:
    """Keep a hearing and all that follows from it.

    A case may leave the docket while it is heard. What the jury said then stays on the record, but
    nothing is announced of it, and it is not heard again.
    """
    case, course = summons.case, step(summons.course, hearing)
    await records.hearings.add(hearing)
    await records.standings.put(case.id, course.standing, hearing.closed_at)
    turned = len(course.turns) > len(summons.course.turns)
    if turned:
        await records.turns.put(case.id, course.turns)
    await records.sittings.finish(summons.sitting.id)
    now = await records.cases.get(case.id)
    if now is None or now.state is not CaseState.DOCKETED:
        return
    interval, precedence = _next(summons, hearing, course, randomness)
    await records.sittings.schedule(case.id, hearing.closed_at + interval, precedence)
    if _worth_telling(summons, hearing):
        await records.outbox.add(
            DispatchKind.RULING, case.guild_id, hearing.closed_at, case_id=case.id, session=hearing.session
        )
    if turned:
        await records.outbox.add(
            DispatchKind.TURN, case.guild_id, hearing.closed_at, case_id=case.id, session=hearing.session
        )


def _next(summons: Summons, hearing: Hearing, course: Course, randomness: Randomness) -> tuple[timedelta, Precedence]:
    """How long until the case is heard again, and before which others."""
    alarmed, fixed = course.standing.alarm is not None, summons.settings.interval_days
    interval = next_interval(hearing, course.suspicion, fixed, randomness, alarmed=alarmed)
    if alarmed:
        return interval, Precedence.RETRIAL
    return interval, Precedence.ROUTINE if hearing.tallied else Precedence.MISTRIAL


def _worth_telling(summons: Summons, hearing: Hearing) -> bool:
    # A vendor that is down for a week must not fill the channel: of mistrials in a row the first is told.
    before = summons.past[-1].disposition if summons.past else None
    return not (hearing.disposition is Disposition.MISTRIAL and before is Disposition.MISTRIAL)
