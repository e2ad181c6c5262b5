"""What is told about faults of the host: which models the court cannot ask, why, and what the host has to set."""

from __future__ import annotations

from dataclasses import dataclass

from court.models import HostFault
from court.models.announcements import Announcement, Place


@dataclass(frozen=True)
class ModelsOut(Announcement):
    """A notice to moderators that models cannot be asked until the host has done something."""

    kind = "models_out"
    place = Place.MOD_CHANNEL

    provider: str
    fault: HostFault
    setting: str
    """The setting that the host has to look at."""
    model: str | None = None
    """The address of the model if the fault concerns it alone."""
    sits: bool = True
    """Whether it keeps jurors from their seats."""
    writes: bool = False
    """Whether it keeps the judge from writing."""
    nothing_heard: bool = False
    """Whether too few jurors are left for a quorum."""


@dataclass(frozen=True)
class HostFaultFound(Announcement):
    """A notice to the host that models cannot be asked until it has done something."""

    kind = "host_fault"
    place = Place.HOST_CHANNEL

    provider: str
    fault: HostFault
    setting: str
    """The setting to look at."""
    model: str | None = None
    """The address of the model if the fault concerns it alone."""


def line_of_fault(notice: HostFaultFound) -> str:
    """Return a line for the host that says what cannot be asked, why, and what to do."""
    whom = notice.model or notice.provider
    why, remedy = {
        HostFault.KEY_REFUSED: ("it refuses the key", "set a working {setting}"),
        HostFault.NO_CREDIT: ("the account has no credit left", "add credit to the account of {setting}"),
        HostFault.UNKNOWN_MODEL: ("its vendor does not know this model", "name another model in {setting}"),
        HostFault.UNREACHABLE: ("no connection can be made", "check the network, and {setting} if it is set"),
    }[notice.fault]
    return f"{whom} cannot be asked: {why}. What to do: {remedy.format(setting=notice.setting)}"
