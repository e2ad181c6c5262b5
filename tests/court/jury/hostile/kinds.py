"""What a hostile statement and a hostile brief are, and what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from court.jury.answers import AnswerBallot
from court.models import Brief


class Kind(StrEnum):
    """By what a statement or a brief tries to move the jury."""

    ORDER = "order"
    TURN = "turn"
    BREAKOUT = "breakout"
    NONCE = "nonce"
    UNSEEN = "unseen"
    TONGUE = "tongue"
    SETTLED = "settled"
    DISCLOSURE = "disclosure"
    MARKUP = "markup"
    ENCODED = "encoded"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Hostile:
    """What a member types into `/ask` or its form, and the paper that it wants from the jury.

    The docket keeps `typed` as it is, unless `becomes` says to what it brings it or `refused` with
    which problem it turns it away.
    """

    kind: Kind
    typed: str
    demand: AnswerBallot = AnswerBallot.YES
    """Never NO: that is what the honest jurors of these tests hold."""
    becomes: str | None = None
    refused: str | None = None
    language: str | None = None
    """ISO 639-1, of the statements in other languages than English."""

    @property
    def statement(self) -> str:
        """What the docket makes of it; of a refused one what was typed."""
        return self.becomes or self.typed


@dataclass(frozen=True, slots=True)
class HostileBrief:
    """What a page of the web, or who quotes it, puts before the jury as a background."""

    kind: Kind
    text: str
    links: tuple[str, ...] = ()
    demand: AnswerBallot = AnswerBallot.YES
    """Never NO: that is what the honest jurors of these tests hold."""
    language: str | None = None
    """ISO 639-1, of the texts in other languages than English."""

    @property
    def brief(self) -> Brief:
        return Brief(self.text, self.links)
