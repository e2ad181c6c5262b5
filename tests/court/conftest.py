"""Hypothesis, told to try the same examples in every run: a test that fails here fails everywhere."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("court", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("court")
