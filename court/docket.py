"""The docket's rules for words: what a statement is, when two are the same, what a docket number looks like."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

from court.errors import StatementInvalid
from court.ports import Randomness

MIN_LENGTH = 10
MAX_LENGTH = 300
"""Characters of a normalised statement, “Can AI …?” included."""

DOCKET_NUMBERS = 0x10000
NEARLY_IDENTICAL = 92.0
"""Of 100, by token-sorted edit distance; word order, case and punctuation are not counted."""

_LEAD = re.compile(
    r"^(?:can\s+(?:an?\s+)?(?:ais?|artificial\s+intelligence)\b|(?:an?\s+)?(?:ais?|artificial\s+intelligence)\s+can\b)[\s,:]*",
    re.IGNORECASE,
)
_OTHER_QUESTION = re.compile(
    r"^(?:can|could|would|will|shall|should|may|might|must|is|are|was|were|do|does|did|has|have|had"
    r"|when|where|why|how|what|which|who|whom|whose|ai|ais)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:[.,]\d+)*", re.UNICODE)


def normalise(text: str) -> str:
    """Bring what a member wrote to the form “Can AI …?” on one line.

    Invisible characters (controls, zero-width, bidirectional marks) are dropped, white space is
    folded, “AI can …” and a bare “write a novel” are turned round.

    Raises:
        StatementInvalid: when the result is shorter than 10 or longer than 300 characters, or
            when the text asks something else than what AI can do.
    """
    line = " ".join(_visible(text).split())
    ability, led = _LEAD.subn("", line)
    if not led and _OTHER_QUESTION.match(ability):
        raise StatementInvalid(StatementInvalid.NOT_CAN_AI)
    ability = ability.strip().rstrip("?!.… ").rstrip()
    if not led:
        ability = _lower_first(ability)
    statement = f"Can AI {ability}?"
    if len(statement) < MIN_LENGTH or not ability:
        raise StatementInvalid(StatementInvalid.TOO_SHORT, len(statement))
    if len(statement) > MAX_LENGTH:
        raise StatementInvalid(StatementInvalid.TOO_LONG, len(statement))
    return statement


def near_identical(one: str, other: str) -> bool:
    """Whether two statements ask the same thing in all but spelling.

    Numbers and negations must agree exactly: “1,000 words” is not “10,000 words”.
    """
    if _numbers(one) != _numbers(other) or len(_NEGATION.findall(one)) != len(_NEGATION.findall(other)):
        return False
    return fuzz.token_sort_ratio(_words(one), _words(other)) >= NEARLY_IDENTICAL


def draw_docket_number(randomness: Randomness) -> str:
    """Four upper-case hex digits."""
    return f"{randomness.randrange(DOCKET_NUMBERS):04X}"


def as_docket_number(text: str) -> str | None:
    """Read `№ 1B0C`, `#1b0c` or `1b0c` as a docket number; none if it is something else."""
    bare = text.strip().removeprefix("№").removeprefix("#").strip().upper()
    return bare if re.fullmatch(r"[0-9A-F]{4}", bare) else None


def _visible(text: str) -> str:
    # Joiners inside emoji and some scripts are Cf too; a statement can do without them.
    return "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )


def _lower_first(text: str) -> str:
    # “Write a novel” loses its capital, “DNA-test a dog” and “I” keep theirs.
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _words(statement: str) -> str:
    return " ".join(_WORD.findall(statement.casefold()))


def _numbers(statement: str) -> list[str]:
    return sorted(word.replace(",", "") for word in _WORD.findall(statement) if any(c.isdigit() for c in word))
