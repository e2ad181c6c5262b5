"""The order in which the four answers are put to a juror, so that none is favoured by where it stands.

Models tend to prefer what comes first or last. So the seats of a panel get the answers in different orders: four seats
take the rows of a balanced Latin square (Williams, Australian Journal of Scientific Research A 2, 1949), in which each
answer stands once in every place and follows each other answer once.
"""

from __future__ import annotations

import random
from functools import lru_cache

from court.models import Ballot

_SQUARE = ((0, 1, 3, 2), (1, 2, 0, 3), (2, 3, 1, 0), (3, 0, 2, 1))
_ROWS = len(_SQUARE)


def order_for(seed: int, seat: int) -> tuple[Ballot, ...]:
    """Return the order for a seat, whose number begins at 1, from the seed of the hearing.

    It is the same on every machine. The seats 1 to 4, and 5 to 8, each share a square, which the seed shuffles.
    """
    square, row = divmod(seat - 1, _ROWS)
    return _shuffled(seed, square)[row]


@lru_cache(maxsize=64)
def _shuffled(seed: int, square: int) -> tuple[tuple[Ballot, ...], ...]:
    # With a seed of its own, so that the draw of the panel takes nothing from it.
    chance = random.Random(f"order of the answers {square} {seed}")  # noqa: S311 - repeatable, not a secret
    answers = chance.sample(list(Ballot), _ROWS)
    return tuple(tuple(answers[place] for place in row) for row in chance.sample(_SQUARE, _ROWS))
