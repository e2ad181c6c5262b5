"""One repository per aggregate, each over the connection of one transaction.

A module ends with the line that registers its repository: `REPOSITORY: Registered[Votes] = SqlVotes`. The module's
name is the property of `court.ports.Repositories`; `storage.unit_of_work` finds it by that name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

Port = TypeVar("Port")
Registered: TypeAlias = Callable[[AsyncConnection], Port]
"""What makes a repository that keeps to `Port`."""
