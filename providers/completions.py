"""Helpers with which every adapter builds a `Completion` from the parts of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish
from court.models import Source
from court.text import one_line

NO_COMPLETION: Final = "the response was not a completion"

TOO_LARGE: Final = "the answer was too large"

LONGEST_TEXT: Final = 65_536
"""Characters of the longest text that is passed on. The longest that we ask for has a quarter of it."""

MOST_READ: Final = 200_000
"""The highest number of tokens read for one answer that is believed.

Our questions have some ten thousand, and a search adds up to a hundred thousand. A higher bound would let a vendor's
mistake use up a day's cap in one answer. The ceiling of the request is too low a bound: what a search reads may truly
be more than was expected.
"""

MOST_WRITTEN: Final = 64_000
"""The same for tokens written. We ask for at most four thousand, which some models exceed with their thinking."""

MOST_SEARCHES: Final = 100
"""The highest number of searches for one answer that is believed. We ask for two."""

LONGEST_NAME: Final = 100
"""Characters of the longest model name or system fingerprint that is kept."""

Tokens = tuple[int | None, int | None]
"""Tokens read and written. None where the server reported no credible count."""


def completion(
    text: object,
    finish: Finish,
    tokens: Tokens,
    *,
    sources: tuple[Source, ...] = (),
    searches: int | None = 0,
    answer: object = None,
) -> Completion:
    """Build a completion. Only a refusal or a truncated answer may have no text.

    Args:
        text: what was found in the place of the text.
        finish: why the model stopped.
        tokens: tokens read and written, as returned by `counted`. None for what the server did not tell.
        sources: what the vendor's search returned.
        searches: how often the search was called.
        answer: the SDK's object, which may name the model that answered.

    Raises:
        ModelUnavailable: when a model that finished normally gave no text, or the text is too long.
    """
    if isinstance(text, str) and len(text) > LONGEST_TEXT:
        raise ModelUnavailable(TOO_LARGE)
    if not isinstance(text, str):
        if finish is Finish.STOP:
            raise ModelUnavailable(NO_COMPLETION)
        text = ""
    served, system = _name(answer, "model"), _name(answer, "system_fingerprint")
    read, written = tokens
    if read is None or written is None or searches is None or not _credible(text, read, written):
        return Completion(text, finish, sources=sources, metered=False, served=served, system_fingerprint=system)
    return Completion(text, finish, read, written, sources, searches, served=served, system_fingerprint=system)


def _name(answer: object, field: str) -> str | None:
    """Return a name that an answer gives, or None if it gives none that can be kept."""
    # The SDKs do not validate the types they build.
    name = getattr(answer, field, None)
    if not isinstance(name, str):
        return None
    name = one_line(name)
    return name if 0 < len(name) <= LONGEST_NAME else None


def _credible(text: str, read: int, written: int) -> bool:
    """Return whether an answer may have used that much. An answer with text has used something."""
    return read <= MOST_READ and written <= MOST_WRITTEN and not (text and read == written == 0)


def counted(counts: object, name: str, most: int = MOST_READ) -> int | None:
    """Return one of the SDK's counts, or None if the server left it out or it cannot be true."""
    # The SDKs do not validate the types they build. A bool is an int too.
    count = getattr(counts, name, None)
    return count if type(count) is int and 0 <= count <= most else None


def told(counts: object, name: str) -> bool:
    """Return whether the server gave this count at all, true or not."""
    return getattr(counts, name, None) is not None


def total(counts: Iterable[int | None]) -> int | None:
    """Return the sum of counts, or None if one of them is not known."""
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)
