"""Who sits. A draw, so that no model hears every case; different families first, so that no vendor carries one."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from court.models import ModelRef, Roster

FEWEST_JURORS = 2
"""Models that a pool must hold: with fewer every session would be a mistrial."""

SMALLEST_PANEL = 3
"""Other jurors that a retrial needs to do without those who sat before."""

SEED_BITS = 63
"""A seed fits the signed integers of every database."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Who was drawn: the panel in the order of its seats, and the alternates in the order in which they are called."""

    panel: tuple[ModelRef, ...]
    alternates: tuple[ModelRef, ...]


def draw_panel(pool: Sequence[ModelRef], size: int, seed: int, avoid: Collection[ModelRef] = ()) -> Draw:
    """Draw up to `size` different models, and who stands by for them.

    Each round takes one model of every family that has one left, so that a family sits twice only when
    all the others sit. For a retrial, `avoid` names the models that sat before: where `SMALLEST_PANEL`
    others are there they are the last alternates only, and else sit after the others. The same arguments
    draw the same panel, whatever the machine.
    """
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated from the record, not a secret
    # Sorted, so that the order in which a host names them is nothing to the draw.
    models = sorted(set(pool), key=str)
    drawn = chance.sample(models, len(models))
    others = _families_first(ref for ref in drawn if ref not in avoid)
    ranked = others + _families_first(ref for ref in drawn if ref in avoid)
    seats = min(size, len(others)) if len(others) >= SMALLEST_PANEL else size
    seated = ranked[:seats]
    return Draw(tuple(chance.sample(seated, len(seated))), tuple(ranked[seats:]))


def fingerprint(models: Iterable[ModelRef], prompt_version: int, *, searching: bool) -> str:
    """The name of a jury: alike exactly when models, prompt and tools are alike, in whatever order they are named."""
    lines = [*sorted(str(ref) for ref in models), f"prompt {prompt_version}", f"searching {searching}"]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def roster(models: Sequence[ModelRef], prompt_version: int, *, searching: bool) -> Roster:
    """A jury as the record keeps it."""
    return Roster(
        fingerprint(models, prompt_version, searching=searching),
        tuple(sorted(models, key=str)),
        prompt_version,
        searching,
    )


def _families_first(refs: Iterable[ModelRef]) -> list[ModelRef]:
    rounds: dict[str, int] = {}
    ranked: list[tuple[int, ModelRef]] = []
    for ref in refs:
        rounds[ref.family] = rounds.get(ref.family, 0) + 1
        ranked.append((rounds[ref.family], ref))
    return [ref for _, ref in sorted(ranked, key=lambda item: item[0])]
