"""A store around another store that fails where a test says so, and knows whether a transaction is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, cast

from bot.app import OwnedStore
from court.ports import Repositories

_open: ContextVar[int] = ContextVar("_open", default=0)
"""Transactions open in this task; a task that is started inside one inherits it."""

COMMIT = "commit"
"""The end of a block that writes, before anything is stored."""

COMMITTED = "committed"
"""The moment after everything was stored, as where a commit succeeds and its answer is lost."""


class FaultyStore:
    """Implements `bot.app.OwnedStore`. A fault is named `repository.method`, `COMMIT` or `COMMITTED`.

    Attributes:
        shared: whether other processes may work on the record too.
    """

    def __init__(self, store: OwnedStore) -> None:
        self._store = store
        self.shared = False
        self._faults: defaultdict[str, list[BaseException | None]] = defaultdict(list)

    @property
    def exclusive(self) -> bool:
        return self._store.exclusive and not self.shared

    async def open(self) -> None:
        await self._store.open()

    async def close(self) -> None:
        await self._store.close()

    def fail(self, where: str, *errors: BaseException | None) -> None:
        """Have the next calls of `where` raise these, one each, before they do anything. None lets a call pass."""
        self._faults[where].extend(errors)

    def reading(self) -> AbstractAsyncContextManager[Repositories]:
        return self._counted(self._store.reading())

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Repositories]:
        async with self._counted(self._store.writing()) as repos:
            yield repos
            self.strike(COMMIT)
        self.strike(COMMITTED)

    def watch(self) -> None:
        """Fail if a transaction is open. Fakes of models and of Discord call this."""
        assert _open.get() == 0, "a transaction is held across a call to a model or to Discord"

    def strike(self, where: str) -> None:
        error = self._faults[where].pop(0) if self._faults[where] else None
        if error is not None:
            raise error

    @asynccontextmanager
    async def _counted(self, transaction: AbstractAsyncContextManager[Repositories]) -> AsyncIterator[Repositories]:
        async with transaction as repos:
            _open.set(_open.get() + 1)
            try:
                yield cast(Repositories, _FaultyRepositories(repos, self))
            finally:
                _open.set(_open.get() - 1)


class _FaultyRepositories:
    def __init__(self, repos: Repositories, store: FaultyStore) -> None:
        self._repos = repos
        self._store = store

    def __getattr__(self, name: str) -> _FaultyRepository:
        return _FaultyRepository(getattr(self._repos, name), name, self._store)


class _FaultyRepository:
    def __init__(self, repository: object, name: str, store: FaultyStore) -> None:
        self._repository = repository
        self._name = name
        self._store = store

    def __getattr__(self, method: str) -> Any:
        self._store.strike(f"{self._name}.{method}")
        return getattr(self._repository, method)
