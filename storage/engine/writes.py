"""How writing to the record goes, for whoever watches it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from court.errors import RowRefused, StorageError


def _ignore(_seconds: float) -> None:
    pass


class Write:
    """A transaction that writes. Times are those of the clock of `Writes`."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.ended_block: float | None = None
        self.committed: float | None = None


class Writes:
    """The transactions that write: those under way, and the last one that failed.

    Attributes:
        failures: how many were not stored because the record failed.
    """

    def __init__(
        self, on_commit: Callable[[float], None] = _ignore, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with no transaction. `on_commit` is told how many seconds each commit took."""
        self._on_commit = on_commit
        self._clock = clock
        # They begin in order, so the first is the oldest.
        self._under_way: dict[Write, None] = {}
        self._failed: float | None = None
        self.failures = 0

    @contextmanager
    def follow(self) -> Iterator[Write]:
        """Follow a transaction, from before it waits for its turn until it is over."""
        write = Write(self._clock())
        self._under_way[write] = None
        try:
            yield write
        except RowRefused:
            # The row was wrong, not the record.
            raise
        except StorageError:
            self._failed = self._clock()
            self.failures += 1
            raise
        finally:
            del self._under_way[write]
        if write.ended_block is not None and write.committed is not None:
            self._on_commit(write.committed - write.ended_block)

    def block_ended(self, write: Write) -> None:
        """Note that what follows is the commit, or the rollback."""
        write.ended_block = self._clock()

    def committed(self, write: Write) -> None:
        """Note that the commit, or the rollback, is over."""
        write.committed = self._clock()

    def oldest(self) -> float:
        """Return for how many seconds the oldest transaction has waited or written; 0 if there is none."""
        first = next(iter(self._under_way), None)
        return 0.0 if first is None else self._clock() - first.began

    def since_failure(self) -> float | None:
        """Return how many seconds ago the record last failed to be written, or None if it never did."""
        return None if self._failed is None else self._clock() - self._failed
