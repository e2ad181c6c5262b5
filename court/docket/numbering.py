"""Docket numbers: what they look like, and drawing one that is free in its guild."""

from __future__ import annotations

import re

from court.errors import DocketFull
from court.ports import Randomness
from court.ports.cases import Cases

DIGITS = (4, 5)
"""The lengths of a docket number. The longer one is drawn when the shorter ones run short."""

DRAWS = 16
"""How many numbers of one length are drawn before the next length is tried.

While half of the short numbers are free, a case misses all of them once in 65,536 times. When nine in ten are in use,
four cases in five still get one. A draw takes one look at an index.
"""


def draw_docket_number(randomness: Randomness, digits: int) -> str:
    """Draw upper-case hex digits."""
    return f"{randomness.randrange(16**digits):0{digits}X}"


async def free_docket_number(cases: Cases, guild_id: int, randomness: Randomness) -> str:
    """Draw a docket number that no case of the guild has.

    Raises:
        DocketFull: when every number drawn was in use.
    """
    for digits in DIGITS:
        for _ in range(DRAWS):
            number = draw_docket_number(randomness, digits)
            if await cases.by_docket_number(guild_id, number) is None:
                return number
    raise DocketFull


def as_docket_number(text: str) -> str | None:
    """Read `№ 1B0C`, `#1b0c`, `1b0c` or `1b0c5` as a docket number. Return None if `text` is something else."""
    bare = text.strip().removeprefix("№").removeprefix("#").strip()
    return bare.upper() if re.fullmatch(r"[0-9A-Fa-f]{4,5}", bare) else None
