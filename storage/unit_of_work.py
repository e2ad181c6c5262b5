"""The repositories of one transaction, each made when it is first used."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from court.ports import Repositories
from storage import repositories

REPOSITORIES = frozenset(module.name for module in iter_modules(repositories.__path__))
"""The names of a transaction's repositories, which are those of the modules in `storage.repositories`."""


def repositories_over(connection: AsyncConnection) -> Repositories:
    """Return the repositories over one connection. They are valid only during its transaction."""
    # Mypy checks each module's REPOSITORY against its port; a test checks that the names of both are equal.
    return cast(Repositories, _UnitOfWork(connection))


class _UnitOfWork:
    """`repos.votes` is the repository that `storage/repositories/votes.py` registers, and so on."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        if name not in REPOSITORIES:
            raise AttributeError(f"there is no repository {name}")
        repository: object = import_module(f"{repositories.__name__}.{name}").REPOSITORY(self._connection)
        # From now on the attribute is found, so this method is not called for it again.
        setattr(self, name, repository)
        return repository
