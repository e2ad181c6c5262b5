"""Members' statements and web pages that try to talk the jury round, by kind.

`HOSTILE` holds the statements, and `ADMITTED` those of them that the docket lets in, in whatever form. `PAGES` holds
the web pages as briefs, and `BRIEFS` these pages together with the statements used as briefs.
"""

from __future__ import annotations

from tests.court.jury.hostile.disguises import ENCODED, LENGTHS, MARKUPS, UNSEEN
from tests.court.jury.hostile.kinds import Hostile, HostileBrief, Kind
from tests.court.jury.hostile.orders import DISCLOSURES, ORDERS, SETTLED
from tests.court.jury.hostile.pages import PAGES
from tests.court.jury.hostile.tongues import TONGUES
from tests.court.jury.hostile.turns import BREAKOUTS, NONCES, TURNS

__all__ = ["ADMITTED", "BRIEFS", "HOSTILE", "PAGES", "Hostile", "HostileBrief", "Kind"]

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
BRIEFS = (
    *PAGES,
    *(HostileBrief(one.kind, one.typed, (one.typed,), one.demand, one.language) for one in HOSTILE),
)
