"""The judge's answer, and the schemas of all answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from court.counting.verdicts import count
from court.jury.answers import (
    FINDING_LIMIT,
    OPINION_LIMIT,
    QUOTE_LIMIT,
    AnswerInvalid,
    BackgroundAnswer,
    BallotAnswer,
    RulingAnswer,
    read_ruling_answer,
    schema_of,
)
from court.models import Ballot
from tests.court.samples import panel

STATEMENT = "Can AI write 12 novels?"
VALID: dict[str, Any] = {
    "verdict": "YES",
    "finding": "Machines write novels.",
    "opinion": "The majority saw proof. Juror III did not.",
    "quote": "The page turns itself.",
}


def read(changed: dict[str, Any], verdict: Ballot = Ballot.YES, statement: str = STATEMENT) -> RulingAnswer:
    opinions = panel([(verdict, 0.9)] * 4 + [(Ballot.YES if verdict is not Ballot.YES else Ballot.NO, 0.6)])
    return read_ruling_answer(json.dumps(VALID | {"verdict": verdict} | changed), count(opinions), opinions, statement)


def message_for(changed: dict[str, Any], verdict: Ballot = Ballot.YES) -> str:
    with pytest.raises(AnswerInvalid) as caught:
        read(changed, verdict)
    return str(caught.value)


@pytest.mark.parametrize("verdict", Ballot)
def test_an_echo_of_the_counted_verdict_is_read(verdict: Ballot) -> None:
    answer = read({}, verdict)

    assert answer.model_dump() == VALID | {"verdict": verdict}


@pytest.mark.parametrize(("echoed", "counted"), [(a, b) for a in Ballot for b in Ballot if a is not b])
def test_the_judge_does_not_override_the_jury(echoed: Ballot, counted: Ballot) -> None:
    assert message_for({"verdict": echoed}, counted) == "another verdict than the counted one"


@pytest.mark.parametrize("echoed", ["yes", "CANNOT_TELL", "", None, 1])
def test_an_echo_that_is_not_a_verdict_is_refused(echoed: Any) -> None:
    assert message_for({"verdict": echoed}) == "verdict: enum"


@pytest.mark.parametrize("part", ["finding", "opinion", "quote"])
@pytest.mark.parametrize(
    "name",
    [
        "OpenAI",
        "ChatGPT",
        "GPT",
        "GPT-4o",
        "gpt4",
        "o3-mini",
        "Anthropic’s Claude",
        "CLAUDE",
        "Gemini",
        "DeepMind",
        "Google",
        "Llama",
        "Llama-3",
        "Meta AI",
        "Mistral",
        "Grok",
        "xAI",
        "DeepSeek-R1",
        "Qwen",
        "Groq",
        "Cohere",
        "Kimi",
        "Gemma",
        "Copilot",
        "Perplexity",
        "GLM-5",
        "Open\u200bAI",
    ],
)
def test_a_vendor_or_a_model_may_not_be_named(part: str, name: str) -> None:
    assert message_for({part: f"This is the view of {name}, they say."}) == "names a model or a vendor"


@pytest.mark.parametrize(
    "name",
    ["Qwen3", "Qwen2.5", "Llama3", "Claude3", "Grok4", "Gemini2.5", "Mixtral8x7B", "DeepSeekV3"],
)
def test_a_model_with_its_number_attached_may_not_be_named(name: str) -> None:
    assert message_for({"finding": f"This is the view of {name}, they say."}) == "names a model or a vendor"


@pytest.mark.parametrize(
    "text",
    [
        "A metaphor is claudication.",
        "The mistrals of May.",
        "Meta-analysis shows it.",
        "An ozone layer.",
        "No pt.",
    ],
)
def test_ordinary_words_are_not_names(text: str) -> None:
    assert read({"finding": text}).finding == text


@pytest.mark.parametrize(
    ("part", "limit"), [("finding", FINDING_LIMIT), ("opinion", OPINION_LIMIT), ("quote", QUOTE_LIMIT)]
)
def test_each_part_has_its_limit(part: str, limit: int) -> None:
    assert getattr(read({part: "x" * limit}), part) == "x" * limit
    assert message_for({part: "x" * (limit + 1)}) == f"{part}: string too long"
    assert message_for({part: " "}) == f"{part}: string too short"


@pytest.mark.parametrize("part", ["finding", "opinion", "quote"])
def test_an_invisible_part_is_not_a_part(part: str) -> None:
    assert message_for({part: "\u200b"}) == f"{part}: string too short"


@given(st.text(st.characters()), st.sampled_from(sorted(VALID)))
def test_no_text_raises_another_error(text: str, part: str) -> None:
    opinions = panel([(Ballot.YES, 0.9)] * 3)
    for written in (text, json.dumps(VALID | {part: text})):
        try:
            answer = read_ruling_answer(written, count(opinions), opinions, STATEMENT)
        except AnswerInvalid:
            continue
        assert answer.verdict is Ballot.YES
        assert all((answer.finding, answer.opinion, answer.quote))


LIVE = [
    "See https://example.org/a for more.",
    "See www.example.org for more.",
    "It stands on example.org plainly.",
    "See [the study](about:blank) here.",
    "Thanks to <@1234567890>.",
    "As <#1234567890> and <@&42> say.",
    "Since <t:0:R> it is so.",
    "Hear, @everyone!",
    "Ask @moderator about it.",
    "Look at discord.gg/court now.",
    "Look at discord.me/court now.",
    "Look at discord.link/court now.",
]


@pytest.mark.parametrize("part", ["finding", "opinion", "quote"])
@pytest.mark.parametrize("text", LIVE)
def test_a_link_or_a_mention_is_refused(part: str, text: str) -> None:
    assert message_for({part: text}) == f"{part}: holds a link or a mention"


@pytest.mark.parametrize("text", ["It is so, i.e. proven.", "So it is.And yet it moves.", "Signed at noon: the court."])
def test_full_stops_do_not_make_a_link(text: str) -> None:
    assert read({"finding": text}).finding == text


@pytest.mark.parametrize("part", ["finding", "opinion", "quote"])
def test_a_number_from_elsewhere_is_refused(part: str) -> None:
    assert message_for({part: "All of 250 attempts succeed."}) == f"{part}: gives a number that is not in the count"


def test_numbers_of_the_count_and_of_the_statement_may_be_given() -> None:
    text = "Four of 5 jurors see twelve novels; Juror V, at 60 %, does not."

    assert read({"opinion": text}).opinion == text


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in a schema."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from nodes(value)
    if isinstance(node, list):
        for item in node:
            yield from nodes(item)


@pytest.mark.parametrize("answer", [BallotAnswer, RulingAnswer, BackgroundAnswer])
def test_a_schema_is_strict_and_has_neither_bounds_nor_defaults(answer: type[BaseModel]) -> None:
    schema = schema_of(answer)
    forbidden = {"default", "pattern", "title", "format", "multipleOf", "minItems", "maxItems"}
    forbidden |= {"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}

    assert schema["type"] == "object"
    for node in nodes(schema):
        assert not forbidden & set(node)
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
    assert json.loads(json.dumps(schema)) == schema


def test_a_juror_reasons_before_it_votes_and_votes_before_it_is_sure() -> None:
    assert list(schema_of(BallotAnswer)["properties"]) == ["reason", "ballot", "confidence", "emerged"]
    assert list(schema_of(RulingAnswer)["properties"]) == ["verdict", "finding", "opinion", "quote"]
