"""When a case is heard again, compared with the rule in docs/methodology.md."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.counting.change import BEYOND_DOUBT
from court.counting.intervals import AFTER_A_MISTRIAL, RETRIAL_WITHIN, WATCH_ABOVE, next_interval, usual_days
from court.models import Ballot, Disposition, Hearing
from tests.court.samples import hearing

YES, ALMOST, IN_RESEARCH, NO = Ballot


class Middling(random.Random):
    """Draws the middle of every range, so that there is no jitter."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return start // 2


def session(margin: float, verdict: Ballot | None = YES, disposition: Disposition = Disposition.REAFFIRMED) -> Hearing:
    return replace(hearing(1, [NO]), margin=margin, verdict=verdict, disposition=disposition)


def days(held: Hearing, change_score: float = 0.0) -> float:
    return next_interval(held, change_score, None, Middling()) / timedelta(days=1)


@pytest.mark.parametrize(("margin", "expected"), [(0.0, 7), (0.5, 7 + 83 / 4), (0.9, 7 + 83 * 0.81), (1.0, 90)])
def test_the_surer_the_jury_the_longer_the_interval(margin: float, expected: float) -> None:
    assert days(session(margin)) == pytest.approx(expected) == usual_days(YES, margin)
    assert days(session(margin, ALMOST)) == days(session(margin, IN_RESEARCH)) == pytest.approx(expected / 2)
    assert days(session(margin, NO), WATCH_ABOVE + 0.01) == pytest.approx(expected / 2)
    assert days(session(margin, NO), WATCH_ABOVE) == pytest.approx(expected)
    assert days(session(margin, ALMOST), BEYOND_DOUBT) == pytest.approx(expected / 2), "halved once"


def test_a_hung_jury_is_heard_again_within_the_week() -> None:
    assert days(session(0.01, None, Disposition.HUNG_JURY)) == pytest.approx(7, abs=0.01)


@pytest.mark.parametrize("fixed", [None, 7, 30])
def test_a_mistrial_is_heard_again_the_next_day(fixed: int | None) -> None:
    held = session(0.0, None, Disposition.MISTRIAL)

    assert next_interval(held, BEYOND_DOUBT, fixed, random.Random(1)) == AFTER_A_MISTRIAL == timedelta(days=1)


def test_a_retrial_comes_within_a_day() -> None:
    assert timedelta(0) < RETRIAL_WITHIN < timedelta(days=1)


@given(st.integers(1, 365), st.floats(0, 1), st.sampled_from(Ballot), st.integers(0, 99))
def test_a_servers_own_interval_is_kept_to_the_day(fixed: int, margin: float, verdict: Ballot, seed: int) -> None:
    held = session(margin, verdict)

    assert next_interval(held, BEYOND_DOUBT, fixed, random.Random(seed)) == timedelta(days=fixed)


@given(st.floats(0, 1), st.sampled_from(Ballot), st.floats(0, 9), st.integers(0, 9999))
def test_the_jitter_is_a_fifth_either_way(margin: float, verdict: Ballot, change_score: float, seed: int) -> None:
    held = session(margin, verdict)

    drawn = next_interval(held, change_score, None, random.Random(seed)) / timedelta(days=1)

    assert 0.8 - 1e-6 <= drawn / days(held, change_score) <= 1.2 + 1e-6
    assert 3.5 * 0.8 - 1e-6 <= drawn <= 90 * 1.2 + 1e-6


def test_cases_filed_together_do_not_stay_together() -> None:
    drawn = {next_interval(session(0.9), 0.0, None, random.Random(seed)) for seed in range(50)}

    assert len(drawn) > 30
    assert max(drawn) / min(drawn) > 1.3
