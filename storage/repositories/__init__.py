"""One repository per aggregate, each over the connection of one transaction.

A module ends with the line that registers its repository: `REPOSITORY: Registered[Votes] = SqlVotes`. The module has
the name of a property of `court.ports.Repositories`, by which `storage.unit_of_work` finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

Port = TypeVar("Port")
Registered: TypeAlias = Callable[[AsyncConnection], Port]
"""A factory for a repository that implements `Port`."""
