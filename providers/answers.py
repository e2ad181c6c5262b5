"""What both adapters make of an answer, once they have found its text."""

from __future__ import annotations

from typing import Final

from court.asking import Completion, Finish
from court.errors import ModelUnavailable

NO_COMPLETION: Final = "answered with something that is no completion"


def completion(text: object, finish: Finish, usage: object, counters: tuple[str, str]) -> Completion:
    """The completion of that text; a refusal and a cut answer may be without one.

    Args:
        text: what was found where the text belongs.
        finish: why the model stopped.
        usage: the SDK's counts; a server that leaves them out costs 0 tokens.
        counters: the names of the tokens read and written in `usage`.

    Raises:
        ModelUnavailable: when a model that came to its end gave no text.
    """
    if not isinstance(text, str):
        if finish is Finish.STOP:
            raise ModelUnavailable(NO_COMPLETION)
        text = ""
    tokens_in, tokens_out = (_count(usage, name) for name in counters)
    return Completion(text, finish, tokens_in, tokens_out)


def _count(usage: object, name: str) -> int:
    counted = getattr(usage, name, None)
    return counted if isinstance(counted, int) else 0
