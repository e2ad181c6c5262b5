"""The record as a whole, and its transactions."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from court.ports.cases import Cases, Guilds, Votes
from court.ports.hearings import Backgrounds, Hearings, Rosters, ServerStatistics, Standings, Turns
from court.ports.work import Charges, HearingQueue, Outbox


class Repositories(Protocol):
    """The repositories of one transaction."""

    @property
    def cases(self) -> Cases: ...
    @property
    def hearings(self) -> Hearings: ...
    @property
    def standings(self) -> Standings: ...
    @property
    def votes(self) -> Votes: ...
    @property
    def guilds(self) -> Guilds: ...
    @property
    def hearing_queue(self) -> HearingQueue: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def turns(self) -> Turns: ...
    @property
    def rosters(self) -> Rosters: ...
    @property
    def backgrounds(self) -> Backgrounds: ...
    @property
    def charges(self) -> Charges: ...
    @property
    def statistics(self) -> ServerStatistics: ...


class Store(Protocol):
    """The record. One unit of work is one transaction on one connection."""

    def reading(self) -> AbstractAsyncContextManager[Repositories]:
        """Open a consistent view, in which nothing may be written."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Repositories]:
        """Open a transaction that commits at the end of the block, and rolls back if the block raises.

        Raises:
            StorageError: when the record cannot be written (a full disk, a lost file).
        """
        ...
