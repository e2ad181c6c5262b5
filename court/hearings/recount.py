"""Recounting: today's rules are applied to every stored hearing, and the results are compared with the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose

from court.counting.intervals import RETRIAL_WITHIN
from court.counting.terms import Course, trace
from court.counting.verdicts import RULE_VERSION, count, disposition
from court.models import Ballot, Case, CaseState, Hearing, Standing, Turn
from court.models.work import Precedence
from court.ports import Clock, Repositories, Store

AT_A_TIME = 100
"""Cases per page when the docket is read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value in the record that is not what the rules give."""

    case: Case
    session: int | None
    """None if it is the case's standing or its turns."""
    what: str
    stored: str
    counted: str


@dataclass(frozen=True, slots=True)
class Recount:
    """The result of recounting one case."""

    case: Case
    hearings: int
    differences: tuple[Difference, ...]


class RecountService:
    """Replays the record. It asks no model and announces nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def cases(self) -> list[Case]:
        """Return every case that was ever heard."""
        found: list[Case] = []
        async with self._store.reading() as repos:
            while page := await repos.cases.heard(after=found[-1].id if found else 0, limit=AT_A_TIME):
                found.extend(page)
        return found

    async def recount(self, case: Case, *, apply: bool) -> Recount:
        """Recount one case, in one transaction; with `apply`, also correct the record."""
        if not apply:
            async with self._store.reading() as repos:
                return (await _recount(repos, case))[0]
        async with self._store.writing() as repos:
            result, hearings, course = await _recount(repos, case)
            if result.differences:
                for hearing in hearings:
                    await repos.hearings.correct(hearing)
                await repos.standings.put(case.id, course.standing, hearings[-1].closed_at)
                await repos.turns.put(case.id, course.turns)
                if course.standing.alarm is not None and case.state is CaseState.DOCKETED:
                    # Its next hearing was scheduled when there was no alarm, and may be months away.
                    due = self._clock.now() + RETRIAL_WITHIN
                    await repos.hearing_queue.schedule(case.id, due, Precedence.RETRIAL)
            return result


async def _recount(repos: Repositories, case: Case) -> tuple[Recount, list[Hearing], Course]:
    stored = await repos.hearings.of_case(case.id)
    counted = recounted(stored)
    course = trace(counted)
    differences = [
        *(found for before, after in zip(stored, counted, strict=True) for found in _compare(case, before, after)),
        *_compare_course(case, await repos.standings.get(case.id), await repos.turns.of_case(case.id), course),
    ]
    return Recount(case, len(stored), tuple(differences)), counted, course


def recounted(hearings: Sequence[Hearing]) -> list[Hearing]:
    """Return the sessions of a case, oldest first, as today's rules count their stored opinions."""
    replayed: list[Hearing] = []
    previous: Ballot | None = None
    for hearing in hearings:
        counted = count(hearing.opinions)
        replayed.append(
            replace(
                hearing,
                verdict=counted.verdict,
                confidence=counted.confidence,
                margin=counted.margin,
                disposition=disposition(counted, previous),
                rule_version=RULE_VERSION,
            )
        )
        previous = counted.verdict or previous
    return replayed


def _compare(case: Case, stored: Hearing, counted: Hearing) -> Iterator[Difference]:
    """Yield what differs. The rule version alone is no difference: newer rules may give what older ones gave.

    Where they do not, the difference names the version that counted, since nobody tampered with the record.
    """
    by = "" if stored.rule_version == counted.rule_version else f" by rule {stored.rule_version}"
    for what, before, after in (
        ("verdict", stored.verdict, counted.verdict),
        ("disposition", stored.disposition, counted.disposition),
    ):
        if before is not after:
            yield Difference(case, stored.session, what + by, _text(before), _text(after))
    for what, was, is_ in (
        ("panel confidence", stored.confidence, counted.confidence),
        ("margin", stored.margin, counted.margin),
    ):
        if not _equal(was, is_):
            yield Difference(case, stored.session, what + by, _number(was), _number(is_))


def _compare_course(case: Case, standing: Standing, turns: Sequence[Turn], course: Course) -> Iterator[Difference]:
    if standing != course.standing:
        yield Difference(case, None, "standing", _standing(standing), _standing(course.standing))
    if tuple(turns) != course.turns:
        yield Difference(case, None, "turns", _turns(turns), _turns(course.turns))


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    # Databases keep every bit of a float, but machines may sum logarithms slightly differently.
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _text(value: object) -> str:
    return "none" if value is None else str(value)


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"


def _standing(standing: Standing) -> str:
    tally = standing.tally
    parts = [str(standing.holding)]
    if standing.leaning is not None:
        parts.append(f"leaning {standing.leaning}")
    parts.append(f"term {standing.term} since {standing.since}")
    parts.append(f"{tally.yes}-{tally.almost}-{tally.in_research}-{tally.no} of {standing.lifetime.total}")
    if standing.alarm is not None:
        parts.append(f"alarm {standing.alarm}")
    return ", ".join(parts)


def _turns(turns: Sequence[Turn]) -> str:
    return "; ".join(f"{turn.kind} {turn.before}→{turn.after} in {turn.session}" for turn in turns) or "none"
