"""Claims are given back once, and stay noted while they cannot be given back."""

from __future__ import annotations

import pytest

from court.claims import Returns


class Record:
    """A record that takes claims back, except for the first `full` times, when the disk is full."""

    def __init__(self, full: int = 0) -> None:
        self.full = full
        self.taken: list[str] = []

    async def take(self, claim: str) -> None:
        if self.full:
            self.full -= 1
            raise OSError("the disk is full")
        self.taken.append(claim)


async def test_every_claim_is_given_back_once() -> None:
    record = Record()
    returns = Returns(record.take)
    for claim in "abc":
        returns.add(claim)

    await returns.settle()
    await returns.settle()

    assert sorted(record.taken) == ["a", "b", "c"]


async def test_a_claim_that_cannot_be_written_stays_noted() -> None:
    record = Record(full=2)
    returns = Returns(record.take)
    returns.add("a")
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            await returns.settle()
    assert record.taken == []

    await returns.settle()

    assert record.taken == ["a"]


async def test_a_forgotten_claim_is_not_given_back() -> None:
    record = Record()
    returns = Returns(record.take)
    returns.add("a")

    returns.forget()
    await returns.settle()

    assert record.taken == []
