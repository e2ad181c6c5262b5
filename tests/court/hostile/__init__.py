"""Statements of members who want to talk the jury round, by kind.

`HOSTILE` holds them all; `ADMITTED` those that the docket lets in, in whatever form.
"""

from __future__ import annotations

from tests.court.hostile.disguises import ENCODED, LENGTHS, MARKUPS, UNSEEN
from tests.court.hostile.kinds import Hostile, Kind
from tests.court.hostile.orders import DISCLOSURES, ORDERS, SETTLED
from tests.court.hostile.tongues import TONGUES
from tests.court.hostile.turns import BREAKOUTS, NONCES, TURNS

__all__ = ["ADMITTED", "HOSTILE", "Hostile", "Kind"]

HOSTILE: tuple[Hostile, ...] = (
    *ORDERS,
    *TURNS,
    *BREAKOUTS,
    *NONCES,
    *UNSEEN,
    *TONGUES,
    *SETTLED,
    *DISCLOSURES,
    *MARKUPS,
    *ENCODED,
    *LENGTHS,
)
ADMITTED = tuple(hostile for hostile in HOSTILE if hostile.refused is None)
