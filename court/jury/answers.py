"""What models answer, read strictly. Vendors need not keep to the schema they are sent; this module enforces it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from court.jury.contradictions import contradiction, instructions_quoted
from court.jury.links import match, without_links
from court.jury.model import Request
from court.jury.numbers import foreign_numbers
from court.models import Ballot, Count, Opinion, Source
from court.text import cut, one_line
from court.web import without_invites

REASON_LIMIT = 400
CHANGE_LIMIT = 240
FINDING_LIMIT = 240
OPINION_LIMIT = 900
QUOTE_LIMIT = 160
BACKGROUND_LIMIT = 1_000
"""For a paragraph without its links; with them it may be longer."""


class AnswerInvalid(Exception):
    """An answer cannot be used. The message is the cause in a few words and contains nothing of the answer."""


# Jurors see the schemas of these classes: their names, docstrings and descriptions are part of the prompt version.
class PaperBallot(StrEnum):
    """What the schema lets a juror write: a ballot, or that it cannot tell."""

    YES = "YES"
    ALMOST = "ALMOST"
    IN_RESEARCH = "IN_RESEARCH"
    NO = "NO"
    CANNOT_TELL = "CANNOT_TELL"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, json_schema_serialization_defaults_required=True)


def _folded(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _uninviting(value: Any) -> Any:
    return without_invites(value) if isinstance(value, str) else value


def _sentence(value: Any) -> str | None:
    """Return the sentence, cut to its limit. Whatever else a juror gives here costs the sentence, not the ballot."""
    return cut(_uninviting(_folded(value)), CHANGE_LIMIT) or None if isinstance(value, str) else None


_Line = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_folded)]


class BallotAnswer(_Answer):
    """One juror's paper, in the order in which it shall think: reason, then ballot, then confidence."""

    reason: Annotated[_Line, BeforeValidator(_uninviting)] = Field(
        max_length=REASON_LIMIT, description="One sentence, naming the evidence."
    )
    ballot: Annotated[PaperBallot, Field(strict=False)]
    confidence: float = Field(ge=0, le=1, description="How sure you are of the ballot, 0 to 1.")
    emerged: Annotated[str, StringConstraints(pattern=r"^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])$")] | None = Field(
        description="For YES: the month (YYYY-MM) in which it became reliable, if you know it. Else null."
    )

    @property
    def cast(self) -> Ballot | None:
        """The ballot; None for an abstention."""
        return None if self.ballot is PaperBallot.CANNOT_TELL else Ballot(self.ballot.value)

    @property
    def emerged_on(self) -> date | None:
        """The first day of the month in which the ability emerged, on YES only."""
        if self.emerged is None or self.cast is not Ballot.YES:
            return None
        year, month = self.emerged.split("-")
        return date(int(year), int(month), 1)


class ReconsideringAnswer(BallotAnswer):
    """One juror's paper, in the order in which it shall think: reason, ballot, confidence, and what would change it."""

    would_change: Annotated[str | None, BeforeValidator(_sentence)] = Field(
        None, description="One sentence: what evidence would make you cast another ballot."
    )


class RulingAnswer(_Answer):
    """The judge's paper. The verdict is an echo that must equal the counted one."""

    verdict: Annotated[Ballot, Field(strict=False)]
    finding: _Line = Field(max_length=FINDING_LIMIT, description="One sentence.")
    opinion: _Line = Field(max_length=OPINION_LIMIT, description="Two to four sentences.")
    quote: _Line = Field(max_length=QUOTE_LIMIT, description="One quotable line.")


class BackgroundAnswer(_Answer):
    """The clerk's research: a paragraph, and the pages that it relies on."""

    background: Annotated[str, BeforeValidator(_folded)] = Field(
        max_length=8 * BACKGROUND_LIMIT, description="One paragraph, or nothing."
    )
    sources: list[str] = Field(description="The addresses of the pages, as the search returned them.")


A = TypeVar("A", bound=_Answer)


def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of an answer, as `court.jury.model.Request` requires it.

    Bounds are left out: no vendor enforces them, and some reject a schema that has them. Each caller gets
    a copy of its own.
    """
    schema = _without_bounds(_whole_schema(answer))
    assert isinstance(schema, dict)  # noqa: S101 - a model's schema is an object
    return schema


@cache
def _whole_schema(answer: type[BaseModel]) -> dict[str, Any]:
    # Generating a schema takes longer than reading ten answers. In this mode every property is required.
    return answer.model_json_schema(mode="serialization")


def ballot_schema(order: Sequence[Ballot]) -> dict[str, Any]:
    """Return the JSON schema of a juror's answer that says what would change it, with the ballots in that order."""
    schema = schema_of(ReconsideringAnswer)
    schema["$defs"][PaperBallot.__name__]["enum"] = [*(ballot.value for ballot in order), PaperBallot.CANNOT_TELL.value]
    return schema


def read_ballot_answer(text: str, today: date, request: Request) -> ReconsideringAnswer:
    """Read a juror's answer to `request`, of whichever version of the prompt.

    Raises:
        AnswerInvalid: if it is not JSON that fits the schema, is out of bounds, says that the ability
            emerged after `today`, contradicts its own ballot, or quotes its instructions.
    """
    parsed = _read(ReconsideringAnswer, text)
    if parsed.emerged_on is not None and parsed.emerged_on > today:
        raise AnswerInvalid("emergence in the future")
    problem = instructions_quoted(parsed.reason, request) or contradiction(parsed.reason, parsed.ballot)
    if problem is not None:
        raise AnswerInvalid(f"reason: {problem}")
    if parsed.would_change is not None and instructions_quoted(parsed.would_change, request):
        parsed.would_change = None
    return parsed


def read_ruling_answer(text: str, counted: Count, opinions: Sequence[Opinion], statement: str) -> RulingAnswer:
    """Read the judge's answer. The length of each part is limited, but not its number of sentences.

    Raises:
        AnswerInvalid: if it is not JSON that fits the schema, echoes a verdict other than the counted
            one, names a vendor or a model, contains a link or a mention, or gives a number that is
            neither in the count nor in the statement.
    """
    parsed = _read(RulingAnswer, text)
    if parsed.verdict is not counted.verdict:
        raise AnswerInvalid("another verdict than the counted one")
    parts = {"finding": parsed.finding, "opinion": parsed.opinion, "quote": parsed.quote}
    for name, part in parts.items():
        if _VENDORS.search(part):
            raise AnswerInvalid("names a model or a vendor")
        if _LIVE.search(part) or without_invites(part) != part:
            raise AnswerInvalid(f"{name}: holds a link or a mention")
        if foreign_numbers(part, counted, opinions, statement):
            raise AnswerInvalid(f"{name}: gives a number that is not in the count")
    return parsed


def read_background_answer(text: str, found: Sequence[Source]) -> tuple[str, tuple[Source, ...], int]:
    """Read the researcher's answer and compare it with what its search returned.

    Returns:
        The paragraph without links, at most five sources that it names and the search returned, and the number of
        links it names that the search did not return. Without a source there is no paragraph, and without a
        paragraph there are no sources.

    Raises:
        AnswerInvalid: if it is not JSON that fits the schema, or its paragraph is longer than 1,000 characters.
    """
    parsed = _read(BackgroundAnswer, text)
    background, links = without_links(parsed.background)
    background = without_invites(background)
    if len(background) > BACKGROUND_LIMIT:
        raise AnswerInvalid("background: string too long")
    sources, dropped = match([*parsed.sources, *links], found)
    return (background, sources, dropped) if background and sources else ("", (), dropped)


_BOUNDS = frozenset({"minLength", "maxLength", "minimum", "maximum", "pattern", "title", "default"})


def _without_bounds(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_bounds(item) for item in node]
    if isinstance(node, dict):
        return {key: _without_bounds(value) for key, value in node.items() if key not in _BOUNDS}
    return node


def _read(answer: type[A], text: str) -> A:
    if _repeats_a_name(text):
        raise AnswerInvalid("answer: a name is given twice")
    try:
        return answer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # The name of an additional member is the model's own text; only our own names are reported.
        where = next((str(part) for part in first["loc"][:1] if part in answer.model_fields), "answer")
        raise AnswerInvalid(f"{where}: {first['type'].replace('_', ' ')}") from None


def _repeats_a_name(text: str) -> bool:
    """Return whether an object of a JSON text has a name twice, which readers of JSON understand differently."""
    repeated = False

    def note(pairs: list[tuple[str, Any]]) -> None:
        nonlocal repeated
        repeated = repeated or len({name for name, _ in pairs}) < len(pairs)

    try:
        json.loads(text, object_pairs_hook=note, parse_int=float)  # `int` refuses long numbers
    except (ValueError, RecursionError):
        # No JSON, or none that an answer may be: the reader of the schema says what is wrong.
        return False
    return repeated


_LIVE = re.compile(
    r"://|\bwww\.|\]\(|<[@#:/]|<t:|@\w|\b[\w-]+\.(?:com|org|net|io|ai|dev|gg|co|app|edu|gov)\b", re.IGNORECASE
)

# Names that would tell the audience which model sat where, as whole words. The judge cannot mention “Gemini”
# the constellation or “Claude” the composer either, which is the smaller harm.
_VENDORS = re.compile(
    r"\b(?:openai|chatgpt|gpt(?:-?\d[\w.]*)?|o[134]-(?:mini|pro|preview)|anthropic|claude|gemini|deepmind|google"
    r"|llama|meta\s+ai|mistral|mixtral|grok|xai|deepseek|qwen|groq|openrouter|ollama|vllm|cohere|kimi|moonshot"
    r"|gemma|copilot|perplexity|nemotron|minimax|glm-?\d[\w.]*)"
    r"(?:[-‑_ ]?v?\d[\w.]*)?\b",
    re.IGNORECASE,
)
