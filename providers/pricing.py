"""What models cost: a dated table, and the prices that the host sets.

The table leaves out models without a reliably published price. A cap cannot be kept on a guess, so
the host is asked for the missing price.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Final

from court.errors import ConfigurationError
from court.models import ModelRef, Price
from providers.scripted import PROVIDER as SCRIPTED

PRICES_AS_OF: Final = date(2026, 11, 22)

# Both charge 10 USD per thousand searches, and bill the pages that are read as tokens.
_OPENAI_SEARCH: Final = 0.01
_ANTHROPIC_SEARCH: Final = 0.01

PRICES: Final[Mapping[str, Mapping[str, Price]]] = {
    # OpenAI's page on gpt-6.2-sol; for the rest and for the search, its price list as quoted by others.
    "openai": {
        "gpt-6.2-sol": Price(2.00, 10.00, _OPENAI_SEARCH),
        "gpt-6.1-sol": Price(2.00, 10.00, _OPENAI_SEARCH),
        "gpt-6-sol": Price(2.00, 10.00, _OPENAI_SEARCH),
        "gpt-6.1-terra": Price(1.00, 5.00, _OPENAI_SEARCH),
        "gpt-6-luna": Price(0.10, 0.50, _OPENAI_SEARCH),
    },
    # Anthropic's model pages; the search price is from LiteLLM's price map.
    "anthropic": {
        "claude-fable-5-1": Price(10.00, 50.00, _ANTHROPIC_SEARCH),
        "claude-opus-5-5": Price(4.00, 20.00, _ANTHROPIC_SEARCH),
        "claude-opus-5": Price(5.00, 25.00, _ANTHROPIC_SEARCH),
        "claude-sonnet-5-5": Price(2.00, 10.00, _ANTHROPIC_SEARCH),
        "claude-sonnet-5": Price(2.00, 10.00, _ANTHROPIC_SEARCH),
        "claude-haiku-5-5": Price(0.10, 0.50, _ANTHROPIC_SEARCH),
        "claude-haiku-4-5": Price(1.00, 5.00, _ANTHROPIC_SEARCH),
    },
    # Google's price list, as quoted by others. What its `-latest` aliases point to changes without
    # notice, so these have no price.
    "gemini": {
        "gemini-3.8-flash": Price(1.50, 7.50),
        "gemini-3.1-pro-preview": Price(2.00, 12.00),
    },
    # Mistral's price list, as quoted by others. They disagree about mistral-large-latest.
    "mistral": {"mistral-medium-latest": Price(1.50, 7.50)},
    # xAI's price list, as quoted by others.
    "xai": {"grok-4.6": Price(2.00, 6.00), "grok-4.3": Price(1.25, 2.50)},
    # DeepSeek's price list.
    "deepseek": {"deepseek-flash": Price(0.30, 1.20), "deepseek-v4-pro": Price(1.32, 3.96)},
    # Groq's price list, as quoted by others.
    "groq": {"openai/gpt-oss-120b": Price(0.15, 0.60), "qwen/qwen3.8-27b": Price(0.80, 4.00)},
}
"""Prices of the standard tier on `PRICES_AS_OF`, in USD: per million tokens read and written, and per search.

They hold for questions of up to 100,000 tokens, and ours stay within that; some vendors charge more above it.
Where a price depends on the hour or on a promotion, the table has the higher one, so that caps hold.
"""

_ALL: Final = [price for models in PRICES.values() for price in models.values()]

DEAREST: Final = Price(
    max(price.tokens_in for price in _ALL), max(price.tokens_out for price in _ALL), max(price.search for price in _ALL)
)
"""The highest prices of the table: what is assumed where no price is known and a cap has to hold."""

_FREE: Final = Price(0, 0)
_FREE_PROVIDERS: Final = frozenset({"ollama", "vllm", SCRIPTED})

_SNAPSHOT: Final = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8})\Z")

_HIGHEST: Final = 1_000_000.0

_FORM: Final = (
    "does not have the form provider/model=IN/OUT (US dollars per million tokens read and written) or "
    "provider/model=IN/OUT/SEARCH (and US dollars per search); write for example acme/judge-1=3/15"
)


def price_of(ref: ModelRef, named: Mapping[ModelRef, Price] = {}) -> Price | None:
    """Return the price of a model, or None if it is not known.

    A dated snapshot (`-2026-10-01`, `@20261001`) costs what its model costs, unless it has a price of its own.

    Args:
        ref: the model.
        named: the host's own prices (`PRICES`), which take precedence over the table.
    """
    refs = (ref, ModelRef(ref.provider, _SNAPSHOT.sub("", ref.model)))
    table = PRICES.get(ref.provider, {})
    known = [named[one] for one in refs if one in named] + [table[one.model] for one in refs if one.model in table]
    return next(iter(known), _FREE if ref.provider in _FREE_PROVIDERS else None)


def parse_prices(text: str) -> dict[ModelRef, Price]:
    """Read the setting `PRICES`, such as `acme/judge-1=3/15,acme/other=0.5/1.5/0.01`.

    Raises:
        ConfigurationError: when an entry cannot be read; one line that says which one and what to write.
    """
    prices: dict[ModelRef, Price] = {}
    entries = [entry for entry in text.split(",") if entry.strip()]
    for number, entry in enumerate(entries, start=1):
        # The entry itself is not quoted: it may be a secret pasted into the wrong line.
        name, _, numbers = entry.rpartition("=")
        try:
            ref, price = ModelRef.parse(name), Price(*_numbers(numbers))
        except ValueError:
            raise ConfigurationError(f"PRICES: entry {number} {_FORM}") from None
        if ref in prices:
            raise ConfigurationError(f"PRICES: entry {number} names a model a second time; remove one of the two")
        prices[ref] = price
    return prices


def _numbers(text: str) -> list[float]:
    numbers = [float(number) for number in text.split("/")]
    if len(numbers) not in (2, 3) or not all(isfinite(number) and 0 <= number <= _HIGHEST for number in numbers):
        raise ValueError(text)
    return numbers
