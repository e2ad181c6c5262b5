"""How many models may sit, in numbers that members may see."""

from __future__ import annotations

from dataclasses import dataclass

from court.jury.pool import Jury


@dataclass(frozen=True, slots=True)
class Seating:
    """How many models may sit. Members do not see which."""

    panel_size: int
    models: int
    families: int
    rehearsal: bool = False

    @classmethod
    def of(cls, jury: Jury) -> Seating:
        families = {ref.family for ref in jury.pool}
        return cls(min(jury.panel_size, len(jury.pool)), len(jury.pool), len(families), jury.rehearsal)
