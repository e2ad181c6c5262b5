"""The questions that the provider tests ask, and how they reach the loopback vendor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from court.jury.model import Model, Request
from court.models import ModelRef
from providers.registry import Models, VendorSettings
from tests.fakes.vendor import Answers, Api, LoopbackVendor

NAME = "some-model"
"""The model that is asked, and that answers unless a test says otherwise."""

KEY = "sk-secret-0123456789abcdef"

SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "ballot": {"type": "string", "enum": ["YES", "NO"]}},
    "required": ["reason", "ballot"],
    "additionalProperties": False,
}

REQUEST = Request("You are a juror.", '{"statement": "Can AI sing?"}', "ballot_paper", SCHEMA, max_tokens=700)

RESEARCH = replace(REQUEST, searching=True)

PAPER = {"reason": "It sings.", "ballot": "YES"}


def reach(vendor: LoopbackVendor, api: Api) -> VendorSettings:
    """Return the settings with which the loopback vendor answers that API."""
    return VendorSettings(KEY, vendor.openai_url if api == "openai" else vendor.anthropic_url)


@asynccontextmanager
async def asking(
    provider: str, answers: Answers, *, api: Api = "openai", seconds: float = 5.0, searches: bool = True
) -> AsyncIterator[tuple[Model, LoopbackVendor]]:
    """Yield a model of that provider and the loopback vendor that answers it; an attempt may take `seconds`."""
    async with LoopbackVendor(answers, searches=searches) as vendor:
        pool = Models({provider: reach(vendor, api)}, timeout=seconds)
        try:
            yield pool.get(ModelRef(provider, NAME)), vendor
        finally:
            await pool.aclose()


def searched(vendor: LoopbackVendor) -> list[bool]:
    """Return for each request whether it gave the model a search tool."""
    return ["tools" in asked.body for asked in vendor.asked]
