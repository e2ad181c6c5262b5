"""Numbers in the judge's text: those of the count pass in any form, and no others do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.counting.verdicts import count
from court.jury.numbers import Kind, StatedNumber, foreign_numbers, month_of, numbers_in
from court.models import Ballot, Opinion, Outcome
from tests.court.samples import held, panel, silent, silent_outcomes, votes

YES, ALMOST, IN_RESEARCH, NO = Ballot
STATEMENT = "Can AI win 90% of 1,500 games in three leagues of World War II?"
HEARD: list[Opinion] = [
    replace(held(1, YES, 0.95), emerged=date(2023, 3, 1)),
    replace(held(2, YES, 0.92), emerged=date(2024, 5, 1)),
    held(3, YES, 0.905),
    replace(held(4, YES, 0.9), emerged=date(2024, 6, 1)),
    held(5, NO, 0.6),
    silent(6),
    silent(7, Outcome.TIMEOUT),
]
CONFIDENCE = count(HEARD).confidence or 0.0

KNOWN = [
    "4 Yes and 1 No.",
    "Four jurors of seven held it; 5 voted, two were silent.",
    "One juror dissents; no one else does.",
    "A quorum of 5 was needed.",
    "Zero ballots were cast for research.",
    f"The panel confidence is {CONFIDENCE:.0%}.",
    f"The panel confidence is {CONFIDENCE:.2f}, or {CONFIDENCE * 100:.1f} per cent.",
    "Juror I was sure at 95 %, Juror II at 92 percent, Juror V at 60%.",
    "Juror III said 90.5 %, which is 0.905, or ninety percent.",
    "Jurors I, II and IV name a month; jurors 3–5 do not.",
    "Jurors I to IV, and Juror V or juror VI.",
    "It emerged in May 2024, or 2024-05.",
    "From March 2023 to June of 2024; Mar. 2023 to Jun 2024.",
    "The year 2023 began it.",
    "Four fifths of those who voted, or four sevenths of the seats.",
    "Of 1500 games, or fifteen hundred, or 1,500, ninety percent are won.",
    "Three leagues of World War II.",
    "The first ruling, a second look, a third way, on behalf of a half-hearted majority.",
    "I say so. CD, MIX and CIVIL are words. Often it is so; a stone weighs a tonne.",
    "A twofold finding.",
]
FOREIGN = [
    "3.5 of it.",
    "Six jurors held it.",
    "In 95 trials it did.",
    "At 80 % it is sure.",
    "5 % doubt it.",
    "Two percent of it.",
    "Juror VIII dissents.",
    "Jurors II and IX dissent.",
    "Juror IIX dissents.",
    "Juror 9 dissents.",
    "It emerged in June 2023.",
    "It emerged in 2023-04.",
    "On 2024-05-15 it emerged.",
    "On 15 May 2024 it emerged.",
    "Since 2022 it does.",
    "By the 2020s it did.",
    "In the 21st century.",
    "Two thirds of the jury.",
    "Half of the jury.",
    "A dozen studies.",
    "Hundreds of studies.",
    "Thousands of millions saw it.",
    "Twenty-five laboratories.",
    "Twenty‑five laboratories.",
    "A tenfold gain.",
    "Ten-fold, ten fold.",
    "Session III held so.",
    "In session v it was so.",
    "A World War III.",
    "½ of it.",
    "Ⅻ angels.",
    "x⁹ is steep.",
    "٣٠ attempts.",
    "3D worlds, 24/7.",
    "Version 5.2.6 of it.",
    "0,77 of it.",
    "Three hundred thousand and more.",
    "One hundred attempts.",
    "One percent of them.",
    "EIGHT witnesses.",
]


def foreign(text: str, statement: str = STATEMENT) -> set[StatedNumber]:
    return foreign_numbers(text, count(HEARD), HEARD, statement)


@pytest.mark.parametrize("text", KNOWN)
def test_a_number_of_the_count_may_be_given_in_any_form(text: str) -> None:
    assert foreign(text) == set()


@pytest.mark.parametrize("text", FOREIGN)
def test_a_number_that_is_not_in_the_count_is_foreign(text: str) -> None:
    assert foreign(text)


def test_a_number_of_the_statement_is_foreign_to_another_statement() -> None:
    for text in ("It won 1,500 games.", "In World War II.", "Of three leagues, 3 were won."):
        assert not foreign(text)
        assert foreign(text, "Can AI sing?")


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2,500,000.5", Kind.NUMBER, Fraction("2500000.5")),
        ("2.5", Kind.NUMBER, Fraction("2.5")),
        ("2,5", Kind.NUMBER, Fraction("2.5")),
        ("three hundred thousand five hundred", Kind.NUMBER, Fraction(300_500)),
        ("two dozen", Kind.NUMBER, Fraction(24)),
        ("forty-two percent", Kind.PERCENT, Fraction(42)),
        ("7 ‰", Kind.PERCENT, Fraction(7)),
        ("two-thirds", Kind.SHARE, Fraction(2, 3)),
        ("half", Kind.SHARE, Fraction(1, 2)),
        ("Juror XII", Kind.JUROR, Fraction(12)),
        ("Sept. 2024", Kind.NUMBER, Fraction(2024)),
        ("sep. 2024", Kind.MONTH, month_of(2024, 9).value),
        ("XIV", Kind.NUMERAL, Fraction(14)),
        ("¾", Kind.NUMBER, Fraction(3, 4)),
    ],
)
def test_each_way_to_write_a_number(text: str, kind: Kind, value: Fraction) -> None:
    assert list(numbers_in(text)) == [StatedNumber(kind, value)]


@given(st.integers(0, 10**9))
def test_digits_are_read_with_and_without_their_commas(number: int) -> None:
    for text in (f"{number}", f"{number:,}", f"({number:,})."):
        assert list(numbers_in(text)) == [StatedNumber(Kind.NUMBER, Fraction(number))]


@given(votes, st.lists(silent_outcomes, max_size=5))
def test_every_number_that_the_judge_is_told_may_be_given(
    voted: list[tuple[Ballot, float]], missing: list[Outcome]
) -> None:
    opinions = panel(voted, missing)
    counted = count(opinions)
    sentences = [f"{counted.valid} of {len(opinions)} voted, {counted.quorum} were needed."]
    sentences += [
        f"Juror {opinion.seat} at {opinion.confidence:.0%}." for opinion in opinions if opinion.confidence is not None
    ]
    sentences += [f"{sum(ballot is cast for cast, _ in voted)} for {ballot}." for ballot in Ballot]
    if counted.confidence is not None:
        sentences.append(
            f"The panel is sure at {counted.confidence:.0%}, {counted.confidence:.1%} or {counted.confidence:.2f}."
        )

    for text in sentences:
        assert not foreign_numbers(text, counted, opinions, "Can AI sing?"), text


@given(st.text(st.characters()))
def test_no_text_raises_an_error(text: str) -> None:
    foreign(text)
    foreign_numbers("It does.", count(HEARD), HEARD, text)


def test_a_count_of_nobody_has_no_share() -> None:
    nobody = [silent(1), silent(2)]

    assert foreign_numbers("Half of them.", count(nobody), nobody, "Can AI sing?")
    assert not foreign_numbers("Both seats, 2, were silent.", count(nobody), nobody, "Can AI sing?")


def test_the_word_one_is_ignored() -> None:
    unanimous = panel([(YES, 0.9)] * 3)

    assert not foreign_numbers("No one dissents, and one sees why.", count(unanimous), unanimous, "Can AI sing?")
    assert foreign_numbers("1 dissents, at one percent.", count(unanimous), unanimous, "Can AI sing?")
