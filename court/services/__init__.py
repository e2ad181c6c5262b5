"""Use cases over the ports of `court.ports`; each service is one thing that somebody wants done."""
