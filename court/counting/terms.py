"""How what the court holds changes: a fold over all hearings of a case, computed from stored rows alone.

A tally of all ballots ever cast cannot follow a change, so a confirmed change opens a new term.
`court.counting.change` weighs the evidence. docs/methodology.md gives the rules in plain words, and
what `court.simulation` found them to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import log

from court.counting.change import (
    BEYOND_DOUBT,
    NO_BALLOTS,
    Challenge,
    Worth,
    add,
    difference,
    log_odds,
    subtract,
    update_challenges,
    worth,
)
from court.counting.standing import plurality, standing
from court.counting.verdicts import count
from court.models import Ballot, Hearing, HearingKind, Standing, Turn, TurnKind


@dataclass(frozen=True, slots=True)
class Rule:
    """The thresholds for seeing a change, in log-odds."""

    alarm: float = BEYOND_DOUBT
    """The sum of a challenger at which a retrial is called."""
    difference: float = BEYOND_DOUBT
    """How much the ballots before and since must differ."""
    dismissed: float = log(8)
    """The most that is left of a sum whose alarm a retrial did not confirm."""


RULE = Rule()


@dataclass(frozen=True, slots=True)
class Course:
    """Where a case stands after its hearings so far, and how it got there.

    `incumbent` is the ballot that challengers are compared with: the plurality of the term, or None while
    the term's first ballots are tied. `held` is what the term's ballots are worth. `own` is the same for the
    ballots of the present jury alone, or None if no other jury has sat in the term. `session` is that of the
    last tallied hearing, 0 before the first.
    """

    standing: Standing = field(default_factory=Standing)
    turns: tuple[Turn, ...] = ()
    incumbent: Ballot | None = None
    challenges: Mapping[Ballot, Challenge] = field(default_factory=dict)
    held: Worth = field(default_factory=lambda: NO_BALLOTS)
    own: Worth | None = None
    session: int = 0

    @property
    def change_score(self) -> float:
        """The largest sum of any challenger, in log-odds."""
        return max((challenge.sum for challenge in self.challenges.values()), default=0.0)


def trace(hearings: Iterable[Hearing]) -> Course:
    """Follow a case through all its hearings, oldest first."""
    course = Course()
    for hearing in hearings:
        course = step(course, hearing)
    return course


def step(course: Course, hearing: Hearing, rule: Rule = RULE) -> Course:
    """Follow a case through one more hearing. A mistrial changes nothing, and leaves an alarm pending."""
    if not hearing.tallied:
        return course
    bridge = hearing.kind is HearingKind.BRIDGE and course.session > 0
    heard = _absorb(_seat(course, hearing) if bridge else course, hearing)
    alarm = heard.standing.alarm
    if alarm is not None and hearing.kind is not HearingKind.ROUTINE:
        if hearing.verdict is alarm:
            return _turn(heard, hearing, alarm, rule)
        heard = _dismiss(heard, alarm, rule)
    changed_to = _jury_change(heard, hearing, rule) if bridge else None
    return _watch(heard, rule) if changed_to is None else _turn(heard, hearing, changed_to, rule)


def next_kind(course: Course, *, same_jury: bool) -> HearingKind:
    """Return the kind of the next hearing.

    `same_jury` says whether the jury that will hear it is known to be that of the last tallied hearing. If not, the
    next hearing is a bridge, even while an alarm is pending: a bridge at which both juries find for the challenger
    confirms the alarm.
    """
    if course.session and not same_jury:
        return HearingKind.BRIDGE
    return HearingKind.ROUTINE if course.standing.alarm is None else HearingKind.RETRIAL


def _seat(course: Course, hearing: Hearing) -> Course:
    """Seat another jury, which must first show what it holds before a change of its mind counts as one.

    The exception is a new answer that the former jury gives on the same day too: the change of jury cannot explain it.
    """
    former = count(hearing.former).verdict
    if former is not None and former is hearing.verdict and former is not course.incumbent:
        return course
    return replace(course, standing=replace(course.standing, alarm=None), challenges={}, own=NO_BALLOTS)


def _absorb(course: Course, hearing: Hearing) -> Course:
    """Tally the ballots and weigh them for and against the incumbent. An alarm ends with its challenge."""
    tally, now, challenges = hearing.tally, course.standing, course.challenges
    cast = worth(tally)
    if course.incumbent is not None:
        challenges = update_challenges(challenges, course.incumbent, hearing.session, tally)
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
        held=add(course.held, cast),
        own=None if course.own is None else add(course.own, cast),
        session=hearing.session,
    )


def _jury_change(course: Course, hearing: Hearing, rule: Rule) -> Ballot | None:
    """Return what the new jury of a bridge holds if the two juries differ about it beyond doubt, else None.

    One jury alone cannot reach that threshold: nothing follows if the former jury could not be asked.
    """
    new, held = hearing.verdict, course.incumbent
    if new is None or held is None or new not in course.challenges or count(hearing.former).verdict is new:
        return None
    former = worth(hearing.former_tally)
    apart = log_odds(worth(hearing.tally), new, held) - log_odds(former, new, held)
    return new if apart >= rule.alarm else None


def _turn(course: Course, hearing: Hearing, after: Ballot, rule: Rule) -> Course:
    """Open a new term that starts with the session at which the change began.

    The turn is an inflection if the same jury held something else before; otherwise the jury changed, not the answer.
    """
    assert course.incumbent is not None  # noqa: S101 - without an incumbent there are no challenges
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
    """Lower the sum of the challenge, so that only new evidence raises the alarm again."""
    lowered = {**course.challenges, alarm: course.challenges[alarm].capped(rule.dismissed)}
    return replace(course, standing=replace(course.standing, alarm=None), challenges=lowered)


def _watch(course: Course, rule: Rule) -> Course:
    """Raise an alarm if one is due. As long as none is pending, the incumbent follows the plurality of the term.

    A noisy first ruling is thus outvoted, and no change is reported.
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
    strongest = max(alarming, key=lambda ballot: course.challenges[ballot].sum)
    return replace(course, standing=replace(course.standing, alarm=strongest))


def _differ(whole: Worth, challenge: Challenge, ballot: Ballot, rule: Rule) -> bool:
    """Return whether the ballots of `whole` before the challenge and those since show different shares of `ballot`.

    A case that was disputed all along sometimes drifts as far as an alarm; this tells a drift from a change.
    """
    return difference(subtract(whole, challenge.worth), challenge.worth, ballot) >= rule.difference
