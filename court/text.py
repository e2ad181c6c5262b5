"""Text from people and models, reduced to one line without invisible characters and without piles of marks."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})

# Unicode files these under letters, marks and symbols, but they are invisible: joiners, fillers, variation
# selectors (its default-ignorable code points) and the Braille blank.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


_STACKED = frozenset({"Mn", "Me"})
"""Marks that stand above, below or around the character before them. Those that stand beside it cover nothing."""

MARKS_LIMIT = 4
"""Marks on one character. Pointed Hebrew, Burmese and Tibetan need up to four, the other scripts in use fewer."""


def one_line(text: str) -> str:
    """Fold white space, and drop invisible characters and all but four marks of a character.

    So a text stays on one line, and covers none of the lines around it.
    """
    # Joiners inside emoji and some scripts are dropped too; the court can do without them.
    shown, marks = [], 0
    for char in _BLANK.sub("", text):
        category = unicodedata.category(char)
        if category in _HIDDEN and not char.isspace():
            continue
        if category in _STACKED:
            marks += 1
        elif category != "Mc":
            marks = 0
        if category not in _STACKED or marks <= MARKS_LIMIT:
            shown.append(char)
    return " ".join("".join(shown).split())


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters; a longer one is cut and ends in “…”."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
