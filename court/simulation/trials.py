"""Hear one synthetic statement from its first day to its last, with the court's own count, draw and cadence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from court.counting.intervals import next_interval
from court.counting.terms import next_kind
from court.counting.verdicts import RULE_VERSION, disposition
from court.models import Ballot, Hearing, HearingKind, Ruling
from court.simulation.methods import Method
from court.simulation.synthetic import NEW, Statement, chance_of, moment

WEEK = 7
_UNWRITTEN = Ruling("", "", "", "", "")
_DAY = 86_400


def hearings_of(
    statement: Statement, method: Method, interval: int | None = WEEK, *, bridges: bool = True
) -> Iterator[tuple[float, Hearing, Ballot | None]]:
    """Yield every hearing of a statement, with its day and what the method reported after it.

    `interval` is in days; None leaves it to the court's own cadence. Without `bridges`, a new jury is not noticed.
    """
    day, last, chance = 0.0, None, chance_of(f"{statement.seed}/cadence")
    session = 0
    while day < statement.days:
        session += 1
        hearing = _hold(statement, session, day, method, last, bridges=bridges)
        yield day, hearing, method.hear(hearing)
        if hearing.tallied:
            last = hearing
        course = method.course
        alarmed = course.standing.alarm is not None
        wait = next_interval(hearing, course.change_score, interval, chance, alarmed=alarmed)
        day += wait.total_seconds() / _DAY


def _hold(
    statement: Statement, session: int, day: float, method: Method, last: Hearing | None, *, bridges: bool
) -> Hearing:
    whole, sat = int(day), () if last is None else tuple(opinion.model for opinion in last.opinions)
    # Behind an alias, a new model is noticed when it answers for the first time; it is known from then on.
    before = statement.fingerprint(day) if last is None or last.roster is None else last.roster
    known = before if statement.by_alias else statement.fingerprint(day)
    kind = next_kind(method.course, same_jury=not bridges or before == known)
    if kind is HearingKind.RETRIAL:
        opinions, counted = statement.hear(whole, "retrial", frozenset(statement.today(sat, day)))
    else:
        opinions, counted = statement.hear(whole, "routine")
    if statement.by_alias and any(opinion.model.model == NEW for opinion in opinions):
        known = NEW
        kind = next_kind(method.course, same_jury=False) if bridges and before != known else kind
    former = statement.ask(whole, "former", sat) if kind is HearingKind.BRIDGE and statement.former_answers else ()
    return Hearing(
        case_id=0,
        session=session,
        opened_at=moment(day),
        closed_at=moment(day),
        verdict=counted.verdict,
        confidence=counted.confidence,
        margin=counted.margin,
        disposition=disposition(counted, None),
        rule_version=RULE_VERSION,
        opinions=opinions,
        ruling=_UNWRITTEN,
        kind=kind,
        roster=known,
        former=former,
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What a method reported on one statement. A change is found when its answer is first reported after it came."""

    changed: bool
    plain: bool
    """Whether most models see the truth, both before the change and after."""
    hearings: int
    retrials: int
    false: int
    """Changes reported that were none."""
    delay: int | None = None
    """Hearings from the true change until it was reported, including the one that led to the report."""
    days: float | None = None


def follow(statement: Statement, method: Method, interval: int | None = WEEK) -> Followed:
    """Hear a statement to its end by one method, and sum up what the method reported."""
    hearings = retrials = false = since = 0
    delay = days = None
    for day, hearing, reported in hearings_of(statement, method, interval):
        hearings += 1
        retrials += hearing.kind is HearingKind.RETRIAL
        changed = statement.changes is not None and day >= statement.changes
        since += changed
        if reported is None:
            continue
        if changed and delay is None and reported is statement.after and statement.changes is not None:
            delay, days = since, day - statement.changes
        else:
            false += 1
    return Followed(statement.changes is not None, statement.plain, hearings, retrials, false, delay, days)
