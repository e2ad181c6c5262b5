"""Who acts: the people of a server, as Discord describes them at the moment they act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """Who presses: the roles and the permission that make a moderator."""

    user_id: int
    role_ids: Collection[int]
    manages_guild: bool

    def moderates(self, role_id: int | None) -> bool:
        """Whether they may decide, where `role_id` is the moderators' role."""
        return self.manages_guild or role_id in self.role_ids
