"""The simulation itself: repeatable, honest about what it counts, and the court's own rules throughout."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from court.models import Ballot, HearingKind, Outcome
from court.simulation.calibration import Calibration, PanelScores, captured, plain_confidence
from court.simulation.experiments import FIRST, LATEST, LIFETIME, METHODS, OURS, OWN_CADENCE, REPLACEMENTS, compare
from court.simulation.methods import Court, LatestPlurality, Lifetime
from court.simulation.orders import ORDER
from court.simulation.report import SHOWN, method_results
from court.simulation.run import Plan, Report, pieces, report, work_off
from court.simulation.synthetic import FOLLOWING_DAYS, SETTLING_DAYS, Statement, Swap
from court.simulation.trials import Followed, follow, hearings_of
from court.simulation.worlds import FEW, USUAL, WORLDS
from tests.court.samples import hearing, panel

YES, ALMOST, IN_RESEARCH, NO = Ballot
DAYS = 730
SURE = replace(USUAL, error=1e-9, slip=0.0, waves=0.0, lag=1e-9, silence=0.0, difficulty=0.0, skill=0.0)
"""Jurors who are never wrong and notice a change at once."""

SMALL = Plan(statements=8, years=2, seed=5)


@pytest.fixture(scope="module")
def small() -> Report:
    return report(SMALL, [work_off(piece) for piece in pieces(SMALL)])


# --- statements ---------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_statement_to_every_method() -> None:
    one, other = (Statement(USUAL, DAYS, "7/usual/3") for _ in range(2))
    heard = [[hearing for _, hearing, _ in hearings_of(one, method)] for method in (LatestPlurality(), Lifetime())]

    assert heard[0] == heard[1]
    assert heard[0] == [hearing for _, hearing, _ in hearings_of(other, LatestPlurality())]
    assert Statement(USUAL, DAYS, "8/usual/3").hear(0, "routine") != one.hear(0, "routine")


def test_changes_come_late_enough_to_be_changes_and_early_enough_to_be_followed() -> None:
    statements = [Statement(USUAL, DAYS, f"1/usual/{number}") for number in range(60)]
    changes = [one.changes for one in statements if one.changes is not None]

    assert 15 < len(changes) < 45
    assert all(SETTLING_DAYS <= day <= DAYS - FOLLOWING_DAYS for day in changes)
    for one in statements:
        assert (one.after is not one.truth) == (one.changes is not None)
        assert one.true_on(0) is one.truth
        assert one.true_on(DAYS) is one.after
        assert one.lure_on(0) is not one.truth
        assert one.lure_on(DAYS) is not one.after


def test_jurors_who_are_never_wrong_say_the_truth() -> None:
    statement = Statement(SURE, DAYS, "1/sure/1")

    assert statement.plain
    for day, hearing_, _ in hearings_of(statement, LatestPlurality()):
        assert {opinion.ballot for opinion in hearing_.opinions} == {statement.true_on(day)}


def test_a_seat_may_say_nothing_and_a_wave_sways_a_jury() -> None:
    silent = Statement(replace(SURE, silence=1.0), DAYS, "1/silent/1").hear(0, "routine")[0]
    swayed = Statement(replace(SURE, waves=5000.0, wave_days=300, sway=1.0), DAYS, "1/waves/1")

    assert {opinion.outcome for opinion in silent} == {Outcome.ABSTAINED}
    day = int(swayed.waves[0].start) + 1
    assert {opinion.ballot for opinion in swayed.hear(day, "routine")[0]} == {swayed.waves[0].ballot}


def test_wrong_models_agree_as_often_as_was_measured_on_real_ones() -> None:
    world = replace(SURE, error=1 - 1e-9, herding=USUAL.herding, changing=0.0)
    agree = total = 0
    for number in range(300):
        first, second = Statement(world, DAYS, f"1/wrong/{number}").hear(0, "routine")[0][:2]
        agree += first.ballot is second.ballot
        total += 1

    assert agree / total == pytest.approx(0.6, abs=0.07)


def test_a_stricter_jury_holds_a_step_less() -> None:
    statement = Statement(replace(SURE, changing=0.0), DAYS, "1/strict/1", Swap(100, stricter=1.0))
    order = list(Ballot)

    before, after = statement.hear(0, "routine")[0][0].ballot, statement.hear(100, "routine")[0][0].ballot

    assert before is statement.truth
    assert after is order[min(order.index(statement.truth) + 1, 3)]
    assert statement.fingerprint(99) != statement.fingerprint(100)


# --- trials -------------------------------------------------------------------------------------


def test_a_true_change_is_found_by_sure_jurors_in_two_hearings_and_a_retrial() -> None:
    statement = next(one for number in range(9) if (one := Statement(SURE, DAYS, f"1/sure/{number}")).changes)

    assert (follow(statement, LatestPlurality()).delay, follow(statement, LatestPlurality()).false) == (1, 0)
    ours = follow(statement, Court())
    assert (ours.delay, ours.false, ours.retrials, ours.changed, ours.plain) == (3, 0, 1, True, True)
    assert ours.days is not None
    assert 7 < ours.days < 15
    assert follow(statement, Lifetime()).delay is None


def test_a_change_reported_on_a_statement_that_never_changes_is_false() -> None:
    wild = replace(SURE, slip=0.6, changing=0.0)

    followed = follow(Statement(wild, DAYS, "1/wild/1"), LatestPlurality())

    assert followed.false > 10
    assert (followed.changed, followed.delay, followed.days) == (False, None, None)


def test_a_retrial_hears_other_models_if_there_are_others() -> None:
    for world, others in ((SURE, True), (replace(SURE, models=FEW.models), False)):
        statement = next(one for number in range(9) if (one := Statement(world, DAYS, f"1/r/{number}")).changes)
        hearings = [hearing_ for _, hearing_, _ in hearings_of(statement, Court())]
        place = next(place for place, one in enumerate(hearings) if one.kind is HearingKind.RETRIAL)
        sat, sits = ({opinion.model for opinion in one.opinions} for one in hearings[place - 1 : place + 1])
        assert sat.isdisjoint(sits) is others
        assert hearings[place].opened_at - hearings[place - 1].closed_at < timedelta(days=1)


def test_a_new_jury_gets_a_bridge_and_a_mistrial_is_heard_again_the_next_day() -> None:
    statement = Statement(replace(SURE, silence=0.35), 300, "1/bridge/2", Swap(100))
    hearings = [hearing_ for _, hearing_, _ in hearings_of(statement, Court())]
    kinds = Counter(one.kind for one in hearings if one.tallied)
    waits = [after.opened_at - before.closed_at for before, after in pairwise(hearings) if not before.tallied]

    assert kinds[HearingKind.BRIDGE] == 1
    bridge = next(one for one in hearings if one.kind is HearingKind.BRIDGE)
    assert {one.model.model for one in bridge.former} == {"0"}
    assert {one.model.model for one in bridge.opinions} == {"1"}
    assert waits
    assert set(waits) == {timedelta(days=1)}


@pytest.mark.parametrize("swap", [Swap(100, former_answers=False), Swap(100)])
def test_the_former_jury_is_heard_if_it_still_answers(swap: Swap) -> None:
    statement = Statement(SURE, 200, "1/gone/1", swap)

    bridge = next(one for _, one, _ in hearings_of(statement, Court()) if one.kind is HearingKind.BRIDGE)

    assert bool(bridge.former) is swap.former_answers


def test_without_bridges_a_new_jury_is_not_noticed() -> None:
    statement = Statement(replace(SURE, changing=0.0), 200, "1/blind/1", Swap(100))

    assert {one.kind for _, one, _ in hearings_of(statement, Court(), bridges=False)} == {HearingKind.ROUTINE}


# --- methods --------------------------------------------------------------------------------------


def test_the_latest_plurality_reports_every_flip_and_no_tie() -> None:
    method = LatestPlurality()

    reported = [method.hear(hearing(n, cast)) for n, cast in enumerate([[NO], [NO, YES], [YES], [YES], [NO]], start=1)]

    assert reported == [None, None, YES, None, NO]


def test_the_lifetime_reports_only_four_fifths() -> None:
    method = Lifetime()

    reported = [
        method.hear(hearing(n, cast)) for n, cast in enumerate([[NO], [NO], [YES] * 2, [YES] * 6, [YES]], start=1)
    ]

    assert reported == [None, None, None, YES, None]


# --- results --------------------------------------------------------------------------------------


def test_calibration_by_hand() -> None:
    calibration = Calibration()
    for confidence, right in ((0.95, True), (0.92, False), (0.55, True), (1.0, True)):
        calibration.add(confidence, right)

    assert calibration.curve == [(0.55, 1.0, 1), (pytest.approx((0.95 + 0.92 + 1) / 3), pytest.approx(2 / 3), 3)]
    assert calibration.ece == pytest.approx((0.45 + abs(0.95 + 0.92 + 1 - 2)) / 4)
    assert calibration.brier == pytest.approx((0.05**2 + 0.92**2 + 0.45**2) / 4)


def test_the_pool_as_first_designed() -> None:
    seats = panel([(YES, 0.93)] * 4 + [(NO, 0.90)], [Outcome.REFUSED])

    assert plain_confidence(seats, YES) == pytest.approx(0.83, abs=0.005)
    assert plain_confidence(panel([(YES, 0.95), (YES, 0.92), (YES, 0.92)]), YES) == pytest.approx(0.93, abs=0.005)


def test_a_captured_juror_says_what_the_attacker_wants() -> None:
    seats = panel([(NO, 0.6)] * 4, [Outcome.TIMEOUT])

    assert [(one.ballot, one.confidence) for one in captured(seats, YES)][:2] == [(YES, 1.0), (NO, 0.6)]
    assert captured(list(reversed(seats)), YES)[0].outcome is Outcome.BALLOT


def test_a_hung_jury_has_no_confidence_to_be_scored() -> None:
    panels = PanelScores()
    statement = Statement(SURE, DAYS, "1/hung/1")

    hung = replace(hearing(1, [NO, YES]), verdict=None, confidence=None)
    panels.add(statement, 0, hung)

    assert (panels.ballots, sum(panels.confidence.verdicts)) == (2, 0)


def test_results_without_data_are_none() -> None:
    results = method_results("none", [Followed(False, False, 10, 0, 1)], 2.0)

    assert (results.false_per_year, results.hearings_per_year) == (0.5, 5.0)
    assert (results.found, results.found_in_time, results.median_days, results.median_hearings) == (None,) * 4
    assert results.found_by == (0.0,) * SHOWN


def test_a_report_has_every_world_method_and_jury(small: Report) -> None:
    assert [world.name for world in small.worlds] == [world.name for world in WORLDS]
    assert small.usual.name == USUAL.name
    assert [world.statements for world in small.worlds] == [8, 2, 2, 2]
    for world in small.worlds:
        assert [method.name for method in world.methods] == list(METHODS)
        assert 0.3 < world.accuracy < 1
    assert [one.name for one in small.replacements] == [one.name for one in REPLACEMENTS]
    assert small.usual.method(OWN_CADENCE).hearings_per_year < small.usual.method(OURS).hearings_per_year
    assert small.usual.method(LATEST).retrials_per_year == small.usual.method(LIFETIME).retrials_per_year == 0
    assert small.usual.method(FIRST).hearings_per_year > 52


def test_the_results_do_not_depend_on_the_cut(small: Report) -> None:
    cut = compare(USUAL, SMALL.seed, range(3), DAYS)
    cut += compare(USUAL, SMALL.seed, range(3, 8), DAYS)
    results = [work_off(piece) for piece in pieces(SMALL)]

    assert cut.followed == results[0].compared.followed  # type: ignore[union-attr]
    assert report(SMALL, reversed(results)) == small


def test_a_plan_is_cut_into_pieces_that_cover_all_of_it() -> None:
    plan = Plan(statements=41)
    counts = Counter[str]()
    for piece in pieces(plan):
        counts[piece.experiment] += piece.statements

    assert counts[USUAL.name] == 41
    assert set(counts.values()) == {41, 10}
    assert counts[ORDER] == 41
    assert len(counts) == len(WORLDS) + len(REPLACEMENTS) + 1
