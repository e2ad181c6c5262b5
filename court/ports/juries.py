"""Who answers for the models of today's jury, and which faults of the host have been told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from court.models import HostFault, ModelRef, ServedModel


class ServedModels(Protocol):
    """The model names that answered last for configured models."""

    async def put(self, names: Mapping[ModelRef, str], at: datetime) -> None:
        """Store what answered at that time. What answered later, according to the record, stays as it is."""
        ...

    async def all(self) -> dict[ModelRef, ServedModel]: ...


class Faults(Protocol):
    """The faults of the host that have been told, by server and subject.

    A subject is a vendor, or the address of a model if the fault concerns it alone.
    """

    async def tell(self, guild_id: int, subject: str, fault: HostFault, at: datetime) -> bool:
        """Store that a server is told of a fault. Return False if it has been told the same already."""
        ...

    async def told(self, guild_id: int) -> dict[str, HostFault]:
        """Return what a server has been told and is not over, by subject."""
        ...

    async def subjects(self) -> set[str]:
        """Return everything that anybody has been told of and is not over."""
        ...

    async def over(self, subjects: Collection[str]) -> int:
        """Forget what all servers were told about these subjects, which answer again. Return how many there were."""
        ...


class JuryRepositories(Protocol):
    """The part of `Repositories` whose ports are in this module."""

    @property
    def served_models(self) -> ServedModels: ...
    @property
    def faults(self) -> Faults: ...
