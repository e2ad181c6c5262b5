"""The docket's rules for text: what a statement is, and when two ask the same."""

from __future__ import annotations

import re
import unicodedata

from court.errors import StatementInvalid
from court.text import one_line

MIN_LENGTH = 10
MAX_LENGTH = 300
"""Characters of a normalised statement, “Can AI …?” included."""

NEARLY_IDENTICAL = 92.0
"""The lowest similarity of two statements that ask the same, out of 100, by edit distance of the words.

Case and punctuation do not count.
"""

TYPO = 80.0
"""The lowest similarity of two spellings of one word, out of 100."""

_LEAD = re.compile(
    r"^(?:can\s+(?:an?\s+)?(?:ais?|artificial\s+intelligence)|(?:an?\s+)?(?:ais?|artificial\s+intelligence)\s+can)"
    r"(?![\w'’-])[\s,:]*",  # “AI can't” and “Can AI-generated” ask something else
    re.IGNORECASE,
)
_OTHER_QUESTION = re.compile(
    r"^(?:(?:can|could|would|will|shall|should|may|might|must|is|are|was|were|does|did|has|had)(?:n['’]t)?|won['’]t"
    # A bare ability may begin with these two: “do my taxes”, “have a sense of humour”.
    r"|(?:do|have)(?:n['’]t)?\s+(?:an?\s+)?(?:ais?|artificial|you|we|they|i|people|humans|machines|models)"
    r"|when|where|why|how|what|which|who|whom|whose|ai|ais)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_NUMERAL = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|dozens?|hundreds?|thousands?|millions?|billions?|half|halves|thirds?|quarters?)"
)
_WORD = re.compile(r"\w+(?:[.,]\d+)*[+#%]*")
"""A word with the signs that belong to it: “1,000”, “C++”, “50%”."""

_ARTICLES = frozenset({"a", "an", "the"})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def normalise(text: str) -> str:
    """Rewrite what a member typed as “Can AI …?” on one line.

    Invisible characters (controls, zero-width, bidirectional marks) are removed, white space is
    collapsed, and “AI can …” and a bare “write a novel” are rephrased.

    Raises:
        StatementInvalid: when the result is shorter than 10 or longer than 300 characters, or
            when the text asks something other than what AI can do.
    """
    line = one_line(text).lstrip(",: ")
    ability, led = _LEAD.subn("", line)
    if not led and _OTHER_QUESTION.match(ability):
        raise StatementInvalid(StatementInvalid.NOT_CAN_AI)
    ability = ability.strip().rstrip("?!.…？！。 ")
    if not led:
        ability = _lower_first(ability)
    statement = f"Can AI {ability}?"
    if len(statement) < MIN_LENGTH or not _WORD.search(ability):
        raise StatementInvalid(StatementInvalid.TOO_SHORT, len(statement))
    if len(statement) > MAX_LENGTH:
        raise StatementInvalid(StatementInvalid.TOO_LONG, len(statement))
    return statement


def near_identical(one: str, other: str) -> bool:
    """Return whether two statements ask the same thing and differ only in spelling.

    Numbers and negations must agree exactly: “1,000 words” is not “10,000 words”. A false match
    keeps a question out, while a missed one only costs the moderators a look, so in doubt the
    statements count as different.
    """
    if _numbers(one) != _numbers(other) or len(_NEGATION.findall(one)) != len(_NEGATION.findall(other)):
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415 - five milliseconds and 2.5 MiB that a start need not wait for

    ours, theirs = sorted((_words(one), _words(other)))
    return fuzz.ratio(" ".join(ours), " ".join(theirs)) >= NEARLY_IDENTICAL and _same_but_for_typos(ours, theirs)


def _lower_first(text: str) -> str:
    # “Write a novel” loses its capital, “DNA-test a dog” and “I” keep theirs.
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _same_but_for_typos(one: list[str], other: list[str]) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415 - as in near_identical
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - as in near_identical

    # In a long statement a different word is only a small share of the letters: “from German”, “from French”.
    return all(
        fuzz.ratio(one[edit.src_pos], other[edit.dest_pos]) >= TYPO
        if edit.tag == "replace"
        else (one[edit.src_pos] if edit.tag == "delete" else other[edit.dest_pos]) in _ARTICLES
        for edit in Levenshtein.editops(one, other)
    )


def _words(statement: str) -> list[str]:
    # In many scripts vowel signs are marks, and emoji are symbols: both make a different word.
    text = _THOUSANDS.sub("", unicodedata.normalize("NFC", statement).casefold())
    return "".join(char if _belongs_to_word(char) else " " for char in text).split()


def _belongs_to_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMNS" or char in "_#%"


def _numbers(statement: str) -> list[str]:
    words = _WORD.findall(statement.casefold())
    return sorted(_THOUSANDS.sub("", word) for word in words if _must_agree_exactly(word))


def _must_agree_exactly(word: str) -> bool:
    return any(char.isnumeric() or char in "+#%" for char in word) or _NUMERAL.fullmatch(word) is not None
