"""Who answers for the models of a jury, and what keeps one from being asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ServedModel:
    """What answered last under a configured name."""

    name: str
    """The model name that the vendor's answer gave."""
    since: datetime
    """When an answer gave this name for the first time after another one."""
    seen_at: datetime
    """When an answer gave it last."""


class HostFault(StrEnum):
    """Why a model cannot be asked until the host has done something. It is no failure of the juror."""

    KEY_REFUSED = "key refused"
    NO_CREDIT = "no credit"
    UNKNOWN_MODEL = "unknown model"
    UNREACHABLE = "unreachable"
    """No connection to the vendor could be made."""

    @property
    def of_one_model(self) -> bool:
        """Whether it concerns one model, not everything that its vendor serves."""
        return self is HostFault.UNKNOWN_MODEL
