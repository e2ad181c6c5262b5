"""Recording a hearing: its rows, the standing that follows, the next due hearing, and the announcements.

All of it happens in the caller's transaction. What is stored besides the hearings can be rebuilt from them alone.
"""

from __future__ import annotations

from datetime import timedelta

from court.announcements.kinds import CardUpdate, RulingAnnouncement, TurnAnnouncement
from court.counting.intervals import next_interval
from court.counting.terms import Course, step
from court.hearings.preparation import PreparedHearing
from court.models import Background, CaseState, Hearing, ModelRef
from court.models.work import Precedence
from court.ports import Randomness, Repositories


async def record_hearing(
    repos: Repositories, prepared: PreparedHearing, hearing: Hearing, randomness: Randomness
) -> None:
    """Store a hearing and everything that follows from it.

    A case may leave the docket while it is heard. What the jury said then stays on the record, but it
    is not announced, and the case is not heard again.
    """
    case, course = prepared.case, step(prepared.course, hearing)
    await repos.hearings.add(hearing)
    await repos.standings.put(case.id, course.standing, hearing.closed_at)
    turned = len(course.turns) > len(prepared.course.turns)
    if turned:
        await repos.turns.put(case.id, course.turns)
    await repos.hearing_queue.finish(prepared.due_hearing.id)
    current = await repos.cases.get(case.id)
    if current is None or current.state is not CaseState.DOCKETED:
        return
    interval, precedence = _next_hearing(prepared, hearing, course, randomness)
    await repos.hearing_queue.schedule(case.id, hearing.closed_at + interval, precedence)
    if not prepared.ruled and (prepared.past or not hearing.tallied):
        # As long as nothing is ruled, mistrials are told there.
        await repos.outbox.add(CardUpdate(case.id), case.guild_id, hearing.closed_at)
    if _worth_announcing(prepared, hearing):
        await repos.outbox.add(RulingAnnouncement(case.id, hearing.session), case.guild_id, hearing.closed_at)
    if turned:
        await repos.outbox.add(TurnAnnouncement(case.id, hearing.session), case.guild_id, hearing.closed_at)


def _next_hearing(
    prepared: PreparedHearing, hearing: Hearing, course: Course, randomness: Randomness
) -> tuple[timedelta, Precedence]:
    """Return how long it is until the case is heard again, and with which precedence."""
    alarmed, fixed = course.standing.alarm is not None, prepared.settings.interval_days
    interval = next_interval(hearing, course.change_score, fixed, randomness, alarmed=alarmed)
    if alarmed:
        return interval, Precedence.RETRIAL
    return interval, Precedence.ROUTINE if hearing.tallied else Precedence.MISTRIAL


def _worth_announcing(prepared: PreparedHearing, hearing: Hearing) -> bool:
    """Return whether the verdict channel is told: of every ruling, and of a mistrial that follows one."""
    # A vendor that is down for a week must not fill the channel: of mistrials in a row only the first is announced.
    return hearing.tallied or (prepared.ruled and prepared.past[-1].tallied)


def served_as_judge(hearing: Hearing) -> dict[ModelRef, str]:
    """Return the name that answered for the judge, if it wrote the ruling."""
    ruling = hearing.ruling
    if ruling.narrator is None or ruling.narrator_served is None:
        return {}
    return {ruling.narrator: ruling.narrator_served}


async def record_background(found: Background, before: Background | None, repos: Repositories) -> None:
    """Store what research found, unless it is stored or somebody else has stored another since."""
    if await repos.backgrounds.latest(found.case_id) == before:
        await repos.backgrounds.add(found)
