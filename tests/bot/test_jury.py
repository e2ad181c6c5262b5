"""Building the jury from the settings, and telling the host why no hearing can be held."""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.jury import NO_JUROR, ONE_JUROR, few_others, low_cap, seat_jury, with_assumed_prices
from bot.settings import Settings, load_settings
from court.errors import ConfigurationError
from court.hearings.budget import Caps
from court.jury.pool import Jury
from court.models import ModelRef, Price
from providers.pricing import DEAREST
from providers.registry import DEFAULT_JURORS, Models, VendorSettings, key_variable

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.mark.parametrize(
    ("keyed", "expected"),
    [
        ("deepseek", ONE_JUROR),
        ("openrouter", "no juror is configured: OPENROUTER_API_KEY alone selects no model"),
        ("nobody-we-know", NO_JUROR),
        (None, NO_JUROR),
    ],
)
def test_an_empty_jury_is_explained(keyed: str | None, expected: str, tmp_path: Path) -> None:
    vendors = {} if keyed is None else {keyed: VendorSettings("key")}
    settings = Settings(_env_file=tmp_path / "none", jurors=None, judge=None, vendors=vendors)
    jury = seat_jury(settings, Models(vendors, timeout=1.0))
    assert jury.vacancy is not None
    assert jury.vacancy.startswith(expected)


def seat(tmp_path: Path, jurors: str, **named: object) -> Jury:
    vendors = {
        "openai": VendorSettings("key"),
        "anthropic": VendorSettings("key"),
        "acme": VendorSettings(base_url="http://127.0.0.1:9/v1"),
    }
    settings = Settings.model_validate({"jurors": jurors, "vendors": vendors, **named})
    return seat_jury(settings, Models(vendors, timeout=1.0))


@pytest.fixture(autouse=True)
def no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change to a folder without a .env."""
    monkeypatch.chdir(tmp_path)


def test_a_known_price_is_taken_from_the_table_unless_the_host_sets_one(tmp_path: Path) -> None:
    jury = seat(tmp_path, "openai/gpt-6.2-sol,acme/judge-1", prices="acme/judge-1=3/15,openai/gpt-6.2-sol=1/2/0.5")

    assert jury.tariff(ModelRef("acme", "judge-1")) == Price(3, 15)
    assert jury.tariff(ModelRef("openai", "gpt-6.2-sol")) == Price(1, 2, 0.5)
    assert jury.unpriced == ()


@pytest.mark.parametrize("cap", ["daily_cap_usd", "monthly_cap_usd", "server_daily_cap_usd", "server_monthly_cap_usd"])
def test_a_cap_that_could_not_be_kept_is_refused_at_the_start(tmp_path: Path, cap: str) -> None:
    with pytest.raises(
        ConfigurationError,
        match=r"no price is known for acme/judge-1 and acme/b: set PRICES=acme/judge-1=IN/OUT,acme/b=",
    ):
        seat(tmp_path, "openai/gpt-6.2-sol,acme/judge-1,acme/b", **{cap: "1.50"})

    assert seat(tmp_path, "openai/gpt-6.2-sol,acme/judge-1").unpriced == (ModelRef("acme", "judge-1"),)
    assert seat(tmp_path, "openai/gpt-6.2-sol,acme/judge-1", prices="acme/judge-1=0/0", **{cap: "1.50"}).unpriced == ()


def test_under_the_default_cap_an_unknown_price_counts_as_the_dearest(tmp_path: Path) -> None:
    bare, own = Settings.model_validate({}), Settings.model_validate({"server_daily_cap_usd": "none"})
    jury = seat(tmp_path, "openai/gpt-6.2-sol,acme/judge-1")
    acme = ModelRef("acme", "judge-1")

    assumed, line = with_assumed_prices(bare, jury)
    assert assumed.tariff(acme) == DEAREST
    assert assumed.tariff(ModelRef("openai", "gpt-6.2-sol")) == jury.tariff(ModelRef("openai", "gpt-6.2-sol"))
    assert assumed.unpriced == ()
    assert line is not None
    assert "no price is known for acme/judge-1. To keep the default server cap" in line
    assert "Set PRICES=acme/judge-1=IN/OUT, or SERVER_DAILY_CAP_USD=none" in line
    assert assumed.assumed == (acme,)
    assert with_assumed_prices(own, jury) == (jury, None)


@pytest.mark.parametrize("caps", [{}, {"daily_cap_usd": "1.50"}])
def test_a_former_juror_without_a_price_counts_under_every_cap(tmp_path: Path, caps: dict[str, str]) -> None:
    settings, former = Settings.model_validate(caps), ModelRef("acme", "former")
    priced = seat(tmp_path, "openai/gpt-6.2-sol,acme/judge-1", prices="acme/judge-1=0/0", **caps)
    assert priced.find(former) is not None

    capped, line = with_assumed_prices(settings, priced)

    assert capped.tariff(former) == DEAREST
    assert capped.tariff(ModelRef("acme", "judge-1")) == Price(0, 0)
    assert (line, capped.assumed) == (None, ())


@pytest.mark.parametrize("vendor", DEFAULT_JURORS)
def test_a_copied_example_with_one_key_seats_the_vendors_jury(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str
) -> None:
    for name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL", "_CAP_USD"))]:
        monkeypatch.delenv(name)
    key = f"{key_variable(vendor)}="
    copied = EXAMPLE.read_text().replace(f"\n{key}\n", f"\n{key}some-key\n")
    (tmp_path / ".env").write_text(copied)
    settings = load_settings(tmp_path / ".env")

    jury, _ = with_assumed_prices(settings, seat_jury(settings, Models(settings.vendors, timeout=1.0)))

    assert [ref.model for ref in jury.pool] == list(DEFAULT_JURORS[vendor])
    assert jury.unpriced == ()
    assert settings.caps == Caps(server_daily=5_000_000)


def test_a_cap_below_the_ceiling_of_a_hearing_is_reported_with_both_amounts(tmp_path: Path) -> None:
    jurors, today = "openai/gpt-6.2-sol,anthropic/claude-sonnet-5-5", date(2026, 11, 24)
    jury = seat(tmp_path, jurors)

    hint = low_cap(Settings.model_validate({"monthly_cap_usd": "0.02", "server_daily_cap_usd": "0.10"}), jury, today)
    assert hint is not None
    ceiling, cap = re.findall(r"\$(\d\.\d\d)", hint)
    assert cap == "0.02"
    assert "MONTHLY_CAP_USD of" in hint
    assert "SERVER" not in hint
    assert Decimal("0.10") < Decimal(ceiling) < 5

    enough = {"daily_cap_usd": str(Decimal(ceiling) + Decimal("0.01"))}
    assert low_cap(Settings.model_validate(enough), jury, today) is None
    without_search = {"daily_cap_usd": str(Decimal(ceiling) - Decimal("0.01"))}
    assert low_cap(Settings.model_validate(without_search), jury, today) is not None
    assert low_cap(Settings.model_validate({**without_search, "background_days": 0}), jury, today) is None
    assert low_cap(Settings.model_validate({"server_daily_cap_usd": "none"}), jury, today) is None
    assert low_cap(Settings.model_validate({"daily_cap_usd": "0.01"}), seat(tmp_path, "acme/a"), today) is None


def test_a_former_juror_is_found_while_its_vendor_can_be_asked(tmp_path: Path) -> None:
    jury = seat(tmp_path, "openai/gpt-6.2-sol,anthropic/claude-sonnet-5-5")

    found = jury.find(ModelRef("openai", "gpt-6-luna"))
    assert found is not None
    assert found.ref == ModelRef("openai", "gpt-6-luna")
    assert jury.find(ModelRef("mistral", "gone")) is None


def test_the_researcher_is_the_judge_or_the_first_juror_that_can_search(tmp_path: Path) -> None:
    assert seat(tmp_path, "acme/a,acme/b").researcher is None
    last = seat(tmp_path, "acme/a,anthropic/claude-sonnet-5-5").researcher
    judge = seat(tmp_path, "acme/a,anthropic/claude-sonnet-5-5", judge="openai/gpt-6.2-sol").researcher
    assert last is not None
    assert judge is not None
    assert (last.ref.provider, judge.ref.provider) == ("anthropic", "openai")


def test_jurors_search_if_the_host_sets_it_and_the_roster_records_it(tmp_path: Path) -> None:
    without = seat(tmp_path, "acme/a,acme/b").roster
    searching = seat(tmp_path, "acme/a,acme/b", juror_search="true").roster
    assert (without.searching, searching.searching) == (False, True)
    assert without.fingerprint != searching.fingerprint


@pytest.mark.parametrize(
    ("models", "panel_size", "expected"),
    [
        (1, 3, None),
        (2, 3, "2 models may sit on panels of 2: fewer than 3 others are left for a retrial"),
        (5, 5, "name 3 more in JURORS"),
        (5, 3, "name 1 more in JURORS"),
        (6, 3, None),
    ],
)
def test_a_pool_that_is_hardly_larger_than_a_panel_is_reported(
    tmp_path: Path, models: int, panel_size: int, expected: str | None
) -> None:
    hint = few_others(seat(tmp_path, ",".join(f"acme/{number}" for number in range(models)), panel_size=panel_size))

    assert (hint is None) == (expected is None)
    assert (expected or "") in (hint or "")
