"""A model that plays a script: the jurors of the demo and of the tests.

It is part of the package and sends no request. A hearing in which it sits is a rehearsal, not a real model's opinion.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from court.jury.model import Completion, Finish, Request
from court.models import ModelRef

PROVIDER: Final = "scripted"
"""The provider name of every scripted model."""

Script = Callable[[Request], Awaitable[Completion] | Completion]
Reply = Completion | dict[str, Any] | str | BaseException


class ScriptExhausted(Exception):
    """A script was asked more often than it has replies. Not a `ModelError`: the script is wrong, not a vendor."""


class ScriptedModel:
    """A model whose answers come from a function.

    Attributes:
        requests: the requests it received, oldest first.
    """

    def __init__(self, ref: ModelRef, script: Script, *, can_search: bool = False) -> None:
        self._ref = ref
        self._can_search = can_search
        self._script = script
        self.requests: list[Request] = []

    @property
    def ref(self) -> ModelRef:
        """The model's address."""
        return self._ref

    @property
    def can_search(self) -> bool:
        """True if its script also plays a search."""
        return self._can_search

    async def make_ready(self) -> None:
        """Do nothing: there is nothing to import."""

    async def complete(self, request: Request) -> Completion:
        """Record the request, then return what the script returns or raise what it raises."""
        self.requests.append(request)
        answer = self._script(request)
        return await answer if inspect.isawaitable(answer) else answer

    def __repr__(self) -> str:
        return f"ScriptedModel({self._ref})"


def replies(*answers: Reply) -> Script:
    """Return a script that plays `answers` in order, whatever it is asked.

    Args:
        answers: each a completion, a dictionary (sent as JSON text), a text, or an exception to raise.

    Raises:
        ScriptExhausted: by the script, when it is asked once more than it has answers.
    """
    left = iter(answers)

    def play(_request: Request) -> Completion:
        try:
            answer = next(left)
        except StopIteration:
            raise ScriptExhausted(f"the script has {len(answers)} replies and was asked once more") from None
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Completion):
            return answer
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        return Completion(text, Finish.STOP)

    return play
