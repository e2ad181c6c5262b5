"""`court init` as a host meets it: what it asks, what it checks as it is typed, and what it writes."""

from __future__ import annotations

import base64
import io
import stat
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from dotenv import dotenv_values
from typer.testing import Result

from bot.cli import init
from bot.cli.wizard import env_file
from bot.cli.wizard.place import problem_with
from court.errors import ConfigurationError
from tests.bot.cli.invoking import invoke
from tests.bot.cli.terminal import Terminal, at_a_terminal
from tests.bot.running import court
from tests.fakes.discord_server import DiscordServer
from tests.fakes.vendor import Api, LoopbackVendor, Reply, answer, failing

RIGHT, WRONG = "sk-right-0123456789abcdef", "sk-wrong-0123456789abcdef"
VENDORS: Final = ("OPENAI", "ANTHROPIC", "OPENROUTER", "GEMINI", "MISTRAL", "XAI", "DEEPSEEK", "GROQ")
"""The vendors, in the order in which their keys are asked for."""

ENTER: Final = ""
MINE: Final = """\
# my own notes
export EXTRA_FOR_MY_SCRIPT="some thing"
OPENAI_API_KEY='sk-before-0123456789abcdef'   # work account

PANEL_SIZE=3
MONTHLY_CAP_USD=50
"""


class Desk:
    """A host at the wizard, with a vendor that accepts one key and has no model called `gone`.

    Attributes:
        env: what is in the environment besides `.env`.
    """

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, server: DiscordServer, vendor: LoopbackVendor
    ) -> None:
        self.folder = folder
        self.file = folder / ".env"
        self._monkeypatch = monkeypatch
        self.vendor = vendor
        addresses = {f"{name}_BASE_URL": vendor.openai_url for name in VENDORS}
        self.env = {**addresses, "ANTHROPIC_BASE_URL": vendor.anthropic_url, "DISCORD_API_URL": server.api_url}
        monkeypatch.setattr(init, "has_terminal", lambda: True)
        vendor.answers = self._answer

    def _answer(self, _api: Api, body: dict[str, Any]) -> Reply:
        if self.vendor.asked[-1].key == WRONG:
            return failing(401)
        return failing(404) if body["model"] == "gone" else answer({"ok": True})

    async def type(self, *lines: str, options: tuple[str, ...] = ()) -> Result:
        typed = "".join(f"{line}\n" for line in lines)
        return await invoke(self.folder, self._monkeypatch, "init", *options, env=self.env, typed=typed)

    def written(self) -> dict[str, str | None]:
        return dotenv_values(self.file)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: DiscordServer) -> AsyncIterator[Desk]:
    async with LoopbackVendor(lambda _api, _body: answer({"ok": True})) as vendor:
        yield Desk(tmp_path, monkeypatch, server, vendor)


def keys(**typed: str) -> list[str]:
    """Return what is typed for the vendors' keys: Enter for those that are not named."""
    return [typed.get(name.lower(), ENTER) for name in VENDORS]


REST: Final = (ENTER, ENTER, ENTER, ENTER, "y")
"""The jurors, the two caps and the folder as they are offered, and yes."""


async def test_a_new_host(desk: Desk, server: DiscordServer) -> None:
    result = await desk.type(server.token, *keys(openai=RIGHT, anthropic=RIGHT), *REST)

    assert result.exit_code == 0, result.output
    assert desk.written() == {"DISCORD_TOKEN": server.token, "OPENAI_API_KEY": RIGHT, "ANTHROPIC_API_KEY": RIGHT}
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    assert [path.name for path in desk.folder.iterdir()] == [".env"]
    assert server.token not in result.output
    assert RIGHT not in result.output
    link = next(line for line in result.output.splitlines() if line.startswith("https://"))
    assert f"client_id={server.world.bot.id}" in link
    assert link.endswith("permissions=68672")
    for words in ("knows the bot as “court”", "6 models may sit", "court check", "court run", "/setup channels"):
        assert words in " ".join(result.output.split())
    assert all(len(line) <= 80 for line in result.output.splitlines() if line != link)
    assert [one.body["model"] for one in desk.vendor.asked] == ["gpt-6-luna", "claude-haiku-5-5"], "the cheapest ones"


async def test_a_refused_token_is_asked_for_again(desk: Desk, server: DiscordServer) -> None:
    result = await desk.type("no.such.token", "two words", server.token, *keys(openai=RIGHT), *REST)

    assert "Discord refused DISCORD_TOKEN" in result.output
    assert "contains a space" in result.output
    assert desk.written()["DISCORD_TOKEN"] == server.token


async def test_a_refused_key_is_asked_for_again(desk: Desk) -> None:
    typed = keys(openai=WRONG)
    result = await desk.type(ENTER, typed[0], "sk key with spaces", RIGHT, *typed[1:], *REST)

    assert "openai/gpt-6-luna: HTTP 401, key refused. Type it again" in " ".join(result.output.split())
    assert "no key has" in result.output
    assert desk.written() == {"OPENAI_API_KEY": RIGHT}


async def test_a_key_that_works_elsewhere_is_kept(desk: Desk) -> None:
    desk.vendor.answers = lambda _api, _body: failing(402)
    result = await desk.type(ENTER, *keys(groq=RIGHT), *REST)

    assert "no credit left. The key is kept. Add credit" in " ".join(result.output.split())
    assert desk.written() == {"GROQ_API_KEY": RIGHT}


async def test_what_was_there_stays(desk: Desk, server: DiscordServer) -> None:
    desk.file.write_text(MINE)
    result = await desk.type(server.token, *keys(mistral=RIGHT), *REST)

    assert "OPENAI_API_KEY [set; Enter keeps it]" in result.output
    assert "sk-before" not in result.output
    # mistral-large-latest has no price, and MONTHLY_CAP_USD needs one: Enter has left it out, so the caps are asked for
    # again until the price is given.
    assert result.exit_code == init.INTERRUPTED
    assert desk.file.read_text() == MINE
    price = "2/6"
    result = await desk.type(server.token, *keys(mistral=RIGHT), ENTER, ENTER, ENTER, price, ENTER, "y")
    assert result.exit_code == 0, result.output
    added = f"MISTRAL_API_KEY={RIGHT}\nPRICES=mistral/mistral-large-latest={price}\n"
    assert desk.file.read_text() == f"{MINE}DISCORD_TOKEN={server.token}\n{added}"
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600


async def test_nothing_is_changed_by_enter_alone(desk: Desk, server: DiscordServer) -> None:
    before = f"DISCORD_TOKEN='{server.token}'\nOPENAI_API_KEY={RIGHT}\nDATABASE_URL=sqlite:///mine/court.sqlite3\n"
    desk.file.write_text(before)
    result = await desk.type(ENTER, *keys(), ENTER, ENTER, ENTER, ENTER)

    assert result.exit_code == 0, result.output
    assert "Nothing has changed" in result.output
    assert "client_id=" in result.output
    assert "[mine]" in result.output
    assert desk.file.read_text() == before
    assert not desk.vendor.asked, "keys that are kept are not asked again"


async def test_a_refused_token_that_was_there_can_be_kept(desk: Desk) -> None:
    desk.file.write_text("DISCORD_TOKEN=old.token\n")
    result = await desk.type(ENTER, "n", ENTER, "y", *keys(), ENTER, ENTER, ENTER, ENTER)
    assert result.exit_code == 0, result.output
    assert desk.file.read_text() == "DISCORD_TOKEN=old.token\n"


async def test_a_discord_that_is_not_there(desk: Desk, server: DiscordServer) -> None:
    desk.env["DISCORD_API_URL"] = "http://127.0.0.1:9"
    result = await desk.type(server.token, "y", *keys(openai=RIGHT), *REST)
    assert "Discord cannot be reached at http://127.0.0.1:9" in " ".join(result.output.split())
    assert desk.written()["DISCORD_TOKEN"] == server.token


async def test_offline_nothing_is_asked_over_the_network(desk: Desk, server: DiscordServer) -> None:
    token = base64.b64encode(b"1100000000000000001").decode().rstrip("=") + ".abcdef.ghijkl"
    result = await desk.type(token, *keys(openai=WRONG), "openai/gone", *REST[1:], options=("--offline",))

    assert result.exit_code == 0, result.output
    assert desk.written() == {"DISCORD_TOKEN": token, "OPENAI_API_KEY": WRONG, "JURORS": "openai/gone"}
    assert "client_id=1100000000000000001" in result.output
    assert not server.asked
    assert not desk.vendor.asked


async def test_jurors_are_asked_for_until_they_can_be_used(desk: Desk) -> None:
    own = "acme/one,acme/two,openai/gpt-6-luna"
    wrong = ("nonsense", "openai/gone", "n", "mistral/any", ENTER, own, "ftp://acme", desk.vendor.openai_url, ENTER)
    result = await desk.type(ENTER, *keys(openai=RIGHT), *wrong, ENTER, ENTER, ENTER, "y")

    told = " ".join(result.output.split())
    assert result.exit_code == 0, result.output
    for words in ("not of the form provider/model", "openai/gone: HTTP 404", "set MISTRAL_API_KEY", "write an address"):
        assert words.lower() in told.lower(), words
    assert "acme/one answered" in told
    assert desk.written() == {
        "OPENAI_API_KEY": RIGHT,
        "ACME_BASE_URL": desk.vendor.openai_url,
        "JURORS": own,
    }


async def test_jurors_that_were_named_can_be_forgotten(desk: Desk) -> None:
    desk.file.write_text(f"OPENAI_API_KEY={RIGHT}\nJURORS=openai/a,openai/b\n")
    result = await desk.type(ENTER, *keys(), "default", *REST[1:])
    assert result.exit_code == 0, result.output
    assert desk.file.read_text() == f"OPENAI_API_KEY={RIGHT}\nJURORS=\n"


async def test_caps_are_asked_for_until_they_can_be_kept(desk: Desk) -> None:
    caps = ("lots", "0.01", "1", "n", "2.50", "none")
    result = await desk.type(ENTER, *keys(openai=RIGHT), ENTER, *caps, "records", "y")

    assert result.exit_code == 0, result.output
    assert "DAILY_CAP_USD: write US dollars" in result.output
    assert "which is more than DAILY_CAP_USD of $0.01" in " ".join(result.output.split())
    assert desk.written() == {
        "OPENAI_API_KEY": RIGHT,
        "DAILY_CAP_USD": "2.50",
        "SERVER_DAILY_CAP_USD": "none",
        "DATABASE_URL": "sqlite:///records/court.sqlite3",
    }


async def test_a_cap_without_a_price_is_asked_for_again(desk: Desk) -> None:
    typed = ("10", ENTER, "3:15", ENTER, "10", ENTER, "2/12", "1/5", ENTER, "y")
    result = await desk.type(ENTER, *keys(gemini=RIGHT), ENTER, *typed)

    assert result.exit_code == 0, result.output
    assert "two numbers with a slash" in result.output
    assert "cannot be kept without these prices" in " ".join(result.output.split())
    assert desk.written() == {
        "GEMINI_API_KEY": RIGHT,
        "DAILY_CAP_USD": "10",
        "PRICES": "gemini/gemini-pro-latest=2/12,gemini/gemini-flash-latest=1/5",
    }


async def test_what_the_environment_sets_is_not_asked_for(desk: Desk, server: DiscordServer) -> None:
    secret = desk.folder / "key"
    secret.write_text(RIGHT)
    desk.env |= {"DISCORD_TOKEN": server.token, "OPENAI_API_KEY_FILE": str(secret), "JURORS": "openai/a,openai/b"}
    desk.env |= {"DAILY_CAP_USD": "none", "SERVER_DAILY_CAP_USD": "none", "DATABASE_URL": "sqlite:///x.db"}
    result = await desk.type(*keys()[1:])

    assert result.exit_code == 0, result.output
    assert "DISCORD_TOKEN is set in the environment" in result.output
    assert "OPENAI_API_KEY is read from the file" in result.output
    assert not desk.file.exists()


async def test_settings_that_cannot_be_used(desk: Desk) -> None:
    desk.file.write_text("DAILY_CAP_USD=lots\nPANEL_SIZE=9\n")
    result = await desk.type(*REST)
    assert isinstance(result.exception, ConfigurationError)
    assert str(result.exception) == "PANEL_SIZE: write at most 7"
    assert "✗ DAILY_CAP_USD: write US dollars" in " ".join(result.output.split())

    desk.file.write_text("DAILY_CAP_USD=lots\n")
    result = await desk.type(ENTER, *keys(), ENTER, "3", ENTER, ENTER, "y")
    assert result.exit_code == 0, result.output
    assert desk.file.read_text() == "DAILY_CAP_USD=3\n"


async def test_an_end_of_input_or_a_no_writes_nothing(desk: Desk, server: DiscordServer) -> None:
    result = await desk.type(server.token, RIGHT)
    assert result.exit_code == init.INTERRUPTED
    assert "Nothing was written." in result.output
    result = await desk.type(server.token, *keys(), *REST[:-1], "n")
    assert result.exit_code == 0
    assert "Nothing was written." in result.output
    assert list(desk.folder.iterdir()) == []


def test_a_place_for_the_record(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert problem_with(f"sqlite:///{tmp_path}/new/deep/court.sqlite3") is None
    assert not (tmp_path / "new").exists()
    for address, words in {
        f"sqlite:///{tmp_path}/file/court.sqlite3": "is not a folder",
        f"sqlite:///{tmp_path}": "is not a file",
        "mysql://host/court": "cannot be kept in “mysql”",
    }.items():
        assert words in (problem_with(address) or "")


@pytest.mark.parametrize("value", ["plain", "two words", "it's", 'a "quote"', "back\\slash", "#hash", "ä"])
def test_every_value_is_read_as_it_was_written(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text("BEFORE=1")
    env_file.write(file, {"SOME_API_KEY": value, "BEFORE": "2"})
    assert dotenv_values(file) == {"BEFORE": "2", "SOME_API_KEY": value}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A=1", "A=2"),
        ("A=1\r\nB=3\r\n", "A=2\r\nB=3\r\n"),
        ("\n\n  export A = '1 # no comment'  # mine\nB=3\n", "\n\n  export A = 2  # mine\nB=3\n"),
        ('A="1\nand more"\n', "A=2\n"),
        ("A=1 2 # mine\n", "A=2 # mine\n"),
        ("A=\nA=\n", "A=2\nA=2\n"),
        ("A\nB=3", "A=2\nB=3"),
        ("# A=1\nAA=1\n", "# A=1\nAA=1\nA=2\n"),
        ("this is = 'no line\nA=1\n", "this is = 'no line\nA=2\n"),
    ],
)
def test_a_line_is_changed_in_its_value_alone(line: str, expected: str) -> None:
    assert env_file.changed(line, {"A": "2"}) == expected
    assert dotenv_values(stream=io.StringIO(expected)).get("A") == "2"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "court.env").write_text("A=1\n")
    (tmp_path / ".env").symlink_to(tmp_path / "etc" / "court.env")
    env_file.write(tmp_path / ".env", {"B": "2"})
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "etc" / "court.env").read_text() == "A=1\nB=2\n"


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / ".env"
    file.write_text(MINE)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ConfigurationError, match="No space left on device"):
        env_file.write(file, {"A": "1"})
    assert file.read_text() == MINE
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


@pytest.mark.slow
async def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    done = await court(tmp_path, "init")
    assert done.code == 2
    assert done.err.startswith("court: `court init` asks questions and needs a terminal")
    assert ".env.example" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
async def terminal(tmp_path: Path, server: DiscordServer) -> AsyncIterator[Terminal]:
    env: Mapping[str, str] = {"DISCORD_API_URL": server.api_url}
    one = await at_a_terminal(tmp_path, ["init"], **env)
    yield one
    await one.close()


@pytest.mark.slow
async def test_at_a_terminal(tmp_path: Path, terminal: Terminal, server: DiscordServer) -> None:
    await terminal.answer("DISCORD_TOKEN", server.token)
    for name in VENDORS:
        await terminal.answer(f"{name}_API_KEY", ENTER)
    for question in ("JURORS", "for all servers together", "for each server", "folder for the record"):
        await terminal.answer(question, ENTER)
    await terminal.answer("Write this into .env?", ENTER)
    assert await terminal.end() == 0

    assert server.token not in terminal.shown, "what is typed for a secret is not shown"
    assert "Nothing can be heard yet" in terminal.shown
    assert dotenv_values(tmp_path / ".env") == {"DISCORD_TOKEN": server.token}


@pytest.mark.slow
async def test_ctrl_c_writes_nothing(tmp_path: Path, terminal: Terminal, server: DiscordServer) -> None:
    await terminal.answer("DISCORD_TOKEN", server.token)
    await terminal.answer("OPENAI_API_KEY", ENTER)
    await terminal.asked("ANTHROPIC_API_KEY")
    terminal.press_ctrl_c()
    assert await terminal.end() == init.INTERRUPTED
    assert "Nothing was written." in terminal.shown
    assert list(tmp_path.iterdir()) == []
