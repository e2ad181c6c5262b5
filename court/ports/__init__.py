"""What the court needs from outside, as protocols. Adapters live in `storage`, `providers`, `cogs` and `bot`.

The port of models is `court.jury.model.Model`. A repository is valid only inside the transaction that
gave it. No transaction may be held across a call to a `Model` or a `Courier`.
"""

from court.ports.courier import Courier
from court.ports.docket import Cases, Guilds, Votes
from court.ports.hearings import Annals, Backgrounds, Hearings, Rosters, Standings, Turns
from court.ports.store import Records, Store
from court.ports.work import Ledger, Outbox, Sittings
from court.ports.world import Clock, Randomness, T

__all__ = [
    "Annals",
    "Backgrounds",
    "Cases",
    "Clock",
    "Courier",
    "Guilds",
    "Hearings",
    "Ledger",
    "Outbox",
    "Randomness",
    "Records",
    "Rosters",
    "Sittings",
    "Standings",
    "Store",
    "T",
    "Turns",
    "Votes",
]
