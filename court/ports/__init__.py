"""What the court needs from outside, as protocols. Adapters live in `storage`, `providers`, `cogs` and `bot`.

The port of models is `court.jury.model.Model`; the ports of repositories stand in `cases`, `hearings`, `juries`
and `work`, and reach a service through `Repositories`. A repository is valid only inside the transaction that
gave it. No transaction may be held across a call to a `Model` or a `Courier`.
"""

from court.ports.courier import Courier
from court.ports.meter import NO_METER, Meter
from court.ports.store import Repositories, Store
from court.ports.world import Clock, Randomness, T

__all__ = ["NO_METER", "Clock", "Courier", "Meter", "Randomness", "Repositories", "Store", "T"]
