"""A meter that keeps what it is told."""

from __future__ import annotations

from court.models import Hearing, ModelRef, Usage


class NotingMeter:
    """Implements `court.ports.Meter`."""

    def __init__(self) -> None:
        self.hearings: list[Hearing] = []
        self.research: list[tuple[ModelRef, Usage]] = []

    def held(self, hearing: Hearing) -> None:
        self.hearings.append(hearing)

    def researched(self, researcher: ModelRef, usage: Usage) -> None:
        self.research.append((researcher, usage))
