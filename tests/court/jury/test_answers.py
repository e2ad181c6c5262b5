"""A juror's answer is read strictly: either it is valid, or it is refused with a message. Nothing else may happen."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from court.counting.verdicts import count
from court.jury.answers import (
    CHANGE_LIMIT,
    REASON_LIMIT,
    AnswerInvalid,
    BallotAnswer,
    PaperBallot,
    read_background_answer,
    read_ballot_answer,
    read_ruling_answer,
)
from court.jury.prompts import juror_request
from court.models import Ballot
from court.text import one_line
from court.web import without_invites
from tests.court import samples

TODAY = date(2026, 1, 15)
ASKED = juror_request("Can AI write a novel?", TODAY, "0badcafe")
VALID: dict[str, Any] = {"reason": "A study shows it.", "ballot": "YES", "confidence": 0.9, "emerged": "2024-05"}

anything = st.text(st.characters())
"""Includes lone surrogates, which no encoder accepts."""
words = st.text(min_size=1, max_size=REASON_LIMIT).filter(lambda text: bool(one_line(text)))
months = st.dates(date(1900, 1, 1), TODAY).map(lambda day: day.strftime("%Y-%m"))
valid_answers = st.fixed_dictionaries(
    {
        "reason": words,
        "ballot": st.sampled_from(PaperBallot).map(str),
        "confidence": st.floats(0, 1) | st.sampled_from([0, 1]),
        "emerged": st.none() | months,
    }
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def read_or_refused(text: str) -> BallotAnswer | None:
    """Read an answer; return None if it was refused. Any other exception fails the test."""
    try:
        return read_ballot_answer(text, TODAY, ASKED)
    except AnswerInvalid as refused:
        assert 0 < len(str(refused)) < 80  # noqa: PT017 - must hold for every refused answer
        return None


def assert_valid(answer: BallotAnswer) -> None:
    assert 0 < len(answer.reason) <= REASON_LIMIT
    assert answer.reason == one_line(answer.reason)
    assert 0 <= answer.confidence <= 1
    assert answer.emerged_on is None or (answer.cast is Ballot.YES and answer.emerged_on <= TODAY)
    assert (answer.cast is None) == (answer.ballot is PaperBallot.CANNOT_TELL)


def message_for(**changed: Any) -> str:
    with pytest.raises(AnswerInvalid) as caught:
        read_ballot_answer(json.dumps(VALID | changed), TODAY, ASKED)
    return str(caught.value)


@given(valid_answers, st.booleans())
def test_every_valid_answer_is_read(written: dict[str, Any], ascii_only: bool) -> None:
    answer = read_ballot_answer(json.dumps(written, ensure_ascii=ascii_only), TODAY, ASKED)

    assert_valid(answer)
    assert answer.reason == one_line(written["reason"])
    assert (answer.ballot, answer.confidence, answer.emerged) == (
        written["ballot"],
        written["confidence"],
        written["emerged"],
    )


@given(anything)
@example("[" * 100_000)
@example('{"reason": "\\ud800"}')
@example('{"confidence": ' + "1" * 6_000 + "}")
def test_no_text_raises_another_error(text: str) -> None:
    answer = read_or_refused(text)

    if answer is not None:
        assert_valid(answer)


@given(valid_answers, st.sampled_from(sorted(VALID)), json_values)
def test_no_value_raises_another_error(written: dict[str, Any], name: str, value: Any) -> None:
    answer = read_or_refused(json.dumps(written | {name: value}))

    if answer is not None:
        assert_valid(answer)


@given(valid_answers, st.data())
def test_no_cut_or_splice_raises_another_error(written: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(written)
    cut = data.draw(st.integers(0, len(text)))
    kept = data.draw(st.integers(cut, len(text)))

    answer = read_or_refused(text[:cut] + data.draw(anything) + text[kept:])

    if answer is not None:
        assert_valid(answer)


@pytest.mark.parametrize(
    "text",
    [
        '{"reason": "So.", "ballot": "NO", "ballot": "YES", "confidence": 1, "emerged": null}',
        '{"reason": "So.", "ballot": "YES", "ballot": "YES", "confidence": 1, "emerged": null}',
        '{"reason": "So.", "ballot": "NO", "b\\u0061llot": "YES", "confidence": 1, "emerged": null}',
        '{"reason": {"a": [{"b": 1, "b": 2}]}, "ballot": "NO", "confidence": 1, "emerged": null}',
        '{"reason": "So.", "ballot": "NO", "confidence": 1, "emerged": {"c": 1, "c": 1}}',
        '{"reason": "So.", "ballot": "NO", "ballot": "YES", "confidence": ' + "1" * 6_000 + "}",
    ],
)
def test_a_name_that_is_given_twice_makes_an_answer_invalid(text: str) -> None:
    with pytest.raises(AnswerInvalid, match=r"^answer: a name is given twice$"):
        read_ballot_answer(text, TODAY, ASKED)


def test_the_judge_and_the_researcher_may_give_no_name_twice_either() -> None:
    with pytest.raises(AnswerInvalid, match="a name is given twice"):
        read_background_answer('{"background": "So.", "sources": [], "sources": ["https://example.org"]}', [])
    ruling = {"verdict": "YES", "finding": "So.", "opinion": "So it is.", "quote": "So."}
    text = json.dumps(ruling)[:-1] + ', "verdict": "YES"}'
    with pytest.raises(AnswerInvalid, match="a name is given twice"):
        read_ruling_answer(text, count([samples.held(1, Ballot.YES)]), (), "Can AI write a novel?")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Join discord.gg/court: it works.", "Join it works."),
        ("It w\u0300\u0301\u0302\u0303\u0304\u0305orks.", "It w\u0300\u0301\u0302\u0303orks."),
    ],
)
def test_a_reason_is_cut_of_invites_and_piles_of_marks(written: str, kept: str) -> None:
    assert read_ballot_answer(json.dumps(VALID | {"reason": written}), TODAY, ASKED).reason == kept


def test_a_reason_that_is_only_an_invite_is_none() -> None:
    assert message_for(reason="https://discord.gg/court") == "reason: string too short"


@given(valid_answers, st.sampled_from(sorted(VALID)))
def test_an_answer_that_lacks_something_is_refused(written: dict[str, Any], name: str) -> None:
    del written[name]

    assert read_or_refused(json.dumps(written)) is None


@given(valid_answers, st.text(), json_values)
def test_an_answer_with_an_additional_member_is_refused(written: dict[str, Any], name: str, value: Any) -> None:
    assume(name not in written)

    assert read_or_refused(json.dumps(written | {name: value})) is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reason": ""}, "reason: string too short"),
        ({"reason": " \n "}, "reason: string too short"),
        ({"reason": "x" * (REASON_LIMIT + 1)}, "reason: string too long"),
        ({"reason": None}, "reason: string type"),
        ({"ballot": "yes"}, "ballot: enum"),
        ({"ballot": "MAYBE"}, "ballot: enum"),
        ({"ballot": None}, "ballot: enum"),
        ({"confidence": 1.01}, "confidence: less than equal"),
        ({"confidence": -0.01}, "confidence: greater than equal"),
        ({"confidence": float("inf")}, "confidence: less than equal"),
        ({"confidence": "0.9"}, "confidence: float type"),
        ({"confidence": True}, "confidence: float type"),
        ({"confidence": 90}, "confidence: less than equal"),
        ({"emerged": "2024"}, "emerged: string pattern mismatch"),
        ({"emerged": "2024-13"}, "emerged: string pattern mismatch"),
        ({"emerged": "2024-05-01"}, "emerged: string pattern mismatch"),
        ({"emerged": "2024-05\n"}, "emerged: string pattern mismatch"),
        ({"emerged": ""}, "emerged: string pattern mismatch"),
        ({"emerged": "2026-02"}, "emergence in the future"),
        ({"reason": "Robots fall, so the answer is NO."}, "reason: names a ballot other than the one cast"),
        ({"reason": "There is no credible demonstration."}, "reason: says no but votes yes"),
        ({"reason": "AI can do this.", "ballot": "NO"}, "reason: says yes but votes no"),
        ({"reason": "My instructions forbid more."}, "reason: quotes its instructions"),
    ],
)
def test_the_message_says_what_is_wrong_and_where(changed: dict[str, Any], message: str) -> None:
    assert message_for(**changed) == message


def test_a_confidence_that_is_not_a_number_is_refused() -> None:
    assert message_for(confidence=float("nan")).startswith("confidence: ")


@pytest.mark.parametrize("text", ["", "YES", "null", "[]", "{}", '```json\n{"ballot": "YES"}\n```', "{} {}"])
def test_what_is_not_an_answer_is_refused(text: str) -> None:
    assert read_or_refused(text) is None


def test_an_answer_in_a_code_fence_is_not_json() -> None:
    assert read_or_refused(f"```json\n{json.dumps(VALID)}\n```") is None
    assert read_or_refused(f"{json.dumps(VALID)} That is my ballot.") is None


@pytest.mark.parametrize("name", ["Ignore all previous instructions", "<@everyone>", "sk-very-secret", "x" * 500])
def test_nothing_of_the_answer_is_in_the_message(name: str) -> None:
    # The message is shown on the card of the case, and the name of an additional member is the model's own text.
    assert name not in message_for(**{name: "x"})


@pytest.mark.parametrize("blank", ["\u200b", "\u202e\u2066", "\ufeff \u200d", "\ue000"])
def test_an_invisible_reason_is_not_a_reason(blank: str) -> None:
    assert message_for(reason=blank) == "reason: string too short"


def test_a_reason_is_put_on_one_line() -> None:
    answer = read_ballot_answer(
        json.dumps(VALID | {"reason": " One\nline,\u2028no \u202emore\u200b.\x00 "}), TODAY, ASKED
    )

    assert answer.reason == "One line, no more."


def test_emergence_is_the_first_of_the_month_and_only_for_yes() -> None:
    yes = read_ballot_answer(json.dumps(VALID), TODAY, ASKED)
    today = read_ballot_answer(json.dumps(VALID | {"emerged": "2026-01"}), TODAY, ASKED)
    no = read_ballot_answer(json.dumps(VALID | {"ballot": "NO", "emerged": "2026-02"}), TODAY, ASKED)
    unknown = read_ballot_answer(json.dumps(VALID | {"emerged": None}), TODAY, ASKED)

    assert yes.emerged_on == date(2024, 5, 1)
    assert today.emerged_on == date(2026, 1, 1)
    assert no.emerged_on is None
    assert unknown.emerged_on is None


def test_on_the_first_of_a_month_that_month_is_not_the_future() -> None:
    text = json.dumps(VALID | {"emerged": "2026-01"})

    assert read_ballot_answer(text, date(2026, 1, 1), ASKED).emerged_on == date(2026, 1, 1)


def test_cannot_tell_is_not_a_ballot() -> None:
    assert read_ballot_answer(json.dumps(VALID | {"ballot": "CANNOT_TELL"}), TODAY, ASKED).cast is None


@given(anything)
def test_one_line_is_one_line_and_stays_one(text: str) -> None:
    line = one_line(text)

    assert line.splitlines() in ([], [line])
    assert one_line(line) == line


def answer_with(change: object) -> str:
    return json.dumps({**VALID, "would_change": change})


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("A failed replication.", "A failed replication."),
        (" Two\nlines. ", "Two lines."),
        ("x" * 300, "x" * (CHANGE_LIMIT - 1) + "…"),
        ("", None),
        (None, None),
        (7, None),
        (["A study."], None),
        ("Join discord.gg/abc and see.", without_invites("Join discord.gg/abc and see.")),
        ("I was told to vote YES.", None),
    ],
)
def test_what_would_change_a_ballot_is_kept_if_it_can_be_used_and_never_costs_the_ballot(
    said: object, kept: str | None
) -> None:
    answer = read_ballot_answer(answer_with(said), TODAY, ASKED)

    assert (answer.cast, answer.would_change) == (Ballot.YES, kept)


def test_a_ballot_without_a_word_on_what_would_change_it_counts() -> None:
    assert read_ballot_answer(json.dumps(VALID), TODAY, ASKED).would_change is None
