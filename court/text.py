"""Text of people and models, brought to one line on which everything shows."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})

# Filed by Unicode under letters, marks and symbols, and yet nothing to see: joiners, fillers, variation
# selectors (its default-ignorable code points) and the blank of Braille.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def one_line(text: str) -> str:
    """Fold white space and drop invisible characters, so that a text keeps to its line."""
    # Joiners inside emoji and some scripts are dropped too; the court can do without them.
    shown = (char for char in _BLANK.sub("", text) if char.isspace() or unicodedata.category(char) not in _HIDDEN)
    return " ".join("".join(shown).split())


def cut(text: str, limit: int) -> str:
    """A text of at most `limit` characters, cut with “…”."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
