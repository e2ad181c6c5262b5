"""Who sits. A draw, so that no model hears every case; different families first, so that no vendor carries one."""

from __future__ import annotations

from collections.abc import Sequence

from court.models import ModelRef
from court.ports import Randomness

FEWEST_JURORS = 2
"""Models that a pool must hold: with fewer every session would be a mistrial."""


def draw_panel(pool: Sequence[ModelRef], size: int, randomness: Randomness) -> list[ModelRef]:
    """Draw up to `size` different models in the order of their seats.

    Each round takes one model of every family that has one left, so that a family sits twice only
    when all the others sit.
    """
    drawn = randomness.sample(list(dict.fromkeys(pool)), len(set(pool)))
    rounds: dict[str, int] = {}
    ranked: list[tuple[int, ModelRef]] = []
    for ref in drawn:
        rounds[ref.family] = rounds.get(ref.family, 0) + 1
        ranked.append((rounds[ref.family], ref))
    ranked.sort(key=lambda item: item[0])
    seated = [ref for _, ref in ranked[:size]]
    return randomness.sample(seated, len(seated))
