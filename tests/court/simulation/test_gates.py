"""What the rules must do with synthetic jurors and fixed seeds. docs/methodology.md explains how the world was set."""

from __future__ import annotations

import pytest

from court.simulation.experiments import FIRST, LATEST, LIFETIME, OURS, REPLACEMENTS, Compared, compare, replace_jury
from court.simulation.report import PanelResults, WorldResults, panel_results, replacement_results, world_results
from court.simulation.worlds import USUAL

SEED = 1
STATEMENTS = 200
YEARS = 2


@pytest.fixture(scope="module")
def compared() -> Compared:
    return compare(USUAL, SEED, range(STATEMENTS), YEARS * 365)


@pytest.fixture(scope="module")
def usual(compared: Compared) -> WorldResults:
    return world_results(USUAL.name, compared, YEARS)


@pytest.fixture(scope="module")
def panels(compared: Compared) -> PanelResults:
    return panel_results(compared.panels)


def test_false_inflections_are_at_least_twenty_times_fewer_than_latest_pluralitys(usual: WorldResults) -> None:
    ours, latest = usual.method(OURS), usual.method(LATEST)

    assert latest.false >= 20 * max(ours.false, 1)
    assert ours.false_per_year == ours.false / (STATEMENTS * YEARS)


def test_most_true_changes_are_found_within_thirteen_hearings(usual: WorldResults) -> None:
    ours, lifetime = usual.method(OURS), usual.method(LIFETIME)

    assert ours.changes > STATEMENTS / 3
    assert ours.found_in_time is not None
    assert ours.found_in_time >= 0.8
    assert lifetime.found is not None
    assert lifetime.found <= 0.02, "about none, ever"


def test_the_rules_as_first_designed_report_more_false_changes(usual: WorldResults) -> None:
    assert usual.method(FIRST).false > usual.method(OURS).false


def test_dissent_lowers_the_panel_confidence(panels: PanelResults) -> None:
    assert panels.splits["5–0"] > panels.splits["4–1"] > panels.splits["3–2"]


def test_the_panel_confidence_is_no_worse_calibrated_than_the_share_of_the_ballots(panels: PanelResults) -> None:
    assert panels.confidence.ece <= panels.share.ece
    assert panels.confidence.brier <= panels.share.brier


def test_one_captured_juror_of_five_gains_no_more_than_fifteen_points(panels: PanelResults) -> None:
    assert panels.attacked > 1000
    assert 0 < panels.gained <= 15
    assert panels.gained < panels.first_gained


def test_a_stricter_jury_is_reported_as_such_and_hardly_ever_as_an_inflection() -> None:
    found = [replacement_results(one.name, replace_jury(one, SEED, range(60))) for one in REPLACEMENTS]
    same, strict, gone, blind, few_seen, few_unseen, all_seen, all_gone, all_unseen = found

    assert same.notices <= 5
    assert same.inflections <= 5
    assert blind.inflections >= 50, "without a bridge, a change of jury is mistaken for one of AI"
    assert max(strict.inflections, gone.inflections) <= blind.inflections / 10
    assert min(strict.notices, gone.notices) >= 50
    assert all_unseen.inflections >= 50, "an alias that moves unseen is as bad as no bridge"
    assert max(all_seen.inflections, all_gone.inflections) <= all_unseen.inflections / 10
    assert few_seen.inflections <= few_unseen.inflections
