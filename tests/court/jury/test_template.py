"""The plain template, which has a ruling for every count."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.counting.verdicts import count, disposition
from court.jury.answers import FINDING_LIMIT, OPINION_LIMIT, QUOTE_LIMIT, read_ruling_answer
from court.jury.numbers import foreign_numbers
from court.jury.template import LABELS, template_ruling
from court.models import Ballot, Disposition, Opinion, Outcome, Ruling
from tests.court.samples import ballots, panel, silent_outcomes, votes

YES, ALMOST, IN_RESEARCH, NO = Ballot


def ruled(seats: list[Opinion], previous: Ballot | None = None) -> Ruling:
    counted = count(seats)
    return template_ruling(counted, disposition(counted, previous), seats, "Ada Lovelace", "Alan Turing")


@given(votes, st.lists(silent_outcomes, max_size=9), st.none() | ballots)
def test_every_count_has_a_ruling_within_the_limits(
    voted: list[tuple[Ballot, float]], missing: list[Outcome], previous: Ballot | None
) -> None:
    ruling = ruled(panel(voted, missing), previous)

    assert 0 < len(ruling.finding) <= FINDING_LIMIT
    assert 0 < len(ruling.opinion) <= OPINION_LIMIT
    assert 0 < len(ruling.quote) <= QUOTE_LIMIT
    assert 2 <= ruling.opinion.count(". ") + 1 <= 4
    assert (ruling.presiding, ruling.clerk, ruling.narrator) == ("Ada Lovelace", "Alan Turing", None)


months = st.none() | st.dates(date(2015, 1, 1), date(2026, 1, 15)).map(lambda day: day.replace(day=1))


@given(votes, st.lists(silent_outcomes, max_size=5), st.none() | ballots, st.data())
def test_the_template_keeps_to_the_rules_for_the_judge(
    voted: list[tuple[Ballot, float]], missing: list[Outcome], previous: Ballot | None, data: st.DataObject
) -> None:
    seats = [
        replace(opinion, emerged=data.draw(months)) if opinion.ballot is YES else opinion
        for opinion in panel(voted, missing)
    ]
    counted, ruling = count(seats), ruled(seats, previous)

    for part in (ruling.finding, ruling.opinion, ruling.quote):
        assert not foreign_numbers(part, counted, seats, "Can AI sing?")
    assert len(ruling.opinion) <= OPINION_LIMIT
    assert 2 <= ruling.opinion.count(". ") + 1 <= 4
    if counted.verdict is not None:
        written = {name: getattr(ruling, name) for name in ("finding", "opinion", "quote")}
        text = json.dumps({"verdict": counted.verdict, **written})
        assert read_ruling_answer(text, counted, seats, "Can AI sing?").opinion == ruling.opinion


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ([None, None, None], ""),
        ([date(2024, 5, 1), None, None], "The Yes ballots date it to May 2024. "),
        ([date(2024, 5, 1)] * 3, "The Yes ballots date it to May 2024. "),
        (
            [date(2025, 1, 1), date(2023, 3, 1), date(2024, 5, 1)],
            "The Yes ballots date it to May 2024 (from March 2023 to January 2025). ",
        ),
    ],
)
def test_a_yes_says_when_the_ability_emerged(named: list[date | None], sentence: str) -> None:
    seats = [replace(seat, emerged=month) for seat, month in zip(panel([(YES, 0.9)] * 3), named, strict=True)]

    assert ruled(seats).opinion == (
        f"The ballots were 3 Yes. The jury was of one mind. {sentence}This is the first ruling in the case."
    )


def test_a_no_says_nothing_of_the_month_that_its_dissent_names() -> None:
    seats = [replace(panel([(YES, 0.6)])[0], emerged=date(2024, 5, 1)), *panel([(NO, 0.9)] * 4)[1:]]

    assert (
        ruled(seats).opinion
        == "The ballots were 1 Yes, 3 No. The dissent: 1 of 4. This is the first ruling in the case."
    )


@given(votes, st.lists(silent_outcomes, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_jurors_never_matters(
    voted: list[tuple[Ballot, float]], missing: list[Outcome], shuffler: random.Random
) -> None:
    seats = panel(voted, missing)
    shuffled = list(seats)
    shuffler.shuffle(shuffled)

    assert ruled(shuffled) == ruled(seats)


def test_a_majority_names_its_dissent_and_its_silent_seats() -> None:
    ruling = ruled(panel([(YES, 0.9)] * 4 + [(NO, 0.6)], [Outcome.REFUSED, Outcome.TIMEOUT]))

    assert ruling.opinion == (
        "The ballots were 4 Yes, 1 No (2 without a ballot). The dissent: 1 of 5. This is the first ruling in the case."
    )


@pytest.mark.parametrize("verdict", Ballot)
def test_a_unanimous_jury(verdict: Ballot) -> None:
    ruling = ruled(panel([(verdict, 0.9)] * 5), verdict)

    assert ruling.opinion == (
        f"The ballots were 5 {LABELS[verdict]}. The jury was of one mind. The ruling before it is reaffirmed."
    )


def test_every_verdict_has_its_own_words() -> None:
    spoken = [ruled(panel([(verdict, 0.9)] * 3)) for verdict in Ballot]

    assert len({ruling.finding for ruling in spoken}) == len({ruling.quote for ruling in spoken}) == 4


def test_an_overturned_ruling_is_called_overturned() -> None:
    assert ruled(panel([(YES, 0.9)] * 2), NO).opinion.endswith("The ruling before it is overturned.")


def test_a_mistrial_says_how_many_voted_and_how_many_were_needed() -> None:
    ruling = ruled(panel([(YES, 0.9)], [Outcome.TIMEOUT] * 4))

    assert ruling.finding == "Too few jurors voted: 1 of 5, and 4 were needed."
    assert "mistrial" in ruling.opinion


def test_a_hung_jury_shows_its_ballots() -> None:
    ruling = ruled(panel([(YES, 0.9), (NO, 0.9)]), YES)

    assert ruling.finding == "The jury could not settle on an answer."
    assert "1 Yes, 1 No" in ruling.opinion


def test_a_hung_first_session_claims_no_ruling_before_it() -> None:
    # The template does not know whether there is one, so it must not say that there is.
    assert "the ruling before it stands" not in ruled(panel([(YES, 0.9), (NO, 0.9)])).opinion


@pytest.mark.parametrize("seats", [panel([(YES, 0.9)], [Outcome.TIMEOUT] * 4), panel([(YES, 0.9), (NO, 0.9)])])
def test_without_a_verdict_no_answer_is_asserted(seats: list[Opinion]) -> None:
    spoken = ruled(seats)

    assert "does this" not in spoken.finding
    assert count(seats).verdict is None
    assert disposition(count(seats), None) in {Disposition.MISTRIAL, Disposition.HUNG_JURY}


@pytest.mark.parametrize("verdict", Ballot)
def test_a_narrow_verdict_is_called_narrow(verdict: Ballot) -> None:
    others = [ballot for ballot in Ballot if ballot is not verdict]
    opinions = panel([(verdict, 0.3), (verdict, 0.3), (others[0], 0.3)])
    counted = count(opinions)
    assert counted.verdict is verdict
    assert counted.narrow

    finding = template_ruling(counted, Disposition.FIRST_RULING, opinions, "Ada", "Grace").finding

    assert finding.startswith("By a narrow count, ")
    assert finding[len("By a narrow count, ") :].lower() in {
        template_ruling(count(sure), Disposition.FIRST_RULING, sure, "Ada", "Grace").finding.lower()
        for sure in [panel([(verdict, 0.9)] * 3)]
    }
