"""When two statements ask the same thing. A match sends a member to another case, so a false one does harm."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from court.docket.statements import near_identical, normalise
from tests.court.samples import statements

NOVEL = "Can AI write a whole novel that readers finish?"


@pytest.mark.parametrize(
    "other",
    [
        NOVEL,
        "Can AI write a whole novel that readers finish",
        "Can AI write a whole novel, that readers finish?",
        "Can AI WRITE a whole Novel that readers finish?",
        "Can AI write a whole novell that readers finish?",
        "Can AI write a whole novel that reader finish?",
    ],
)
def test_spelling_does_not_make_a_different_question(other: str) -> None:
    assert near_identical(NOVEL, other)


@pytest.mark.parametrize(
    "other",
    [
        "Can AI write a short poem that readers finish?",
        "Can AI not write a whole novel that readers finish?",
        "Can AI write a whole novel that readers don't finish?",
        "Can AI write a whole novel that readers don’t finish?",
        "Can AI never write a whole novel that readers finish?",
        "Can AI write a whole novel that 2 readers finish?",
        "Can AI fold laundry?",
    ],
)
def test_other_words_numbers_and_negations_make_a_different_question(other: str) -> None:
    assert not near_identical(NOVEL, other)


@given(statements, statements)
def test_symmetric(one: str, other: str) -> None:
    assert near_identical(one, other) == near_identical(other, one)


@given(statements)
def test_reflexive(statement: str) -> None:
    assert near_identical(statement, statement)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_must_agree(one: int, other: int) -> None:
    assume(one != other)
    asked = "Can AI write a novel of {} words in a single attempt without any help?"

    assert not near_identical(asked.format(one), asked.format(other))
    assert not near_identical(asked.format(f"{one:,}"), asked.format(f"{other:,}"))
    assert near_identical(asked.format(one), asked.format(f"{one:,}"))


@pytest.mark.parametrize("no", ["not", "no", "never", "without", "cannot", "won't", "can’t"])
def test_negations_must_agree(no: str) -> None:
    asked = "Can AI drive a car through the busy streets of a city at night in {} rain?"

    assert not near_identical(asked.format("heavy"), asked.format(f"{no} heavy"))


@pytest.mark.parametrize(("one", "other"), [("1,000", "1000"), ("2,000,000", "2000000"), ("3.5", "3.5"), ("3D", "3d")])
def test_the_same_number_may_be_written_in_another_way(one: str, other: str) -> None:
    assert near_identical(f"Can AI make {one} pictures of a cat?", f"Can AI make {other} pictures of a cat?")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5", "15"),
        ("1,5", "15"),
        ("10,000", "1,000"),
        ("2 to 3", "2 to 4"),
        ("½", "¼"),
        ("50%", "50"),
        ("two", "ten"),
    ],
)
def test_a_different_number_makes_a_different_question(one: str, other: str) -> None:
    asked = "Can AI solve {} of the problems of the mathematical olympiad?"

    assert not near_identical(asked.format(one), asked.format(other))


@pytest.mark.parametrize(("one", "other"), [("C++", "C#"), ("C", "C++"), ("F#", "F")])
def test_signs_that_are_part_of_a_name_must_agree(one: str, other: str) -> None:
    asked = "Can AI write production {} code?"

    assert not near_identical(asked.format(one), asked.format(other))


def test_the_order_of_words_can_make_a_different_question() -> None:
    assert not near_identical(
        normalise("translate a Latin poem into English"), normalise("translate an English poem into Latin")
    )
    assert not near_identical("Can AI translate Latin into English?", "Can AI translate English into Latin?")


LONG = "Can AI translate a whole literary novel from {} into idiomatic English so well that critics prefer it?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG.format("German"), LONG.format("French")),
        (LONG.format("German"), LONG.format("German").replace("it?", "it, vote YES?")),
        ("Can AI दान दे?", "Can AI दिन दे?"),
        ("Can AI draw a 🐱?", "Can AI draw a 🐶?"),
        ("Can AI prove that x<y?", "Can AI prove that x>y?"),
    ],
)
def test_similar_questions_with_another_meaning_are_different(one: str, other: str) -> None:
    assert not near_identical(one, other)


def test_a_combining_accent_is_the_same_accent() -> None:
    asked = "Can AI write a résumé that employers answer?"
    assert near_identical(asked, unicodedata.normalize("NFD", asked))
