"""How what the court holds changes: a fold over all hearings of a case, from stored rows alone.

A lifetime of ballots cannot follow a change, so a confirmed one opens a new term. The evidence is
counted in `court.counting.change`; docs/methodology.md has the rules in plain words, and what they were
found to do in `court.simulation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import log

from court.counting.change import (
    BEYOND_DOUBT,
    NOTHING,
    Challenge,
    Worth,
    difference,
    press,
    speaks,
    together,
    without,
    worth,
)
from court.counting.standing import plurality, standing
from court.counting.verdicts import count
from court.models import Ballot, Hearing, HearingKind, Standing, Turn, TurnKind


@dataclass(frozen=True, slots=True)
class Rule:
    """What it takes to see a change, in log-odds."""

    alarm: float = BEYOND_DOUBT
    """The sum of a challenger from which on a retrial is called."""
    difference: float = BEYOND_DOUBT
    """By how much the ballots before and since must differ."""
    dismissed: float = log(8)
    """What is left, at most, of a sum whose alarm a retrial did not confirm."""


RULE = Rule()


@dataclass(frozen=True, slots=True)
class Course:
    """Where a case stands after its hearings so far, and how it came there.

    `incumbent` is what challengers are held against: the plurality of the term, none while its first
    ballots are tied. `held` is what the term's ballots are worth; `own` the same of those of the jury
    that sits now, none where no other has sat in the term. `session` is that of the last tallied
    hearing, 0 before the first.
    """

    standing: Standing = field(default_factory=Standing)
    turns: tuple[Turn, ...] = ()
    incumbent: Ballot | None = None
    challenges: Mapping[Ballot, Challenge] = field(default_factory=dict)
    held: Worth = field(default_factory=lambda: NOTHING)
    own: Worth | None = None
    session: int = 0

    @property
    def change_score(self) -> float:
        """The largest sum of a challenger, in log-odds."""
        return max((challenge.sum for challenge in self.challenges.values()), default=0.0)


def trace(hearings: Iterable[Hearing]) -> Course:
    """Follow a case through all its hearings, oldest first."""
    course = Course()
    for hearing in hearings:
        course = step(course, hearing)
    return course


def step(course: Course, hearing: Hearing, rule: Rule = RULE) -> Course:
    """Follow a case through one hearing more. A mistrial changes nothing at all, and leaves an alarm pending."""
    if not hearing.tallied:
        return course
    bridge = hearing.kind is HearingKind.BRIDGE and course.session > 0
    heard = _absorb(_seat(course, hearing) if bridge else course, hearing)
    alarm = heard.standing.alarm
    if alarm is not None and hearing.kind is not HearingKind.ROUTINE:
        if hearing.verdict is alarm:
            return _turn(heard, hearing, alarm, rule)
        heard = _dismiss(heard, alarm, rule)
    parted = _parted(heard, hearing, rule) if bridge else None
    return _watch(heard, rule) if parted is None else _turn(heard, hearing, parted, rule)


def next_kind(course: Course, last: str | None, fingerprint: str) -> HearingKind:
    """What the next hearing is for, when the jury of `fingerprint` hears it and `last` heard the last that was tallied.

    A jury that is not known to be the same calls for a bridge (none is unknown), even where an alarm is
    pending: a bridge at which both juries find for the challenger confirms it.
    """
    if course.session and last != fingerprint:
        return HearingKind.BRIDGE
    return HearingKind.ROUTINE if course.standing.alarm is None else HearingKind.RETRIAL


def _seat(course: Course, hearing: Hearing) -> Course:
    """Seat another jury, which has yet to show what it held before it holds something new.

    Only where the former jury finds the same new thing on the same day, the jury's change is no explanation of it.
    """
    former = count(hearing.former).verdict
    if former is not None and former is hearing.verdict and former is not course.incumbent:
        return course
    return replace(course, standing=replace(course.standing, alarm=None), challenges={}, own=NOTHING)


def _absorb(course: Course, hearing: Hearing) -> Course:
    """Tally the ballots, and weigh them for and against the incumbent. An alarm ends with its challenge."""
    tally, now, challenges = hearing.tally, course.standing, course.challenges
    cast = worth(tally)
    if course.incumbent is not None:
        challenges = press(challenges, course.incumbent, hearing.session, tally)
    held = standing(now.tally + tally)
    return Course(
        standing=Standing(
            held.holding,
            held.leaning,
            held.tally,
            lifetime=now.lifetime + tally,
            term=now.term,
            since=now.since,
            alarm=now.alarm if now.alarm in challenges else None,
        ),
        turns=course.turns,
        incumbent=course.incumbent,
        challenges=challenges,
        held=together(course.held, cast),
        own=None if course.own is None else together(course.own, cast),
        session=hearing.session,
    )


def _parted(course: Course, hearing: Hearing, rule: Rule) -> Ballot | None:
    """What the new jury of a bridge holds, where on the day itself the two juries differ about it beyond doubt.

    One jury alone cannot weigh as much: nothing follows where the former one could not be asked.
    """
    new, held = hearing.verdict, course.incumbent
    if new is None or held is None or new not in course.challenges or count(hearing.former).verdict is new:
        return None
    former = worth(hearing.former_tally)
    apart = speaks(worth(hearing.tally), new, held) - speaks(former, new, held)
    return new if apart >= rule.alarm else None


def _turn(course: Course, hearing: Hearing, after: Ballot, rule: Rule) -> Course:
    """Open a new term from the session on at which the change began.

    It is an inflection where one and the same jury held otherwise before; else the jury changed, not the answer.
    """
    assert course.incumbent is not None  # noqa: S101 - nothing is challenged without one
    change = course.challenges[after]
    same_jury = course.own is None or _differ(course.own, change, after, rule)
    kind = TurnKind.INFLECTION if same_jury else TurnKind.JURY_CHANGED
    turn = Turn(kind, hearing.session, change.began, course.incumbent, after, hearing.closed_at)
    now = course.standing
    return replace(
        course,
        standing=replace(standing(change.tally), lifetime=now.lifetime, term=now.term + 1, since=change.began),
        turns=(*course.turns, turn),
        incumbent=after,
        challenges={},
        held=change.worth,
        own=None,
    )


def _dismiss(course: Course, alarm: Ballot, rule: Rule) -> Course:
    """Ease the challenge, so that only new evidence raises the alarm again."""
    eased = {**course.challenges, alarm: course.challenges[alarm].eased(rule.dismissed)}
    return replace(course, standing=replace(course.standing, alarm=None), challenges=eased)


def _watch(course: Course, rule: Rule) -> Course:
    """Raise an alarm where one is due. While none is, the incumbent follows the plurality of the term.

    So a noisy first ruling is outvoted and nothing is said to have changed.
    """
    if course.standing.alarm is not None:
        return course
    leaders = plurality(course.standing.tally)
    if course.incumbent not in leaders:
        return replace(course, incumbent=leaders[0] if len(leaders) == 1 else None, challenges={})
    alarming = [
        ballot
        for ballot, challenge in course.challenges.items()
        if challenge.sum >= rule.alarm and _differ(course.held, challenge, ballot, rule)
    ]
    if not alarming:
        return course
    loudest = max(alarming, key=lambda ballot: course.challenges[ballot].sum)
    return replace(course, standing=replace(course.standing, alarm=loudest))


def _differ(whole: Worth, challenge: Challenge, ballot: Ballot, rule: Rule) -> bool:
    """Whether the ballots of `whole` from before the challenge and those since do not come from one and the same mind.

    A case that was disputed all along drifts now and then as far as an alarm; this tells the drift from a change.
    """
    return difference(without(whole, challenge.worth), challenge.worth, ballot) >= rule.difference
