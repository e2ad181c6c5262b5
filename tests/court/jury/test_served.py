"""Names behind which a vendor may put another model."""

from __future__ import annotations

import pytest

from court.jury.served import Alias, aliases, floats
from court.models import ModelRef, ServedModel
from tests.fakes.world import NOON


@pytest.mark.parametrize(
    ("model", "served", "floating"),
    [
        ("gemini-pro-latest", None, True),
        ("mistral-large-latest", "mistral-large-latest", True),
        ("LATEST", None, True),
        ("gpt-6.2-sol", None, False),
        ("gpt-6.2-sol", "gpt-6.2-sol", False),
        ("gpt-6.2-sol", "gpt-6.2-sol-2026-10-01", True),
        ("openai/gpt-oss-120b", "gpt-oss-120b", False),
        ("gemini-3-pro", "models/Gemini-3-Pro", False),
        ("latest-news-7b", None, False),
    ],
)
def test_an_alias_floats(model: str, served: str | None, floating: bool) -> None:
    assert floats(ModelRef("acme", model), served) is floating


def test_aliases_are_told_with_what_answered_last() -> None:
    latest, plain, dated = (ModelRef("acme", name) for name in ("large-latest", "large", "small"))
    served = {plain: ServedModel("large-2026-01", NOON, NOON), dated: ServedModel("small", NOON, NOON)}
    assert aliases([latest, plain, dated], served) == (Alias(latest), Alias(plain, served[plain]))
