"""Which names stand for more than one model over time: floating aliases, which a vendor moves without notice."""

from __future__ import annotations

import re

from court.models import ModelRef

_MOVING = re.compile(r"(?:^|[-_.:/@])latest$", re.IGNORECASE)
_PATH = re.compile(r"^(?:.*/)?")


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
