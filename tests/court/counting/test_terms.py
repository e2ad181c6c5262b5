"""How what the court holds changes: terms, alarms, retrials and bridges, by the rules in docs/methodology.md."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import log
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.counting.change import BEYOND_DOUBT, difference, worth
from court.counting.terms import Course, Rule, next_kind, step, trace
from court.counting.verdicts import count, disposition
from court.models import Ballot, Disposition, Hearing, HearingKind, Holding, Opinion, Outcome, Tally, Turn, TurnKind
from tests.court.samples import NOON, ballots, held, panel, silent
from tests.court.samples import hearing as sample

YES, ALMOST, IN_RESEARCH, NO = Ballot
ROUTINE, RETRIAL, BRIDGE = HearingKind

FIVE_NO, FIVE_YES = [NO] * 5, [YES] * 5


def heard(
    session: int, seats: Sequence[Opinion], kind: HearingKind = ROUTINE, former: Sequence[Opinion] = ()
) -> Hearing:
    """Return a session as the court would count it."""
    counted = count(seats)
    at = NOON + timedelta(days=7 * session)
    return replace(
        sample(session, [NO]),
        opened_at=at,
        closed_at=at,
        verdict=counted.verdict,
        confidence=counted.confidence,
        margin=counted.margin,
        disposition=disposition(counted, None),
        opinions=tuple(seats),
        kind=kind,
        former=tuple(former),
    )


def voted(cast: Sequence[Ballot]) -> list[Opinion]:
    return panel([(ballot, 0.9) for ballot in cast])


Session: TypeAlias = (
    Sequence[Ballot] | tuple[HearingKind, Sequence[Ballot]] | tuple[HearingKind, Sequence[Ballot], Sequence[Ballot]]
)


def case(*sessions: Session) -> list[Hearing]:
    """Return sessions from the first on: ballots of a routine hearing, or a kind, its ballots and the former jury's."""
    hearings = []
    for session, parts in enumerate(sessions, start=1):
        kind, cast, former = ROUTINE, parts, ()
        if isinstance(parts, tuple):
            kind, cast, former = (*parts, ())[:3]
        hearings.append(heard(session, voted(cast), kind, voted(former)))  # type: ignore[arg-type]
    return hearings


def kinds(course: Course) -> list[TurnKind]:
    return [turn.kind for turn in course.turns]


def test_before_the_first_hearing_nothing_is_held() -> None:
    course = trace([])

    assert (course.standing.holding, course.incumbent, course.turns, course.change_score) == (
        Holding.UNHEARD,
        None,
        (),
        0,
    )


def test_a_change_is_an_inflection_once_a_retrial_concurs() -> None:
    hearings = case(*[FIVE_NO] * 20, FIVE_YES, [YES, YES, YES, YES, NO], (RETRIAL, [YES, YES, YES, YES]))

    before, alarmed, after = trace(hearings[:21]), trace(hearings[:22]), trace(hearings)

    assert (before.standing.holding, before.standing.alarm) == (Holding.NO, None)
    assert (alarmed.standing.holding, alarmed.standing.alarm) == (Holding.NO, YES)
    assert after.turns == (Turn(TurnKind.INFLECTION, 23, 21, NO, YES, hearings[-1].closed_at),)
    assert (after.standing.holding, after.standing.alarm) == (Holding.YES, None)
    assert (after.standing.term, after.standing.since) == (2, 21)
    assert after.standing.tally == Tally(yes=13, no=1)
    assert after.standing.lifetime == Tally(yes=13, no=101)
    assert after.incumbent is YES


def test_the_tally_of_all_ballots_alone_would_have_taken_years() -> None:
    hearings = case(*[FIVE_NO] * 52, *[FIVE_YES] * 2, (RETRIAL, FIVE_YES), *[FIVE_YES] * 40)

    assert trace(hearings).standing.holding is Holding.YES
    assert trace(hearings).standing.lifetime.no > trace(hearings).standing.lifetime.yes


def test_the_sums_follow_the_formula() -> None:
    once = trace(case(*[FIVE_NO] * 4, [YES, YES, YES, YES, NO]))

    assert once.change_score == pytest.approx(log(0.65 / (0.35 / 3)) / 3 * (4 - 1))


@pytest.mark.parametrize("against", [FIVE_NO, [YES, YES, NO, NO], [ALMOST] * 4])
def test_a_retrial_that_does_not_concur_dismisses_the_alarm(against: list[Ballot]) -> None:
    hearings = case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, (RETRIAL, against))

    course = trace(hearings)

    assert (course.turns, course.standing.alarm, course.standing.term) == ((), None, 1)
    assert course.challenges[YES].sum <= log(8)


def test_after_a_dismissal_only_new_evidence_raises_the_alarm_again() -> None:
    dismissed: list[Session] = [*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, (RETRIAL, [YES, YES, NO, NO])]

    assert trace(case(*dismissed, [YES, YES, YES, NO, NO])).standing.alarm is None
    again = trace(case(*dismissed, [YES, YES, YES, YES, NO], (RETRIAL, FIVE_YES)))
    assert again.turns[0].began == 21, "the change still began at its first session"


def test_a_mistrial_changes_nothing_and_leaves_the_alarm_pending() -> None:
    hearings = case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES)
    mistrial = heard(23, [held(1, YES), *(silent(seat) for seat in range(2, 6))], RETRIAL)

    assert mistrial.disposition is Disposition.MISTRIAL
    assert trace([*hearings, mistrial]) == trace(hearings)
    assert trace(hearings).standing.alarm is YES


def test_a_routine_hearing_decides_no_alarm() -> None:
    course = trace(case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, FIVE_YES))

    assert (course.turns, course.standing.alarm) == ((), YES)


def test_an_alarm_ends_with_its_challenge() -> None:
    course = trace(case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, FIVE_NO, FIVE_NO))

    assert (course.turns, course.standing.alarm, course.change_score) == ((), None, 0)


def test_a_retrial_without_an_alarm_is_a_hearing_like_any_other() -> None:
    assert kinds(trace(case(FIVE_NO, FIVE_NO, (RETRIAL, FIVE_YES)))) == []


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("first", list(Ballot)[:3])
def test_a_first_noisy_ruling_is_corrected_and_nothing_has_changed(first: Ballot, size: int) -> None:
    hearings = case([first] * size, *[(RETRIAL, [NO] * size)] * 20)

    course = trace(hearings)

    assert (course.turns, course.standing.holding, course.incumbent) == ((), Holding.NO, NO)


def test_a_dispute_that_drifts_is_no_change() -> None:
    split = [[NO, NO, NO, YES, YES], [NO, NO, YES, YES, YES], [NO, NO, NO, YES, ALMOST]]
    hearings = case(*split * 10, *[(RETRIAL, [NO, NO, YES, YES, YES])] * 9)

    plain = Course()
    for one in hearings:
        plain = step(plain, one, Rule(difference=0.0))

    assert kinds(plain) == [TurnKind.INFLECTION], "the sum alone would call it a change"
    assert trace(hearings).turns == ()
    assert trace(hearings).standing.holding is Holding.DISPUTED


def test_a_dispute_that_changes_for_good_is_a_change() -> None:
    split = [[NO, NO, NO, IN_RESEARCH, IN_RESEARCH], [NO, NO, IN_RESEARCH, IN_RESEARCH, IN_RESEARCH]]

    course = trace(case(*split * 10, [NO] * 3, FIVE_YES, FIVE_YES, (RETRIAL, FIVE_YES)))

    assert [(turn.before, turn.after, turn.began) for turn in course.turns] == [(NO, YES, 22)]


def test_a_tied_beginning_has_no_incumbent() -> None:
    course = trace(case([YES, YES, NO, NO, ALMOST]))

    assert (course.incumbent, course.challenges, course.standing.leaning) == (None, {}, None)


def test_the_strongest_challenger_is_tried_first() -> None:
    course = trace(case(*[FIVE_NO] * 20, *[[YES, YES, YES, ALMOST, ALMOST]] * 2, [YES] * 3 + [ALMOST] * 3))

    assert course.standing.alarm is YES
    assert course.challenges[ALMOST].sum >= BEYOND_DOUBT


# --- bridges -----------------------------------------------------------------------------------


def test_a_difference_between_two_juries_on_the_same_day_is_a_change_of_jury() -> None:
    hearings = case(*[FIVE_NO] * 20, (BRIDGE, FIVE_YES, FIVE_NO))

    course = trace(hearings)

    assert course.turns == (Turn(TurnKind.JURY_CHANGED, 21, 21, NO, YES, hearings[-1].closed_at),)
    assert (course.standing.holding, course.standing.since, course.standing.tally) == (Holding.YES, 21, Tally(yes=5))


def test_the_former_jury_is_never_tallied() -> None:
    course = trace(case(FIVE_NO, (BRIDGE, FIVE_NO, [NO, NO, NO, YES, YES])))

    assert course.standing.lifetime == Tally(no=10)


def test_two_split_panels_that_disagree_are_not_a_change_of_jury() -> None:
    course = trace(case(*[FIVE_NO] * 20, (BRIDGE, [YES, YES, YES, NO, NO], [NO, NO, NO, YES, YES])))

    assert course.turns == ()


@pytest.mark.parametrize("former", [[], [NO, NO, NO, YES, YES]])
def test_a_new_jury_that_never_held_anything_else_is_a_change_of_jury(former: list[Ballot]) -> None:
    before: list[Session] = [*[FIVE_NO] * 20, (BRIDGE, [YES, YES, YES, YES, NO], former), FIVE_YES]

    assert trace(case(*before)).standing.alarm is YES
    assert kinds(trace(case(*before, (RETRIAL, [YES] * 4)))) == [TurnKind.JURY_CHANGED]


def test_a_jury_that_has_shown_what_it_held_can_see_a_change() -> None:
    seated: list[Session] = [
        *[FIVE_NO] * 20,
        (BRIDGE, FIVE_NO, FIVE_NO),
        FIVE_NO,
        FIVE_YES,
        FIVE_YES,
        (RETRIAL, FIVE_YES),
    ]

    course = trace(case(*seated))

    assert [(turn.kind, turn.began) for turn in course.turns] == [(TurnKind.INFLECTION, 23)]


def test_both_juries_together_confirm_an_alarm() -> None:
    course = trace(case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, (BRIDGE, FIVE_YES, FIVE_YES)))

    assert [(turn.kind, turn.began) for turn in course.turns] == [(TurnKind.INFLECTION, 21)]


def test_both_juries_together_raise_an_alarm() -> None:
    course = trace(case(*[FIVE_NO] * 20, (BRIDGE, FIVE_YES, FIVE_YES), FIVE_YES, (RETRIAL, FIVE_YES)))

    assert [(turn.kind, turn.began) for turn in course.turns] == [(TurnKind.INFLECTION, 21)]


@pytest.mark.parametrize(("new", "former"), [(FIVE_NO, FIVE_NO), (FIVE_NO, FIVE_YES), (FIVE_NO, [])])
def test_a_new_jury_that_holds_what_was_held_dismisses_an_alarm(new: list[Ballot], former: list[Ballot]) -> None:
    course = trace(case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, (BRIDGE, new, former)))

    assert (course.turns, course.standing.alarm, course.change_score) == ((), None, 0)


def test_an_alarm_of_the_former_jury_alone_is_not_carried_by_the_new_one() -> None:
    course = trace(case(*[FIVE_NO] * 20, FIVE_YES, FIVE_YES, (BRIDGE, FIVE_YES, [])))

    assert (course.turns, course.standing.alarm) == ((), None)


def test_juries_that_agree_are_never_reported_to_differ() -> None:
    # One sure juror outweighs four who know nothing: both juries find YES, though the former jury mostly voted NO.
    former = panel([(YES, 0.97), *[(NO, 0.25)] * 4])
    bridge = heard(21, voted(FIVE_YES), BRIDGE, former)

    assert count(former).verdict is YES
    assert trace([*case(*[FIVE_NO] * 20), bridge]).turns == ()


def test_a_bridge_before_the_first_ruling_is_an_ordinary_hearing() -> None:
    course = trace(case((BRIDGE, FIVE_YES, FIVE_NO)))

    assert (course.turns, course.standing.holding) == ((), Holding.YES)


# --- what the next hearing is for -----------------------------------------------------------


@pytest.mark.parametrize(
    ("sessions", "same", "kind"),
    [
        ([], False, ROUTINE),
        ([FIVE_NO], True, ROUTINE),
        ([FIVE_NO], False, BRIDGE),
        ([FIVE_NO, FIVE_NO, FIVE_NO, FIVE_YES, FIVE_YES], True, RETRIAL),
        ([FIVE_NO, FIVE_NO, FIVE_NO, FIVE_YES, FIVE_YES], False, BRIDGE),
    ],
)
def test_the_next_kind(sessions: list[list[Ballot]], same: bool, kind: HearingKind) -> None:
    assert next_kind(trace(case(*sessions)), same_jury=same) is kind


# --- the evidence -------------------------------------------------------------------------------


def test_ballots_of_one_hearing_are_worth_less_than_their_number() -> None:
    assert worth(Tally(yes=5))[YES] == pytest.approx(5 / 3)
    assert worth(Tally(yes=4, no=1))[YES] == pytest.approx(4 / 3)
    assert sum(worth(Tally(no=2)).values()) == pytest.approx(2 / 1.5)


def test_the_difference_is_zero_for_equal_shares_and_for_no_votes() -> None:
    assert difference(worth(Tally(yes=2, no=2)), worth(Tally(yes=1, no=1)), YES) == pytest.approx(0)
    assert difference(worth(Tally()), worth(Tally(yes=5)), YES) == 0


@given(ballots, st.integers(1, 7), st.integers(1, 7))
def test_the_difference_is_a_likelihood_ratio(ballot: Ballot, before: int, after: int) -> None:
    other = next(one for one in Ballot if one is not ballot)
    old, new = worth(Tally.of([other] * before)), worth(Tally.of([ballot] * after))
    share = new[ballot] / (new[ballot] + old[other])

    by_hand = -new[ballot] * log(share) - old[other] * log(1 - share)

    assert difference(old, new, ballot) == pytest.approx(by_hand)


# --- properties -----------------------------------------------------------------------------------

seat_votes = st.lists(
    st.tuples(st.sampled_from([NO, NO, YES, YES, YES, ALMOST]), st.sampled_from([0.6, 0.9])), max_size=6
)
quiet = st.lists(st.sampled_from([Outcome.REFUSED, Outcome.TIMEOUT]), max_size=2)
hearing_parts = st.tuples(seat_votes, quiet, st.sampled_from([ROUTINE, ROUTINE, RETRIAL, BRIDGE]), seat_votes)
histories = st.lists(st.tuples(hearing_parts, st.integers(1, 4)), max_size=9).map(
    lambda parts: [
        heard(session, panel(cast, missing), kind, panel(former))
        for session, (cast, missing, kind, former) in enumerate(
            (part for part, times in parts for _ in range(times)), start=1
        )
    ]
)


@given(histories)
def test_one_more_hearing_is_one_more_step(hearings: list[Hearing]) -> None:
    course = Course()
    for place, one in enumerate(hearings):
        assert trace(hearings[:place]) == course
        course = step(course, one)
    assert trace(hearings) == course


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_jurors_never_matters(hearings: list[Hearing], shuffler: random.Random) -> None:
    def shuffled(seats: tuple[Opinion, ...]) -> tuple[Opinion, ...]:
        return tuple(shuffler.sample(seats, len(seats)))

    other = [replace(one, opinions=shuffled(one.opinions), former=shuffled(one.former)) for one in hearings]

    assert trace(other) == trace(hearings)


@given(histories, st.data())
def test_mistrials_never_change_anything(hearings: list[Hearing], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(HearingKind))
    place = data.draw(st.integers(0, len(hearings)))
    mistrial = heard(99, [held(1, YES), silent(2), silent(3)], kind)

    assert trace([*hearings[:place], mistrial, *hearings[place:]]) == trace(hearings)


@given(histories)
def test_abstentions_and_failures_never_change_anything(hearings: list[Hearing]) -> None:
    def beside(one: Hearing) -> Hearing:
        more = (*one.opinions, silent(9, Outcome.ABSTAINED))
        return replace(one, opinions=more) if one.tallied else one

    assert trace([beside(one) for one in hearings]) == trace(hearings)


@given(histories)
def test_the_standing_follows_from_the_rows_of_its_term(hearings: list[Hearing]) -> None:
    course = trace(hearings)
    tallied = [one for one in hearings if one.tallied]
    term = [one.tally for one in tallied if one.session >= course.standing.since]

    assert course.standing.tally == sum(term, start=Tally())
    assert course.standing.lifetime == sum((one.tally for one in tallied), start=Tally())
    assert course.standing.term == 1 + len(course.turns)


@given(histories)
def test_a_course_rebuilt_from_rows_has_the_same_turns(hearings: list[Hearing]) -> None:
    sessions = [turn.session for turn in trace(hearings).turns]

    for turn in trace(hearings).turns:
        decided = next(one for one in hearings if one.session == turn.session)
        assert decided.kind is not ROUTINE
        assert decided.verdict is turn.after is not turn.before
        assert turn.began <= turn.session
        assert turn in trace(hearings[: hearings.index(decided) + 1]).turns, "later rows change no earlier turn"
    assert sessions == sorted(set(sessions))
