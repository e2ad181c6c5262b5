"""Why nothing is heard, in words with which a host can mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.jury import NO_JUROR, ONE_JUROR, seat_jury
from bot.settings import Settings
from providers.registry import Models, VendorSettings


@pytest.mark.parametrize(
    ("keyed", "told"),
    [
        ("deepseek", ONE_JUROR),
        ("openrouter", "no juror is configured: OPENROUTER_API_KEY alone chooses no model"),
        ("nobody-we-know", NO_JUROR),
        (None, NO_JUROR),
    ],
)
def test_an_empty_bench_is_explained(keyed: str | None, told: str, tmp_path: Path) -> None:
    vendors = {} if keyed is None else {keyed: VendorSettings("key")}
    settings = Settings(_env_file=tmp_path / "none", jurors=None, judge=None, vendors=vendors)
    jury = seat_jury(settings, Models(vendors, timeout=1.0))
    assert jury.vacancy is not None
    assert jury.vacancy.startswith(told)
