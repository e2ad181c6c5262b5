"""The members of a server, as Discord describes them at the moment they act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A member who acts, with the roles and the permission that can make a moderator."""

    user_id: int
    role_ids: Collection[int]
    manages_guild: bool

    def moderates(self, role_id: int | None) -> bool:
        """Return whether this member may decide, given the moderator role `role_id`."""
        return self.manages_guild or role_id in self.role_ids
