"""Where the court reports what it does, for whoever watches it."""

from __future__ import annotations

from typing import Protocol

from court.models import Hearing, ModelRef, Usage


class Meter(Protocol):
    """Counts hearings and what asking models uses up. Its methods are cheap and never raise."""

    def held(self, hearing: Hearing) -> None:
        """Count a hearing that was held: its seats, and what they and the judge used up."""
        ...

    def researched(self, researcher: ModelRef, usage: Usage) -> None:
        """Count what looking a case up used up."""
        ...


class NoMeter:
    """Counts nothing, because nobody watches."""

    def held(self, hearing: Hearing) -> None:
        pass

    def researched(self, researcher: ModelRef, usage: Usage) -> None:
        pass


NO_METER = NoMeter()
