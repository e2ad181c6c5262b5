"""How like a statement is to what a member typed, misspelt or cut short.

Whole-text scores of a fuzzy matcher find “a” in everything; measured on a docket of 40, comparing word by word
and weighing by length found every typo tried and kept nonsense out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 300
"""Characters of a text that are looked at; no statement is longer."""

WORD_CUTOFF = 70.0
"""Below this two words are different words: `snwo` is snow (75), `sourdough` is not through (62)."""

BEGINNING = 95.0
"""What the beginning of a word is worth, so that a choice is offered while the member types."""

COVERED = 0.9
"""What a statement is worth that the member's text contains, against one that contains the text."""

CUTOFF = 55.0
"""Below this a statement is not like the text. Both scales go to 100."""

_OPENING = re.compile(r"^can ai\b")


def words_of(text: str) -> list[str]:
    """Give the words of a text in lower case, without the “Can AI” with which every statement begins."""
    import rapidfuzz  # noqa: PLC0415 - five milliseconds and 2.5 MiB that a start need not wait for

    plain = " ".join(rapidfuzz.utils.default_process(text[:LONGEST]).split())
    return _OPENING.sub("", plain).split()


def rank(text: str, statements: Sequence[str], limit: int) -> list[int]:
    """Give the positions of the statements that are like `text`, the likest first.

    Among equals the one with the more nearly equal number of words comes first, then the one that is
    more alike to the letter, then the earlier one.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - as in words_of

    asked = list(dict.fromkeys(words_of(text)))
    split = [words_of(statement) for statement in statements]
    vocabulary = list({word for words in split for word in words})
    likeness = {word: _like(word, vocabulary) for word in asked}
    alike = {other for found in likeness.values() for other in found}
    scored = [
        (-score, abs(len(words) - len(asked)), -fuzz.ratio(text, statements[position]), position)
        for position, words in enumerate(split)
        if not alike.isdisjoint(words) and (score := _score(asked, words, likeness)) >= CUTOFF
    ]
    return [position for *_, position in sorted(scored)[:limit]]


def _like(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """Give the words of the vocabulary that `word` may stand for, each with how like it is."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - as in words_of

    found = {
        other: score
        for other, score, _ in process.extract(
            word, vocabulary, scorer=fuzz.ratio, score_cutoff=WORD_CUTOFF, limit=None
        )
    }
    for other in vocabulary:
        if other.startswith(word):
            found[other] = max(found.get(other, 0.0), BEGINNING)
    return found


def _score(asked: list[str], words: list[str], likeness: dict[str, dict[str, float]]) -> float:
    contains = {word: max(likeness[word].get(other, 0.0) for other in words) for word in asked}
    covered = {other: max(likeness[word].get(other, 0.0) for word in asked) for other in words}
    return max(_mean(contains), COVERED * _mean(covered))


def _mean(scores: dict[str, float]) -> float:
    """Average the scores of words, a long word counting for more."""
    return sum(len(word) * score for word, score in scores.items()) / sum(map(len, scores))
