"""Which names stand for more than one model over time: floating aliases, which a vendor moves without notice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from court.models import ModelRef, ServedModel

_MOVING = re.compile(r"(?:^|[-_.:/@])latest$", re.IGNORECASE)
_PATH = re.compile(r"^(?:.*/)?")


@dataclass(frozen=True, slots=True)
class Alias:
    """A model that the host configured by a floating name, and what answered last under it; None if nothing has."""

    model: ModelRef
    served: ServedModel | None = None


def aliases(models: Iterable[ModelRef], served: Mapping[ModelRef, ServedModel]) -> tuple[Alias, ...]:
    """Return those of the models whose configured names float, given what answered last."""
    seen = [Alias(ref, served.get(ref)) for ref in models]
    return tuple(one for one in seen if floats(one.model, None if one.served is None else one.served.name))


def floats(ref: ModelRef, served: str | None = None) -> bool:
    """Return whether the host configured an alias, behind which the vendor may put another model.

    Args:
        ref: the model as configured.
        served: the model name that the vendor's answer gave; None if it has given none yet.

    A name that ends in “latest” is an alias. So is every name for which another one answered; a vendor's or maker's
    path before the name, and upper case, make no difference.
    """
    if _MOVING.search(ref.model):
        return True
    return served is not None and _plain(served) != _plain(ref.model)


def _plain(name: str) -> str:
    return _PATH.sub("", name, count=1).lower()
