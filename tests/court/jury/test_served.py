"""Names behind which a vendor may put another model."""

from __future__ import annotations

import pytest

from court.jury.served import floats
from court.models import ModelRef


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
