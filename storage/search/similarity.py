"""How similar a statement is to what a member typed, which may be misspelt or cut short.

A fuzzy matcher that scores whole texts finds “a” in everything. Measured on a docket of 40, comparing word by word
and weighting by length found every typo tried and kept nonsense out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 300
"""The number of characters of a text that are compared. No statement is longer."""

WORD_CUTOFF = 70.0
"""Two words with a lower score are different words: `snwo` is snow (75), `sourdough` is not through (62)."""

BEGINNING = 95.0
"""The score for the beginning of a word, so that choices are offered while the member types."""

COVERED = 0.9
"""The weight of a statement that the member's text contains, relative to one that contains the text."""

CUTOFF = 55.0
"""A statement with a lower score is not similar to the text. Both scales go up to 100."""

_OPENING = re.compile(r"^can ai\b")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, without the “Can AI” with which every statement begins."""
    import rapidfuzz  # noqa: PLC0415 - takes five milliseconds and 2.5 MiB, not needed to start

    plain = " ".join(rapidfuzz.utils.default_process(text[:LONGEST]).split())
    return _OPENING.sub("", plain).split()


def rank(text: str, statements: Sequence[str], limit: int) -> list[int]:
    """Return the positions of the statements that are similar to `text`, most similar first.

    Among equal scores, the statement whose number of words is closer to the text's comes first, then the one
    that is more similar letter by letter, then the earlier one.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - as in words_of

    asked = list(dict.fromkeys(words_of(text)))
    split = [words_of(statement) for statement in statements]
    vocabulary = list({word for words in split for word in words})
    scores = {word: _similar_words(word, vocabulary) for word in asked}
    matched = {other for found in scores.values() for other in found}
    scored = [
        (-score, abs(len(words) - len(asked)), -fuzz.ratio(text, statements[position]), position)
        for position, words in enumerate(split)
        if not matched.isdisjoint(words) and (score := _score(asked, words, scores)) >= CUTOFF
    ]
    return [position for *_, position in sorted(scored)[:limit]]


def _similar_words(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    """Return the words of the vocabulary that `word` may stand for, each with its score."""
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


def _score(asked: list[str], words: list[str], scores: dict[str, dict[str, float]]) -> float:
    contains = {word: max(scores[word].get(other, 0.0) for other in words) for word in asked}
    covered = {other: max(scores[word].get(other, 0.0) for word in asked) for other in words}
    return max(_mean(contains), COVERED * _mean(covered))


def _mean(scores: dict[str, float]) -> float:
    """Average the scores of words, weighted by length."""
    return sum(len(word) * score for word, score in scores.items()) / sum(map(len, scores))
