"""`court hear` as a host runs it: a real process with loopback vendors; its output and exit code are checked."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.cli.hear import show
from court.models import Ballot, Disposition, Hearing, ModelRef, Opinion, Outcome, Ruling
from tests.bot.running import KEY, court, seated, voting
from tests.fakes.vendor import LoopbackVendor, always, failing, refusal

pytestmark = pytest.mark.slow

STATEMENT = "Can AI write a novel?"


FIELDS = sorted(
    [
        "statement",
        "tally",
        "session",
        "opened_at",
        "closed_at",
        "verdict",
        "confidence",
        "margin",
        "disposition",
        "rule_version",
        "opinions",
        "ruling",
        "recused",
        "rehearsal",
        "kind",
        "roster",
        "seed",
        "replaced",
        "former",
        "background_id",
        "judge_usage",
    ]
)
"""The keys that programs rely on."""


@pytest.fixture
async def vendor() -> AsyncIterator[LoopbackVendor]:
    async with LoopbackVendor(voting(groq="NO")) as loopback:
        yield loopback


async def test_progress_and_ruling(tmp_path: Path, vendor: LoopbackVendor) -> None:
    done = await court(tmp_path, "hear", "write a novel", **seated(vendor))
    assert done.code == 0, done.err
    assert STATEMENT in done.err
    for seat in ("Juror I ", "Juror II ", "Juror III "):
        assert seat in done.err
    assert "groq/groq-juror" in done.err
    assert "Yes" in done.out
    assert "The jury has found so." in done.out
    assert "2 Yes · 0 Almost · 0 In research · 1 No" in done.out
    assert "Dissent" in done.out
    assert "no price is known for these models" in done.err
    assert "4 answers of unknown price" in done.err
    assert KEY not in done.out + done.err
    assert not (tmp_path / "data").exists()


async def test_json_is_the_only_output_and_has_the_counted_tally(tmp_path: Path, vendor: LoopbackVendor) -> None:
    # The jurors on the command line override JURORS, and each vendor is asked through its own API.
    env = seated(vendor) | {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": vendor.anthropic_url}
    jurors = "anthropic/claude-juror,openai/openai-juror,groq/groq-juror"
    done = await court(tmp_path, "hear", STATEMENT, "--json", "--jurors", jurors, **env)
    assert done.code == 0, done.err
    assert done.err == ""
    hearing = json.loads(done.out)
    assert sorted(hearing) == FIELDS
    assert hearing["statement"] == STATEMENT
    assert hearing["tally"] == {"YES": 2, "ALMOST": 0, "IN_RESEARCH": 0, "NO": 1}
    assert (hearing["verdict"], hearing["disposition"]) == ("YES", "first ruling")
    assert sorted(opinion["model"] for opinion in hearing["opinions"]) == sorted(jurors.split(","))
    assert {one.api for one in vendor.asked} == {"openai", "anthropic"}
    assert not [one for one in vendor.asked if "mistral" in one.body["model"]]


async def test_the_cost_is_estimated_before_and_reported_after(tmp_path: Path, vendor: LoopbackVendor) -> None:
    prices = "openai/openai-juror=3/15,groq/groq-juror=1/5"
    done = await court(tmp_path, "hear", STATEMENT, **seated(vendor), PRICES=prices)
    assert done.code == 0, done.err
    before, after = (line for line in done.err.splitlines() if "$" in line)
    assert before.startswith("about $0.0")
    assert "at most $" in before
    assert "plus the unknown cost of mistral/mistral-juror" in before
    # 11 tokens in and 7 out per answer. Two jurors have a price, and so has the judge, who is the first of them.
    assert after == "72 tokens; $0.000322 and 1 answer of unknown price"


async def test_a_mistrial_ends_with_1_and_promises_nothing(tmp_path: Path, vendor: LoopbackVendor) -> None:
    vendor.answers = always(refusal())
    done = await court(tmp_path, "hear", STATEMENT, **seated(vendor))
    assert done.code == 1, done.err
    assert "mistrial" in done.out
    assert "again" not in done.out
    assert "nothing follows from it" in " ".join(done.out.split())
    assert done.err.count("refused") == 3


@pytest.mark.parametrize("options", [[], ["--json"]])
async def test_refused_keys_are_named_and_are_no_mistrial(
    tmp_path: Path, vendor: LoopbackVendor, options: list[str]
) -> None:
    vendor.answers = always(failing(401, f"Incorrect API key provided: {KEY}"))
    done = await court(tmp_path, "hear", STATEMENT, *options, **seated(vendor))
    assert (done.code, done.out) == (1, "")
    for name in ("openai", "mistral", "groq"):
        todo = f"set a working {name.upper()}_API_KEY"
        assert f"{name} cannot be asked: it refuses the key. What to do: {todo}" in done.err
    assert "too few jurors could be asked for a quorum" in done.err
    assert KEY not in done.err


async def test_a_single_refused_key_is_named_beside_the_ruling(tmp_path: Path, vendor: LoopbackVendor) -> None:
    voted = voting()
    vendor.answers = lambda api, body: failing(401) if "groq" in str(body["model"]) else voted(api, body)
    done = await court(tmp_path, "hear", STATEMENT, **seated(vendor))
    assert done.code == 0, done.err
    assert "Yes" in done.out
    assert "groq cannot be asked: it refuses the key. What to do: set a working GROQ_API_KEY" in done.err


@pytest.mark.parametrize(
    ("statement", "jurors", "words"),
    [
        ("Why is the sky blue?", None, "Can AI …?"),
        (STATEMENT, "openai/a", "a panel needs at least two"),
        (STATEMENT, "gpt,openai/a", "--jurors"),
        (STATEMENT, "acme/a,openai/a", "--jurors: entry 1: the court does not know its provider"),
    ],
)
async def test_a_hearing_that_cannot_be_held_is_refused(
    tmp_path: Path, vendor: LoopbackVendor, statement: str, jurors: str | None, words: str
) -> None:
    options = [] if jurors is None else ["--jurors", jurors]
    done = await court(tmp_path, "hear", statement, *options, **seated(vendor))
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("court: ")
    assert done.err.count("\n") == 1
    assert words in done.err
    assert not vendor.asked


async def test_without_a_juror(tmp_path: Path) -> None:
    done = await court(tmp_path, "hear", STATEMENT)
    assert done.code == 2
    assert done.err.startswith("court: no juror is configured")
    assert done.err.count("\n") == 1


async def test_a_question_without_quotes_gets_the_hint(tmp_path: Path, vendor: LoopbackVendor) -> None:
    done = await court(tmp_path, "hear", "Can", "AI", "write", "a", "novel", **seated(vendor))
    assert done.code == 2
    assert done.out == ""
    assert done.err == (
        'court: put the question in quotes, so that it is one argument: court hear "Can AI write a novel"\n'
    )
    assert not vendor.asked


async def test_what_is_missing_is_said_to_the_host(tmp_path: Path) -> None:
    done = await court(tmp_path, "hear", STATEMENT)
    assert done.code == 2
    assert done.err == (
        "court: no juror is configured: set a vendor's API key (for example OPENAI_API_KEY) or JURORS\n"
    )


@pytest.mark.parametrize("words", ["A reason that goes on and on. ", "長い理由。", "word" * 30])
def test_a_ruling_fits_80_columns(words: str) -> None:
    page = Console(file=io.StringIO(), width=80)
    dissent = Opinion(7, ModelRef("acme", "m" * 90), Outcome.BALLOT, Ballot.IN_RESEARCH, 0.8, (words * 400)[:400])
    ruling = Ruling((words * 240)[:240], (words * 900)[:900], (words * 160)[:160], "Grace", "Ada")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    hearing = Hearing(
        case_id=0,
        session=1,
        opened_at=now,
        closed_at=now,
        verdict=Ballot.YES,
        confidence=0.46,
        margin=0.1,
        disposition=Disposition.FIRST_RULING,
        rule_version=2,
        opinions=(replace(dissent, seat=1, ballot=Ballot.YES), replace(dissent, would_change=(words * 240)[:240])),
        ruling=ruling,
        recused=(ModelRef("acme", "m" * 90),),
    )

    show(hearing, page)

    assert isinstance(page.file, io.StringIO)
    printed = page.file.getvalue()
    assert max(map(cell_len, printed.splitlines())) <= 80
    assert "Yes, narrowly" in printed
    assert "Would change it:" in printed
