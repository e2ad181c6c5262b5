"""What a jury is shown besides the statement, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from court.models.hearings import ModelRef
from court.models.money import Usage


@dataclass(frozen=True, slots=True)
class Source:
    """A page that a vendor's own search returned. Title and link are untrusted text."""

    title: str
    url: str
    published: date | None = None
    """The date that the search gave; None if it gave none."""


@dataclass(frozen=True, slots=True)
class Background:
    """What the researcher found out about a case. Without sources there is no public reference, and no text either."""

    id: int
    case_id: int
    at: datetime
    text: str
    sources: tuple[Source, ...]
    researcher: ModelRef | None
    """The model that searched; None if no model of the jury has a search tool."""
    dropped: int = 0
    """The number of links that the researcher named and its search had not returned."""
    usage: Usage = field(default_factory=Usage)
    researcher_served: str | None = None
    """The model name that the researcher's answer gave."""


@dataclass(frozen=True, slots=True)
class Brief:
    """An argument that is put before the jury as quoted data. Today this is the background."""

    text: str
    links: tuple[str, ...] = ()
