"""The record as a whole, and its transactions."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from court.ports.docket import Cases, Guilds, Votes
from court.ports.hearings import Annals, Backgrounds, Hearings, Rosters, Standings, Turns
from court.ports.work import Ledger, Outbox, Sittings


class Records(Protocol):
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
    def sittings(self) -> Sittings: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def turns(self) -> Turns: ...
    @property
    def rosters(self) -> Rosters: ...
    @property
    def backgrounds(self) -> Backgrounds: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def annals(self) -> Annals: ...


class Store(Protocol):
    """The record. One unit of work is one transaction on one connection."""

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A consistent view; nothing may be written."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Records]:
        """A transaction that commits at the end of the block, and rolls back when it raises.

        Raises:
            StorageError: when the record cannot be written (a full disk, a lost file).
        """
        ...
