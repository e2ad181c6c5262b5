"""What all adapters make of an answer, once they have found its parts."""

from __future__ import annotations

from typing import Final

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish
from court.models import Source

NO_COMPLETION: Final = "answered with something that is no completion"


def completion(
    text: object,
    finish: Finish,
    tokens_in: int,
    tokens_out: int,
    *,
    sources: tuple[Source, ...] = (),
    searches: int = 0,
) -> Completion:
    """The completion of that text; a refusal and a cut answer may be without one.

    Args:
        text: what was found where the text belongs.
        finish: why the model stopped.
        tokens_in: tokens read, as `counted` found them.
        tokens_out: tokens written.
        sources: what the vendor's search returned.
        searches: how often it was called.

    Raises:
        ModelUnavailable: when a model that came to its end gave no text.
    """
    if not isinstance(text, str):
        if finish is Finish.STOP:
            raise ModelUnavailable(NO_COMPLETION)
        text = ""
    return Completion(text, finish, tokens_in, tokens_out, sources, searches)


def counted(counts: object, name: str) -> int | None:
    """One of the SDK's counts; none where the server left it out."""
    count = getattr(counts, name, None)
    return count if isinstance(count, int) else None
