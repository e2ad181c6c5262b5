"""Helpers with which every adapter builds a `Completion` from the parts of an answer."""

from __future__ import annotations

from typing import Final

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish
from court.models import Source

NO_COMPLETION: Final = "the response was not a completion"


def completion(
    text: object,
    finish: Finish,
    tokens_in: int,
    tokens_out: int,
    *,
    sources: tuple[Source, ...] = (),
    searches: int = 0,
) -> Completion:
    """Build a completion. Only a refusal or a truncated answer may have no text.

    Args:
        text: what was found in the place of the text.
        finish: why the model stopped.
        tokens_in: tokens read, as returned by `counted`.
        tokens_out: tokens written.
        sources: what the vendor's search returned.
        searches: how often the search was called.

    Raises:
        ModelUnavailable: when a model that finished normally gave no text.
    """
    if not isinstance(text, str):
        if finish is Finish.STOP:
            raise ModelUnavailable(NO_COMPLETION)
        text = ""
    return Completion(text, finish, tokens_in, tokens_out, sources, searches)


def counted(counts: object, name: str) -> int | None:
    """Return one of the SDK's counts, or None if the server left it out."""
    count = getattr(counts, name, None)
    return count if isinstance(count, int) else None
