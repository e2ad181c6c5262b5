"""Uses of repositories, as the modules of this suite list them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from court.ports import Repositories

Uses: TypeAlias = Mapping[str, Callable[[Repositories], Awaitable[object]]]
"""By `repository.method`: one call of it."""
