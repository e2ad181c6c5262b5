"""What asking models uses up: tokens, and money in whole millionths of a US dollar."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CapPeriod(StrEnum):
    """The time over which a cap holds, in UTC."""

    DAY = "day"
    MONTH = "month"


MICRO = 1_000_000
"""Millionths in a US dollar. A price in USD per million tokens is the same number of millionths per token."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money, for one call or for many together."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    """Millionths of a US dollar, for the calls whose price is known."""
    unpriced: int = 0
    """Calls that used tokens for which no price is known."""

    @classmethod
    def of(cls, tokens_in: int, tokens_out: int, cost: int | None) -> Usage:
        return cls(tokens_in, tokens_out, cost or 0, 1 if cost is None else 0)

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cost + other.cost,
            self.unpriced + other.unpriced,
        )


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in US dollars."""

    tokens_in: float
    """Per million tokens read."""
    tokens_out: float
    """Per million tokens written."""
    search: float = 0.0
    """Per call of the vendor's search tool."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """Hearings that were cut off because the process ended in the middle of them."""

    starts: int = 0
    """After how many ends of the process: each start that found such hearings counts once."""
    hearings: int = 0
    spent: int = 0
    """Millionths of a US dollar that are counted as spent for them: everything that was set aside."""


def dollars(amount: int) -> str:
    """Write an amount in millionths of a US dollar for people: `$0.42`, or `$0.003` if cents would show nothing."""
    if 0 < amount < MICRO // 100:
        return f"${amount / MICRO:.6f}".rstrip("0")
    return f"${amount / MICRO:,.2f}"
