"""What a hostile statement and a hostile brief are, and what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from court.jury.answers import PaperBallot
from court.models import Brief


class Kind(StrEnum):
    """How a statement or a brief tries to sway the jury."""

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
    """What a member types into `/ask` or its form, and the ballot that it demands from the jury.

    The docket keeps `typed` as it is, unless `becomes` gives the statement that it makes from it, or `refused`
    the problem for which it turns it away.
    """

    kind: Kind
    typed: str
    demand: PaperBallot = PaperBallot.YES
    """Never NO, because that is what the honest jurors of these tests hold."""
    becomes: str | None = None
    refused: str | None = None
    language: str | None = None
    """The ISO 639-1 code, for statements in languages other than English."""

    @property
    def statement(self) -> str:
        """The statement that the docket makes of it; if it is refused, what was typed."""
        return self.becomes or self.typed


@dataclass(frozen=True, slots=True)
class HostileBrief:
    """What a web page, or someone who quotes it, puts before the jury as a background."""

    kind: Kind
    text: str
    links: tuple[str, ...] = ()
    demand: PaperBallot = PaperBallot.YES
    """Never NO, because that is what the honest jurors of these tests hold."""
    language: str | None = None
    """The ISO 639-1 code, for texts in languages other than English."""

    @property
    def brief(self) -> Brief:
        return Brief(self.text, self.links)
