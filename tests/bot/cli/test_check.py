"""`court check` as a host runs it: what it finds, what it advises, and that it changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from typer.testing import Result

from bot.cli.checks import models, servers
from bot.cli.checks.findings import Finding, within
from bot.cli.checks.findings import Result as FindingResult
from court.jury.costs import estimate
from court.models import MICRO, GuildSettings
from providers.pricing import DEAREST
from storage.database import Database
from tests.bot.cli.invoking import invoke
from tests.bot.running import KEY, court, running, seated
from tests.fakes.discord_server import DiscordServer, Guild
from tests.fakes.vendor import HANG, Api, LoopbackVendor, Reply, always, answer, failing
from tests.migrations.records import connected, migrate
from tests.records import url_of

PROVIDERS = ("openai", "mistral", "groq", "deepseek", "xai", "gemini")
PRICES = ",".join(f"{name}/{name}-juror=1/2" for name in PROVIDERS)
DENIED = {"type": 0, "allow": "0"}

Found = list[dict[str, str]]


@pytest.fixture
async def vendor() -> AsyncIterator[LoopbackVendor]:
    async with LoopbackVendor(always(answer({"ok": True}))) as one:
        yield one


class Host:
    """A host whose court is in order, unless a test spoils something.

    Attributes:
        env: the settings.
    """

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, server: DiscordServer, vendor: LoopbackVendor
    ) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self.env = {
            **seated(vendor, PROVIDERS),
            "PANEL_SIZE": "3",
            "PRICES": PRICES,
            "DISCORD_TOKEN": server.token,
            "DISCORD_API_URL": server.api_url,
            "DATABASE_URL": "sqlite:///court.sqlite3",
        }

    async def run(self, *options: str) -> Result:
        return await invoke(self.folder, self._monkeypatch, "check", *options, env=self.env)

    async def check(self) -> Found:
        """Return what was found, and check the exit code."""
        result = await self.run("--json")
        found: Found = json.loads(result.stdout)
        assert result.exit_code == int(any(one["result"] == "failed" for one in found)), result.output
        assert KEY not in result.output
        return found

    async def wrong(self) -> Found:
        """Return what is not in order."""
        return [one for one in await self.check() if one["result"] != "ok"]


async def set_up(record: Path, guild: Guild, **changes: Any) -> None:
    database = Database(url_of(record))
    await database.open()
    async with database.writing() as repos:
        places = {"verdict_channel_id": int(guild.verdicts), "mod_channel_id": int(guild.mod_channel)}
        await repos.guilds.put(GuildSettings(int(guild.id), **{**places, "mod_role_id": int(guild.role_id), **changes}))
    await database.close()


@pytest.fixture
async def host_of_court(
    record: Path, monkeypatch: pytest.MonkeyPatch, server: DiscordServer, vendor: LoopbackVendor
) -> Host:
    await set_up(record, server.world.home)
    return Host(record.parent, monkeypatch, server, vendor)


def only(found: Found, check: str, result: str) -> dict[str, str]:
    (one,) = found
    assert (one["check"], one["result"]) == (check, result), one
    return one


async def test_a_court_that_is_in_order(host_of_court: Host, vendor: LoopbackVendor, server: DiscordServer) -> None:
    result = await host_of_court.run()

    assert result.exit_code == 0, result.output
    assert {line.split()[0] for line in result.stdout.splitlines() if not line.startswith((" ", "\n")) and line} == {
        "ok",
        "All",
    }
    assert result.stdout.endswith("\nAll is well.\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    for words in ("the bot is court", "1,000 of 1,000 connections", "6 models may sit on panels of 3", "#verdicts and"):
        assert words in " ".join(result.stdout.split())
    assert KEY not in result.output
    assert server.token not in result.output
    assert len(vendor.asked) == len(PROVIDERS)
    assert {one.body.get("max_tokens") or one.body["max_completion_tokens"] for one in vendor.asked} == {256}


async def test_json_is_the_only_output(host_of_court: Host) -> None:
    result = await host_of_court.run("--json")

    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert {tuple(one) for one in found} == {("check", "result", "message", "advice")}
    expected = {"settings", "token", "gateway", "intents", "jury", "prices", "keys", "names", "record", "disk", "clock"}
    assert {one["check"] for one in found} == expected | {"servers"}


async def test_a_refused_token(host_of_court: Host, server: DiscordServer) -> None:
    host_of_court.env["DISCORD_TOKEN"] = KEY
    token, skipped = await host_of_court.wrong()

    assert (token["check"], token["result"]) == ("token", "failed")
    assert "Discord refused DISCORD_TOKEN" in token["message"]
    assert (skipped["check"], skipped["result"]) == ("servers", "warning")
    assert "not checked" in skipped["message"]


async def test_without_a_token_the_rest_is_checked(host_of_court: Host, vendor: LoopbackVendor) -> None:
    del host_of_court.env["DISCORD_TOKEN"]
    token, skipped = await host_of_court.wrong()

    assert (token["check"], token["result"], skipped["check"]) == ("token", "failed", "servers")
    assert "court init" in token["advice"]
    assert vendor.asked


async def test_a_discord_that_is_not_there(host_of_court: Host) -> None:
    host_of_court.env["DISCORD_API_URL"] = "http://127.0.0.1:9"
    token, clock, skipped = await host_of_court.wrong()
    assert "Discord cannot be reached at http://127.0.0.1:9" in token["message"]
    assert (clock["check"], clock["result"], skipped["check"]) == ("clock", "warning", "servers")


async def test_a_file_of_settings_that_cannot_be_read(host_of_court: Host, vendor: LoopbackVendor) -> None:
    (host_of_court.folder / ".env").write_bytes("MÜLL=1".encode("latin-1"))
    assert "not a UTF-8 file" in only(await host_of_court.check(), "settings", "failed")["message"]
    assert not vendor.asked


@pytest.mark.parametrize(
    ("error", "words"),
    [(TimeoutError(), "no answer within 5 seconds"), (ConnectionResetError(), "ConnectionResetError")],
)
async def test_a_check_that_goes_wrong_has_failed(error: Exception, words: str) -> None:
    async def goes_wrong() -> list[Finding]:
        raise error

    (found,) = await within("gateway", goes_wrong(), 5)
    assert found.result is FindingResult.FAILED
    assert words in found.message


async def test_every_wrong_setting_is_told_and_the_rest_is_checked(host_of_court: Host, vendor: LoopbackVendor) -> None:
    host_of_court.env |= {"PANEL_SIZE": "9", "LOG_LEVEL": "loud", "DAILY_CAP_USD": "lots"}
    (host_of_court.folder / ".env").write_text("DISCORD_TOKN=x\n")
    wrong = await host_of_court.wrong()

    told = [one["message"] for one in wrong if one["check"] == "settings"]
    for name in ("PANEL_SIZE", "LOG_LEVEL", "DAILY_CAP_USD", "DISCORD_TOKN", "other users"):
        assert [line for line in told if name in line], name
    assert vendor.asked


@pytest.mark.parametrize(
    ("reply", "result", "message", "advice"),
    [
        (failing(401), "failed", "groq/groq-juror: HTTP 401, key refused", "GROQ_API_KEY"),
        (failing(403), "failed", "HTTP 403", "GROQ_API_KEY"),
        (failing(402), "failed", "HTTP 402, no credit left", "Add credit"),
        (failing(404), "failed", "HTTP 404, no such model", "Name a model in JURORS"),
        (failing(418), "failed", "HTTP 418", "ask the vendor"),
        (failing(503), "warning", "HTTP 503", "Try again later"),
        (HANG, "warning", "no answer within 0.5 seconds", "JUROR_TIMEOUT"),
    ],
)
async def test_a_model_that_does_not_answer(
    host_of_court: Host,
    vendor: LoopbackVendor,
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
    result: str,
    message: str,
    advice: str,
) -> None:
    monkeypatch.setattr(models, "PATIENCE", 0.5)
    vendor.answers = lambda _api, body: reply if body["model"].startswith("groq") else answer({"ok": True})
    one = only(await host_of_court.wrong(), "keys", result)

    assert message in one["message"]
    assert advice in one["advice"]


async def test_what_is_wrong_with_several_models_is_told_once(host_of_court: Host, vendor: LoopbackVendor) -> None:
    host_of_court.env["JURORS"] += ",groq/groq-two"
    host_of_court.env["PRICES"] += ",groq/groq-two=1/2"
    vendor.answers = lambda _api, body: failing(401) if body["model"].startswith("groq") else answer({"ok": True})
    one = only(await host_of_court.wrong(), "keys", "failed")
    assert one["message"] == "groq/groq-juror, groq/groq-two: HTTP 401, key refused"


@pytest.mark.parametrize(
    ("provider", "advice"), [("groq", "Check the network"), ("ollama", "Start the server"), ("acme", "ACME_BASE_URL")]
)
async def test_a_vendor_that_is_not_there(host_of_court: Host, provider: str, advice: str) -> None:
    host_of_court.env["JURORS"] = host_of_court.env["JURORS"].replace("groq/", f"{provider}/")
    host_of_court.env |= {
        f"{provider.upper()}_BASE_URL": "http://127.0.0.1:9/v1",
        "PRICES": PRICES + ",acme/groq-juror=1/1",
    }
    one = only(await host_of_court.wrong(), "keys", "failed")

    assert f"{provider}/groq-juror: no connection" in one["message"]
    assert advice in one["advice"]


async def test_a_cut_off_answer_is_an_answer(host_of_court: Host, vendor: LoopbackVendor) -> None:
    vendor.answers = always(Reply(None, "length"))
    assert await host_of_court.wrong() == []


async def test_names_that_float(host_of_court: Host, vendor: LoopbackVendor) -> None:
    def served(_api: Api, body: Mapping[str, Any]) -> Reply:
        moved = str(body["model"]).startswith("xai")
        return Reply(json.dumps({"ok": True}), served="xai-juror-2026-11-01" if moved else None)

    vendor.answers = served
    host_of_court.env["JURORS"] += ",mistral/large-latest"
    host_of_court.env["PRICES"] += ",mistral/large-latest=1/2"
    one = only(await host_of_court.wrong(), "names", "warning")

    assert "xai/xai-juror (now xai-juror-2026-11-01)" in one["message"]
    assert "mistral/large-latest" in one["message"]
    assert "groq" not in one["message"]


async def test_a_cap_needs_every_price(host_of_court: Host) -> None:
    host_of_court.env |= {"DAILY_CAP_USD": "5", "PRICES": PRICES.replace("openai/openai-juror=1/2,", "")}
    one = only(await host_of_court.wrong(), "prices", "failed")
    assert "no price is known for openai/openai-juror" in one["message"]
    assert "PRICES=openai/openai-juror=IN/OUT" in one["advice"]


async def test_prices_that_are_assumed_and_that_are_not_needed(host_of_court: Host) -> None:
    del host_of_court.env["PRICES"]
    host_of_court.env["SERVER_DAILY_CAP_USD"] = "5.00"
    one = only(await host_of_court.wrong(), "prices", "warning")
    assert "charged at the highest known prices" in one["message"]

    host_of_court.env["SERVER_DAILY_CAP_USD"] = "none"
    one = only(await host_of_court.wrong(), "prices", "warning")
    assert "xai/xai-juror=IN/OUT" in one["advice"]


async def test_a_cap_that_no_hearing_fits_in(host_of_court: Host) -> None:
    host_of_court.env["DAILY_CAP_USD"] = "0.001"
    one = only(await host_of_court.wrong(), "prices", "warning")
    assert "more than DAILY_CAP_USD" in one["message"]
    assert "Raise the cap" in one["advice"]


async def test_juries_that_are_too_small(host_of_court: Host) -> None:
    host_of_court.env["PANEL_SIZE"] = "5"
    one = only(await host_of_court.wrong(), "jury", "warning")
    assert one["advice"] == "Name 2 more in JURORS."

    host_of_court.env["JURORS"] = "groq/groq-juror"
    one = only(await host_of_court.wrong(), "jury", "failed")
    assert "only one juror" in one["message"]

    host_of_court.env["JURORS"] = "nobody/knows,groq"
    wrong = await host_of_court.wrong()
    assert [one["check"] for one in wrong] == ["jury", "jury"]
    assert any("entry 1" in one["message"] for one in wrong)


@pytest.mark.parametrize(
    ("ahead", "result"),
    [(timedelta(seconds=-45), "warning"), (timedelta(seconds=45), "warning"), (timedelta(minutes=10), "failed")],
)
async def test_a_wrong_clock(host_of_court: Host, server: DiscordServer, ahead: timedelta, result: str) -> None:
    server.clock_ahead = ahead
    one = only(await host_of_court.wrong(), "clock", result)
    # Discord is ahead, so the machine is behind.
    assert ("behind" if ahead > timedelta() else "ahead of") in one["message"]
    assert "timedatectl" in one["advice"]


@pytest.mark.parametrize(("left", "result"), [(5, "warning"), (0, "failed")])
async def test_connections_that_are_used_up(host_of_court: Host, server: DiscordServer, left: int, result: str) -> None:
    server.world.starts_left = left
    one = only(await host_of_court.wrong(), "gateway", result)
    assert one["message"] == f"{left} of 1,000 connections are left today"
    assert "60 minutes" in one["advice"]


@pytest.mark.parametrize(
    ("fields", "check", "result", "words"),
    [
        ({"flags": 1 << 14 | 1 << 19}, "intents", "warning", "Server Members, Message Content are on"),
        ({"interactions_endpoint_url": "https://elsewhere.example"}, "application", "failed", "hears none of them"),
        ({"bot_require_code_grant": True}, "application", "failed", "invite link does not work"),
    ],
)
async def test_an_application_that_is_set_up_wrongly(
    host_of_court: Host, server: DiscordServer, fields: dict[str, Any], check: str, result: str, words: str
) -> None:
    server.world.application = fields
    assert words in only(await host_of_court.wrong(), check, result)["message"]


async def test_a_missing_permission_is_named_with_its_channel(host_of_court: Host, server: DiscordServer) -> None:
    home = server.world.home
    # Add Reactions for everyone; Send Messages for the bot alone.
    home.channels[home.verdicts]["permission_overwrites"] = [{**DENIED, "id": home.id, "deny": str(1 << 6)}]
    home.channels[home.mod_channel]["permission_overwrites"] = [
        {**DENIED, "type": 1, "id": server.world.bot.id, "deny": str(1 << 11)}
    ]
    verdicts, mods = await host_of_court.wrong()

    assert verdicts["result"] == mods["result"] == "failed"
    assert verdicts["message"] == "“The guild”: the bot lacks Add Reactions in #verdicts, the verdict channel"
    assert mods["message"] == "“The guild”: the bot lacks Send Messages in #mods, the mod channel"
    assert "permission settings" in mods["advice"]


async def test_channels_and_a_role_that_were_deleted(host_of_court: Host, record: Path, server: DiscordServer) -> None:
    await set_up(record, server.world.home, verdict_channel_id=1, mod_channel_id=None, mod_role_id=2)
    deleted, missing, role = await host_of_court.wrong()

    assert (deleted["result"], deleted["message"]) == ("failed", "“The guild”: its verdict channel was deleted")
    assert (missing["result"], missing["message"]) == ("warning", "“The guild” has no mod channel yet")
    assert (role["result"], role["message"]) == ("warning", "“The guild”: the role of its moderators was deleted")


async def test_servers_that_are_not_set_up_or_not_allowed(host_of_court: Host, server: DiscordServer) -> None:
    server.world.add_guild("\x1b[31mNew")
    stranger = server.world.add_guild("Strangers")
    found = await host_of_court.wrong()
    assert {one["message"] for one in found} == {"“[31mNew” is not set up", "“Strangers” is not set up"}

    host_of_court.env["ALLOWED_GUILDS"] = f"{server.world.guild_id},77"
    one = only(await host_of_court.wrong(), "servers", "warning")
    assert one["message"] == "ALLOWED_GUILDS names 77, but the bot is not in it"
    assert f"client_id={server.world.bot.id}" in one["advice"]
    everything = await host_of_court.check()
    assert "“Strangers” is not in ALLOWED_GUILDS and is not served" in [one["message"] for one in everything]
    assert not server.requests("GET", f"/guilds/{stranger.id}")


async def test_a_bot_in_no_server_is_given_its_link_in_one_line(host_of_court: Host, server: DiscordServer) -> None:
    server.world.home.joined = False
    result = await host_of_court.run()
    assert result.exit_code == 0
    (line,) = (line.strip() for line in result.stdout.splitlines() if "https://" in line)
    assert line.startswith("https://discord.com/oauth2/authorize?client_id=")
    assert line.endswith("permissions=68672")


async def test_servers_that_discord_does_not_tell(host_of_court: Host, server: DiscordServer) -> None:
    server.faults.fail("GET", f"/guilds/{server.world.guild_id}$", 403)
    assert "cannot be read (HTTP 403)" in only(await host_of_court.wrong(), "servers", "failed")["message"]
    server.faults.fail("GET", "/users/@me/guilds", 403)
    assert "did not list them" in only(await host_of_court.wrong(), "servers", "failed")["message"]


async def test_a_server_that_comes_too_late_is_counted(
    host_of_court: Host, server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "PATIENCE", 0.5)
    server.faults.hold("GET", f"/guilds/{server.world.guild_id}/channels")
    one = only(await host_of_court.wrong(), "servers", "warning")
    assert one["message"].startswith("1 of 1 were not checked")


async def test_the_channel_of_the_host(host_of_court: Host, server: DiscordServer) -> None:
    home = server.world.home
    host_of_court.env["HOST_CHANNEL_ID"] = home.mod_channel
    assert await host_of_court.wrong() == []
    denied = [{**DENIED, "id": home.id, "deny": str(1 << 16)}]
    own = home.add_channel("host")
    home.channels[own]["permission_overwrites"] = denied
    host_of_court.env["HOST_CHANNEL_ID"] = own
    one = only(await host_of_court.wrong(), "host channel", "failed")
    assert one["message"] == "the bot lacks Read Message History in #host"
    host_of_court.env["HOST_CHANNEL_ID"] = "5"
    assert "cannot see it (HTTP 404)" in only(await host_of_court.wrong(), "host channel", "failed")["message"]


def state_of(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("revision", ["0001", "0004"])
async def test_an_older_record_is_read_and_not_migrated(host_of_court: Host, record: Path, revision: str) -> None:
    migrate(record, revision, command.downgrade)
    (record.parent / "court.sqlite3.lock").unlink(missing_ok=True)
    before = state_of(record.parent)
    found = await host_of_court.check()

    one = only([one for one in found if one["result"] != "ok"], "record", "warning")
    assert f"revision {revision};" in one["message"]
    assert "brings it up to date" in one["advice"]
    assert [one for one in found if "#verdicts and #mods" in one["message"]], "its channels are read all the same"
    assert state_of(record.parent) == before


async def test_a_record_of_a_newer_court(host_of_court: Host, record: Path) -> None:
    with connected(record) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    one, unknown = await host_of_court.wrong()
    assert (one["check"], one["result"]) == ("record", "failed")
    assert "newer court" in one["message"]
    assert "because the record cannot be read" in unknown["message"]


async def test_what_is_no_record(host_of_court: Host, record: Path) -> None:
    record.write_bytes(b"no database" * 100)
    assert "not a database" in (await host_of_court.wrong())[0]["message"]
    record.write_bytes(b"")
    assert "the file is empty" in (await host_of_court.wrong())[0]["message"]
    record.unlink()
    other = record.with_name("other.db")
    with connected(other) as connection:
        connection.exec_driver_sql("CREATE TABLE songs (name TEXT)")
    other.chmod(0o600)
    host_of_court.env["DATABASE_URL"] = url_of(other)
    assert "no record of the court" in (await host_of_court.wrong())[0]["message"]
    host_of_court.env["DATABASE_URL"] = ":memory:"
    assert "lost when the bot stops" in (await host_of_court.wrong())[0]["message"]


async def test_a_record_that_does_not_exist_is_not_created(host_of_court: Host, record: Path) -> None:
    record.unlink()
    before = sorted(path.name for path in record.parent.iterdir())
    host_of_court.env["DATABASE_URL"] = url_of(record.parent / "new" / "court.sqlite3")
    found = await host_of_court.check()
    assert [one for one in found if one["check"] == "record" and "`court run` creates it" in one["message"]]
    assert sorted(path.name for path in record.parent.iterdir()) == before


async def test_files_that_others_can_read(host_of_court: Host, record: Path) -> None:
    record.chmod(0o644)
    (host_of_court.folder / ".env").write_text("")
    (host_of_court.folder / ".env").chmod(0o640)
    assert [one["advice"].split()[:3] for one in await host_of_court.wrong()] == [["Run", "`chmod", "600"]] * 2


@pytest.mark.parametrize(("free", "result"), [(1 << 20, "failed"), (100 << 20, "warning")])
async def test_a_full_disk(host_of_court: Host, monkeypatch: pytest.MonkeyPatch, free: int, result: str) -> None:
    monkeypatch.setattr("bot.cli.checks.host.shutil.disk_usage", lambda _folder: type("Usage", (), {"free": free}))
    assert "free for the record" in only(await host_of_court.wrong(), "disk", result)["message"]


def test_a_question_costs_at_most_what_the_readme_says() -> None:
    assert estimate(DEAREST, models.QUESTION).ceiling <= 0.015 * MICRO


@pytest.mark.slow
async def test_a_running_court_is_checked_and_left_alone(
    tmp_path: Path, server: DiscordServer, vendor: LoopbackVendor
) -> None:
    env = {**seated(vendor, PROVIDERS), "PANEL_SIZE": "3", "PRICES": PRICES, "SERVER_DAILY_CAP_USD": "none"}
    async with running(tmp_path, server, **env) as run:
        await server.ready()
        before = sorted(path.name for path in (tmp_path / "data").iterdir())
        settings = {**env, "DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url, "COLUMNS": "80"}
        done = await court(tmp_path, "check", **settings)
        assert done.code == 0, done.out + done.err
        assert done.err == ""
        assert "revision" in done.out
        assert "is not set up" in done.out
        refused = await court(tmp_path, "check", "--json", **{**settings, "DISCORD_TOKEN": KEY})
        assert refused.code == 1
        assert json.loads(refused.out)
        assert sorted(path.name for path in (tmp_path / "data").iterdir()) == before
        assert len(server.gateway.connections) == 1
        assert await run.stop() == 0
