"""Counting again: every stored hearing through today's rules, to see whether the record says what they give."""

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
"""Cases between two looks at the docket; each is recounted in a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the record says and the rules do not."""

    case: Case
    session: int | None
    """None where it is the case's standing or its turns."""
    what: str
    stored: str
    counted: str


@dataclass(frozen=True, slots=True)
class Recount:
    """What came of one case."""

    case: Case
    hearings: int
    differences: tuple[Difference, ...]


class RecountService:
    """Replays the record. It asks no model and tells Discord nothing."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def cases(self) -> list[Case]:
        """Every case that was ever heard."""
        found: list[Case] = []
        async with self._store.reading() as repos:
            while page := await repos.cases.heard(after=found[-1].id if found else 0, limit=AT_A_TIME):
                found.extend(page)
        return found

    async def recount(self, case: Case, *, apply: bool) -> Recount:
        """Count one case again; with `apply` the record takes what the rules give."""
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
                    # Its next due_hearing was set when there was no alarm, and may be months away.
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
    """The sessions of a case, oldest first, as today's rules count their stored opinions."""
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
    """A rule version alone is no difference: newer rules may give what older ones gave.

    Where they do not, the version that counted is told: nobody has tampered with the record then.
    """
    by = "" if stored.rule_version == counted.rule_version else f" by rule {stored.rule_version}"
    for what, before, after in (
        ("verdict", stored.verdict, counted.verdict),
        ("disposition", stored.disposition, counted.disposition),
    ):
        if before is not after:
            yield Difference(case, stored.session, what + by, _said(before), _said(after))
    for what, was, is_ in (
        ("panel confidence", stored.confidence, counted.confidence),
        ("margin", stored.margin, counted.margin),
    ):
        if not _alike(was, is_):
            yield Difference(case, stored.session, what + by, _figure(was), _figure(is_))


def _compare_course(case: Case, standing: Standing, turns: Sequence[Turn], course: Course) -> Iterator[Difference]:
    if standing != course.standing:
        yield Difference(case, None, "standing", _standing(standing), _standing(course.standing))
    if tuple(turns) != course.turns:
        yield Difference(case, None, "turns", _turns(turns), _turns(course.turns))


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    # Databases keep every bit of a float, but machines may sum logarithms a bit differently.
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _said(value: object) -> str:
    return "none" if value is None else str(value)


def _figure(value: float | None) -> str:
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
