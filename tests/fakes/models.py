"""A model that answers from a script and remembers what it was asked.

A step of the script is a completion to return, an error to raise, or a function of the request that
is awaited; the last step is repeated.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

from court.jury.model import Completion, Finish, Request
from court.models import Ballot, ModelRef, Source

Step = Completion | BaseException | Callable[[Request], Awaitable[Completion]]


class FakeModel:
    """Implements `court.jury.model.Model`."""

    def __init__(
        self, ref: str, *steps: Step, watch: Callable[[], None] | None = None, can_search: bool = False
    ) -> None:
        self._can_search = can_search
        self._ref = ModelRef.parse(ref)
        self._watch = watch
        self._steps: list[Step] = []
        self.asked: list[Request] = []
        self.script(*steps)

    @property
    def ref(self) -> ModelRef:
        return self._ref

    @property
    def can_search(self) -> bool:
        return self._can_search

    def script(self, *steps: Step) -> None:
        """Answer with these from now on."""
        self._steps = list(steps)

    async def make_ready(self) -> None:
        """Do nothing: there is nothing to import."""

    async def complete(self, request: Request) -> Completion:
        if self._watch is not None:
            self._watch()
        self.asked.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, BaseException):
            raise step
        return step if isinstance(step, Completion) else await step(request)


def votes(
    ballot: Ballot | str = Ballot.YES,
    confidence: float = 0.9,
    reason: str = "A study shows it.",
    emerged: str | None = None,
    would_change: str | None = "A failed replication would.",
) -> Completion:
    """Return a juror's answer; 100 tokens in and 20 out."""
    answer = {
        "reason": reason,
        "ballot": str(ballot),
        "confidence": confidence,
        "emerged": emerged,
        "would_change": would_change,
    }
    return Completion(json.dumps(answer), Finish.STOP, 100, 20)


def rules(
    verdict: Ballot | str = Ballot.YES,
    finding: str = "The machine does it.",
    opinion: str = "The majority saw proof. Nobody dissented.",
    quote: str = "So it is written.",
) -> Completion:
    """Return the judge's answer; 300 tokens in and 90 out."""
    answer = {"verdict": str(verdict), "finding": finding, "opinion": opinion, "quote": quote}
    return Completion(json.dumps(answer), Finish.STOP, 300, 90)


def finds(
    background: str = "Two systems were measured.",
    urls: Sequence[str] = ("https://example.org/study",),
    found: Sequence[Source] = (Source("A study", "https://example.org/study"),),
) -> Completion:
    """Return the researcher's answer and what its search found; 5,000 tokens in and 300 out, two searches."""
    answer = {"background": background, "sources": list(urls)}
    return Completion(json.dumps(answer), Finish.STOP, 5_000, 300, tuple(found), searches=2)


def refuses(text: str = "I would rather not.") -> Completion:
    return Completion(text, Finish.REFUSAL, 100, 5)


def is_cut_off() -> Completion:
    return Completion('{"reason": "It is', Finish.LENGTH, 100, 4_000)


def babbles(text: str = "Yes, I think so.") -> Completion:
    return Completion(text, Finish.STOP, 100, 9)


async def hangs(_request: Request) -> Completion:
    """Never answer, so that only a deadline ends the call."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")
