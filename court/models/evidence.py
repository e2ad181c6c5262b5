"""What is put before a jury besides the statement, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from court.models.hearings import ModelRef
from court.models.money import Usage


@dataclass(frozen=True, slots=True)
class Source:
    """A page that a vendor's own search returned. Title and link are strangers' words."""

    title: str
    url: str
    published: date | None = None
    """As the search told it; none where it told nothing."""


@dataclass(frozen=True, slots=True)
class Background:
    """What the clerk found out about a case. Without sources there is no public reference, and no text either."""

    id: int
    case_id: int
    at: datetime
    text: str
    sources: tuple[Source, ...]
    researcher: ModelRef | None
    """Who searched; none where no model of the jury has a search tool."""
    dropped: int = 0
    """Links of the researcher's that its search had not returned."""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Brief:
    """An argument that is put before the jury as quoted data: the clerk's background today."""

    text: str
    links: tuple[str, ...] = ()
