"""Text from people and models, reduced to one line without invisible characters."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})

# Unicode files these under letters, marks and symbols, but they are invisible: joiners, fillers, variation
# selectors (its default-ignorable code points) and the Braille blank.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def one_line(text: str) -> str:
    """Fold white space and drop invisible characters, so that a text stays on one line."""
    # Joiners inside emoji and some scripts are dropped too; the court can do without them.
    shown = (char for char in _BLANK.sub("", text) if char.isspace() or unicodedata.category(char) not in _HIDDEN)
    return " ".join("".join(shown).split())


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters; a longer one is cut and ends in “…”."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
