"""Asking a model: the request, the answer, and the port that every vendor's adapter implements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from court.models import ModelRef, Source


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model, to be answered as JSON that fits `schema`."""

    system: str
    user: str
    schema_name: str
    schema: dict[str, Any]
    """A strict JSON schema: every property required, no additional ones, no defaults."""
    max_tokens: int
    searching: bool = False
    """Whether the model may use its vendor's search tool; a model without one answers without it."""


class Finish(StrEnum):
    """Why a model stopped."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model answered. `text` is untrusted and not validated; if the model refused, it is the refusal."""

    text: str
    finish: Finish
    tokens_in: int = 0
    tokens_out: int = 0
    sources: tuple[Source, ...] = ()
    """What the vendor's search returned: each page once, in the search's order. The model cannot add to it."""
    searches: int = 0
    """Calls of the search tool; vendors charge for each one."""
    metered: bool = True
    """Whether the vendor reported a usage that can be believed. If not, the counts are 0 and say nothing."""
    served: str | None = None
    """The model name that the answer gave: untrusted, one line, at most 100 characters. None if it gave none."""
    system_fingerprint: str | None = None
    """What the answer said about the system behind the name, with the same bounds."""


class Model(Protocol):
    """One LLM behind a vendor's interface. Jurors and the judge are models that are asked different questions."""

    @property
    def ref(self) -> ModelRef: ...

    @property
    def can_search(self) -> bool:
        """Whether its vendor has a search tool that we support."""
        ...

    async def make_ready(self) -> None:
        """Do what has to be done before the first question, such as importing an SDK. It costs nothing.

        Raises:
            ModelUnavailable: when it fails; not billed, because nothing was asked.
        """
        ...

    async def complete(self, request: Request) -> Completion:
        """Make one attempt to get an answer. The caller sets the deadline, and decides whether to try again.

        It may take several requests: what the server rejects is asked in another form, which costs nothing, and a
        search that pauses is continued.

        Raises:
            ModelError: `ModelTimeout` or `ModelUnavailable`, with a cause fit for the record.
        """
        ...
