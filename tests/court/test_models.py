"""The shared values: what they refuse, and what they add up to."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court import models
from court.announcements.kinds import PlainNotice
from court.models import AudienceTally, Ballot, Disposition, Holding, ModelRef, Opinion, Outcome, Standing, Tally
from court.models.work import Dispatch, DueHearing, WorkState
from tests.court.samples import NOON, SILENT, ballots, hearing, model

YES, ALMOST, IN_RESEARCH, NO = Ballot


@pytest.mark.parametrize(
    ("text", "ref", "family"),
    [
        ("openai/gpt-5", ModelRef("openai", "gpt-5"), "openai"),
        ("  OpenAI/GPT-5 ", ModelRef("openai", "GPT-5"), "openai"),
        ("openrouter/Meta-Llama/llama-4", ModelRef("openrouter", "Meta-Llama/llama-4"), "meta-llama"),
        ("openrouter/openai/gpt-5", ModelRef("openrouter", "openai/gpt-5"), "openai"),
    ],
)
def test_a_model_reference_is_read(text: str, ref: ModelRef, family: str) -> None:
    assert ModelRef.parse(text) == ref
    assert ref.family == family
    assert ModelRef.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "gpt-5", "/gpt-5", "openai/", " / ", "openai/  "])
def test_half_a_model_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not of the form provider/model"):
        ModelRef.parse(text)


def test_a_family_is_never_empty() -> None:
    # “openrouter//x” has nothing between the slashes; seats without a family would all count as one family.
    with pytest.raises(ValueError, match="not of the form provider/model"):
        ModelRef.parse("openrouter//llama")


@given(st.lists(ballots))
def test_a_tally_counts_every_ballot_once(voted: list[Ballot]) -> None:
    tally = Tally.of(voted)

    assert {ballot: tally[ballot] for ballot in Ballot} == {ballot: voted.count(ballot) for ballot in Ballot}
    assert tally.total == len(voted)


@given(st.lists(ballots), st.lists(ballots))
def test_tallies_add_up(one: list[Ballot], other: list[Ballot]) -> None:
    assert Tally.of(one) + Tally.of(other) == Tally.of(one + other)


def test_the_holdings_begin_with_the_ballots() -> None:
    assert [holding.value for holding in Holding][:4] == [ballot.value for ballot in Ballot]


@pytest.mark.parametrize("outcome", SILENT)
def test_a_seat_without_a_ballot_holds_neither_ballot_nor_confidence(outcome: Outcome) -> None:
    for ballot, confidence in [(YES, None), (None, 0.5), (YES, 0.5)]:
        with pytest.raises(ValueError, match="belong to the outcome"):
            Opinion(1, model(), outcome, ballot, confidence)


@pytest.mark.parametrize(("ballot", "confidence"), [(None, None), (YES, None), (None, 0.5)])
def test_a_seat_that_voted_holds_both(ballot: Ballot | None, confidence: float | None) -> None:
    with pytest.raises(ValueError, match="belong to the outcome"):
        Opinion(1, model(), Outcome.BALLOT, ballot, confidence)


def test_a_full_opinion_is_kept_as_given() -> None:
    opinion = Opinion(1, model(), Outcome.BALLOT, YES, 0.9, "Seen.", emerged=date(2024, 5, 1))

    assert (opinion.ballot, opinion.confidence, opinion.emerged) == (YES, 0.9, date(2024, 5, 1))


def test_a_hearing_counts_its_seats_and_knows_whether_it_is_tallied() -> None:
    ruled = hearing(1, [YES, YES, NO])

    assert (ruled.seats, ruled.tally, ruled.tallied) == (3, Tally(yes=2, no=1), True)
    assert hearing(2, [YES, NO], Disposition.HUNG_JURY).tallied
    assert not hearing(3, [YES], Disposition.MISTRIAL).tallied


VALUES = [kind for kind in vars(models).values() if isinstance(kind, type) and is_dataclass(kind)]


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_cannot_be_changed_and_takes_no_other_attribute(kind: type[Any]) -> None:
    assert kind.__dataclass_params__.frozen
    assert "__slots__" in vars(kind)


def test_the_defaults_are_empty() -> None:
    opinion = Opinion(1, model(), Outcome.TIMEOUT)
    due_hearing = DueHearing(1, 1, NOON, WorkState.WAITING)
    dispatch = Dispatch(1, PlainNotice("Words."), 7, NOON)

    assert (opinion.tokens_in, opinion.tokens_out, opinion.latency) == (0, 0, 0.0)
    assert (due_hearing.attempts, dispatch.attempts, dispatch.recheck) == (0, 0, False)
    assert dispatch.state is WorkState.WAITING
    assert AudienceTally().total == Tally().total == 0
    assert Standing() == Standing(Holding.UNHEARD, None, Tally())
    assert not hearing(1, [YES]).rehearsal


def test_the_audience_adds_up() -> None:
    assert AudienceTally(yes=3, maybe=2, no=1).total == 6
