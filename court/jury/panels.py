"""Who sits. Panels are drawn, so that no model hears every case, and mix families, so that no vendor decides one."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from court.models import ModelRef, Roster

FEWEST_JURORS = 2
"""Models that a pool must hold; with fewer, every session would be a mistrial."""

SMALLEST_PANEL = 3
"""How many other jurors a retrial needs before it can do without those who sat before."""

SEED_BITS = 63
"""A seed of this size fits into the signed integers of every database."""


@dataclass(frozen=True, slots=True)
class Draw:
    """The result of a draw: the panel in the order of its seats, and the alternates in the order they are called."""

    panel: tuple[ModelRef, ...]
    alternates: tuple[ModelRef, ...]


def draw_panel(pool: Sequence[ModelRef], size: int, seed: int, avoid: Collection[ModelRef] = ()) -> Draw:
    """Draw up to `size` different models for the panel; the others stand by as alternates.

    Each round takes one model of every family that has one left, so a family sits twice only if all the
    others sit. For a retrial, `avoid` names the models that sat before: if there are at least `SMALLEST_PANEL`
    others, they are only the last alternates; if not, they get the seats that the others leave. The same
    arguments draw the same panel on every machine.
    """
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated from the record, not a secret
    # Sorted, so that the order in which the host names them does not affect the draw.
    models = sorted(set(pool), key=str)
    drawn = chance.sample(models, len(models))
    others = _families_first(ref for ref in drawn if ref not in avoid)
    ranked = others + _families_first(ref for ref in drawn if ref in avoid)
    seats = min(size, len(others)) if len(others) >= SMALLEST_PANEL else size
    seated = ranked[:seats]
    return Draw(tuple(chance.sample(seated, len(seated))), tuple(ranked[seats:]))


def fingerprint(
    models: Iterable[ModelRef], prompt_version: int, *, searching: bool, served: Mapping[ModelRef, str] | None = None
) -> str:
    """Return the name of a jury: equal exactly if models, prompt, tools and what served are equal, in whatever order.

    A model for which a name answered is named by both. As long as nothing has answered for it, it is named by itself:
    what was not known belongs to another fingerprint, because the record keeps the names of each only once.
    """
    lines = [
        *sorted(str(ref) for ref in models),
        f"prompt {prompt_version}",
        f"searching {searching}",
        *sorted(f"{ref} is served by {name}" for ref, name in (served or {}).items()),
    ]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def roster(
    models: Sequence[ModelRef], prompt_version: int, *, searching: bool, served: Mapping[ModelRef, str] | None = None
) -> Roster:
    """Return a jury as the record keeps it. `served` holds the names that answered for those of its models asked."""
    known = {ref: name for ref, name in (served or {}).items() if ref in models}
    return Roster(
        fingerprint(models, prompt_version, searching=searching, served=known),
        tuple(sorted(models, key=str)),
        prompt_version,
        searching,
        known,
    )


def same_jury(former: Roster, now: Roster) -> bool:
    """Return whether two rosters are the same jury, as far as is known.

    The same models, prompt and tools are, unless two different names have answered for a model. A model that had not
    answered by then tells nothing.
    """
    if (former.models, former.prompt_version, former.searching) != (now.models, now.prompt_version, now.searching):
        return False
    return not moved(former.served or {}, now.served or {})


def moved(before: Mapping[ModelRef, str], since: Mapping[ModelRef, str]) -> bool:
    """Return whether another name has answered for a model since. One that only one of the two has tells nothing."""
    return any(before.get(ref, name) != name for ref, name in since.items())


def _families_first(refs: Iterable[ModelRef]) -> list[ModelRef]:
    rounds: dict[str, int] = {}
    ranked: list[tuple[int, ModelRef]] = []
    for ref in refs:
        rounds[ref.family] = rounds.get(ref.family, 0) + 1
        ranked.append((rounds[ref.family], ref))
    return [ref for _, ref in sorted(ranked, key=lambda item: item[0])]
