"""What every `court.ports.Store` must do, tested on every database listed in `conftest.py`."""
