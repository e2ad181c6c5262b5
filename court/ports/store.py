"""The record as a whole, and its transactions."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from court.ports.cases import DocketRepositories
from court.ports.hearings import HearingRepositories
from court.ports.juries import JuryRepositories
from court.ports.work import WorkRepositories


class Repositories(DocketRepositories, HearingRepositories, JuryRepositories, WorkRepositories, Protocol):
    """The repositories of one transaction; each is named beside its port."""


class Store(Protocol):
    """The record. One unit of work is one transaction on one connection."""

    @property
    def exclusive(self) -> bool:
        """Whether no other process can work on the record. Then what was claimed before the start is a dead one's."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Repositories]:
        """Open a consistent view, in which nothing may be written."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Repositories]:
        """Open a transaction that commits at the end of the block, and rolls back if the block raises.

        Raises:
            StorageError: when the record cannot be written (a full disk, a lost file).
        """
        ...
