"""What the court needs from outside, as protocols. Adapters live in `storage`, `providers`, `cogs` and `bot`.

The port of models is `court.jury.model.Model`. A repository is valid only inside the transaction that
gave it. No transaction may be held across a call to a `Model` or a `Courier`.
"""

from court.ports.cases import Cases, Guilds, Votes
from court.ports.courier import Courier
from court.ports.hearings import Backgrounds, Hearings, Rosters, ServerStatistics, Standings, Turns
from court.ports.store import Repositories, Store
from court.ports.work import Charges, HearingQueue, Outbox
from court.ports.world import Clock, Randomness, T

__all__ = [
    "Backgrounds",
    "Cases",
    "Charges",
    "Clock",
    "Courier",
    "Guilds",
    "HearingQueue",
    "Hearings",
    "Outbox",
    "Randomness",
    "Repositories",
    "Rosters",
    "ServerStatistics",
    "Standings",
    "Store",
    "T",
    "Turns",
    "Votes",
]
