"""Settings: where they come from, what they mean, and the error messages for unusable ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.environment import vendor_settings
from bot.jury import seat_jury, wrong_jury
from bot.settings import DISCORD_API_URL, Settings, load_settings, model_ref, models_named, read_settings
from court.errors import ConfigurationError
from court.hearings.budget import Caps
from court.models import ModelRef
from providers.registry import Models, VendorSettings
from tests.bot.running import KEY
from tests.providers.test_keys import PASTED


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of the machine that the tests run on."""
    for name in os.environ:
        if name.lower() in Settings.model_fields or name.endswith(("_API_KEY", "_API_KEY_FILE", "_BASE_URL")):
            monkeypatch.delenv(name)


def write(folder: Path, text: str) -> Path:
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(env_file: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(env_file)
    return str(refused.value)


def test_nothing_is_needed_to_read_settings(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "missing.env")
    assert settings.discord_token is None
    assert settings.vendors == {}
    assert settings.jurors_named == {}
    assert settings.discord_api_url == DISCORD_API_URL


def test_the_file_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path, f"DISCORD_TOKEN=abc\nPANEL_SIZE=3\nJUROR_TIMEOUT=2.5\nLOG_LEVEL=debug\nOPENAI_API_KEY={KEY}\n"
    )
    settings = load_settings(path)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "abc"
    assert (settings.panel_size, settings.juror_timeout, settings.log_level) == (3, 2.5, "DEBUG")
    assert settings.vendors == {"openai": VendorSettings(KEY)}


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(f"DISCORD_TOKEN={KEY}\n", encoding="utf-16")
    assert refusal(path) == f"{path} is not a UTF-8 file; save it again as UTF-8"


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "PANEL_SIZE=3\nMISTRAL_API_KEY=from-the-file\nMISTRAL_BASE_URL=http://file/v1\n")
    monkeypatch.setenv("PANEL_SIZE", "7")
    monkeypatch.setenv("MISTRAL_API_KEY", "from-the-environment")
    settings = load_settings(path)
    assert settings.panel_size == 7
    assert settings.vendors["mistral"] == VendorSettings("from-the-environment", "http://file/v1")


def test_an_empty_value_is_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "DISCORD_TOKEN=\nPANEL_SIZE=\nJURORS=\nOPENAI_API_KEY=\nXAI_API_KEY=from-the-file\n")
    monkeypatch.setenv("XAI_API_KEY", "")
    monkeypatch.setenv("LOG_LEVEL", "")
    settings = load_settings(path)
    assert settings.discord_token is None
    assert (settings.panel_size, settings.jurors, settings.log_level) == (5, None, "INFO")
    assert settings.vendors == {"xai": VendorSettings("from-the-file")}


def test_vendors_are_gathered_by_the_endings_of_their_variables() -> None:
    gathered = vendor_settings(
        {
            "OPENAI_API_KEY": "one",
            "MY_OWN_VENDOR_API_KEY": "two",
            "MY_OWN_VENDOR_BASE_URL": "http://own/v1",
            "OLLAMA_BASE_URL": "http://ollama/v1",
            "_API_KEY": "nobody's",
            "API_KEY": "nobody's either",
            "OPENAI_API_KEY_OLD": "three",
        }
    )
    assert gathered == {
        "openai": VendorSettings("one"),
        "my-own-vendor": VendorSettings("two", "http://own/v1"),
        "ollama": VendorSettings(None, "http://ollama/v1"),
    }


def test_jurors_are_split_trimmed_and_listed_once(tmp_path: Path) -> None:
    path = write(tmp_path, "JURORS=' openai/a, groq/openai/b ,,OpenAI/a, '\n")
    assert load_settings(path).jurors_named == {
        ModelRef("openai", "a"): "JURORS: entry 1",
        ModelRef("groq", "openai/b"): "JURORS: entry 2",
    }


@pytest.mark.parametrize("named", ["gpt", "openai/", "/gpt", "openai/a,gpt"])
def test_a_malformed_juror_is_refused(tmp_path: Path, named: str) -> None:
    settings = load_settings(write(tmp_path, f"JURORS={named}\n"))
    with pytest.raises(ConfigurationError, match=r"^JURORS: .*provider/model") as refused:
        _ = settings.jurors_named
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", PASTED)
@pytest.mark.parametrize("form", ["{}", "openai/{}", "{}/gpt-5", "openai/a/{}", "{}/{}"])
@pytest.mark.parametrize("setting", ["JURORS", "JUDGE", "--jurors"])
def test_a_key_in_the_place_of_a_model_is_refused_and_not_repeated(key: str, form: str, setting: str) -> None:
    entry = form.format(key, key)
    place = setting if setting == "JUDGE" else f"{setting}: entry 2"
    with pytest.raises(ConfigurationError) as refused:
        _ = model_ref(entry, setting) if setting == "JUDGE" else models_named(f"openai/gpt-5, ,{entry}", setting)
    message = str(refused.value)
    assert message.startswith(f"{place} looks like a key: keys belong in <PROVIDER>_API_KEY")
    assert key not in message


@pytest.mark.parametrize(
    ("named", "judge", "message"),
    [
        ("acme/a,hunter2/gpt-5", None,
         "JURORS: entry 2: the court does not know its provider: set <PROVIDER>_BASE_URL to the address of its "
         "OpenAI-compatible API, and <PROVIDER>_API_KEY if it needs a key"),
        ("acme/a,groq/hunter2", None, "JURORS: entry 2: set GROQ_API_KEY"),
        ("acme/a,acme/b", "groq/hunter2", "JUDGE: set GROQ_API_KEY"),
        ("acme/a,hunter2", None,
         "JURORS: entry 2 is not of the form provider/model; write for example anthropic/claude-sonnet-5-5"),
    ],
)  # fmt: skip
def test_whatever_a_host_pasted_is_not_repeated(named: str, judge: str | None, message: str) -> None:
    vendors = {"acme": VendorSettings(None, "http://127.0.0.1:9/v1")}
    settings = Settings(_env_file=None, jurors=named, judge=judge, vendors=vendors)
    with pytest.raises(ConfigurationError) as refused:
        seat_jury(settings, Models(vendors, timeout=1))
    assert str(refused.value) == message


def test_a_vendors_bad_key_is_named_without_an_entry_that_the_host_did_not_write() -> None:
    vendors = {"openai": VendorSettings(f"{KEY} {KEY}")}
    with pytest.raises(ConfigurationError, match=r"^OPENAI_API_KEY contains a space"):
        seat_jury(Settings(_env_file=None, vendors=vendors), Models(vendors, timeout=1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PANEL_SIZE", "2"),
        ("PANEL_SIZE", "8"),
        ("PANEL_SIZE", "five"),
        ("JUROR_TIMEOUT", "0"),
        ("JUROR_TIMEOUT", "soon"),
        ("LOG_LEVEL", "LOUD"),
        ("DISCORD_TOKEN", "two words"),
        ("DISCORD_TOKEN", '"two\\nlines"'),
        ("DISCORD_API_URL", "discord.com"),
        ("DISCORD_API_URL", "ftp://discord.com"),
        ("DISCORD_API_URL", "https://"),
        ("DISCORD_API_URL", "http://host:port/api"),
        ("DISCORD_API_URL", "http://host:0/api"),
        ("DISCORD_API_URL", "https://host\\api"),
        ("DISCORD_API_URL", "https://host/a b"),
        ("DISCORD_API_URL", "https://host/api?@"),
        ("METRICS_PORT", "0"),
        ("METRICS_PORT", "65536"),
        ("METRICS_PORT", "http"),
        ("HEARTBEAT_URL", "hc-ping.com/1"),
        ("HEARTBEAT_URL", "ftp://hc-ping.com/1"),
    ],
)
def test_an_unusable_value_is_refused_in_one_line_that_names_the_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    message = refusal(write(tmp_path, f"{name}={value}\n"))
    assert message.startswith(f"{name}: ")
    assert "\n" not in message


def test_an_error_message_has_no_secret(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, f"DISCORD_TOKEN={KEY}\nOPENAI_API_KEY={KEY}\nPANEL_SIZE={KEY}\n"))
    assert KEY not in message


def test_a_password_in_discords_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, f"DISCORD_API_URL=http://me:{KEY}@host/api/v10\n"))
    assert message.startswith("DISCORD_API_URL: ")
    assert KEY not in message


@pytest.mark.parametrize("address", [f"http://me:{KEY}@host/ping", f"host/{KEY}"])
def test_an_address_of_heartbeats_is_refused_without_repeating_it(tmp_path: Path, address: str) -> None:
    told = refusal(write(tmp_path, f"HEARTBEAT_URL={address}\n"))
    assert told == "HEARTBEAT_URL: write an address like https://example.com/ping, with no password"


def test_an_address_of_heartbeats_is_a_secret_and_may_be_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    address = f"https://host/{KEY}?every=60"
    secret.write_text(f"{address}\n", encoding="utf-8")
    for line in (f"HEARTBEAT_URL={address}", f"HEARTBEAT_URL_FILE={secret}"):
        settings = load_settings(write(tmp_path, f"{line}\n"))
        assert settings.heartbeat_url is not None
        assert settings.heartbeat_url.get_secret_value() == address
        assert KEY not in repr(settings)
    assert (settings.metrics_port, settings.metrics_host) == (None, "127.0.0.1")


def test_a_file_of_an_address_that_cannot_be_read_is_the_only_problem(tmp_path: Path) -> None:
    told = refusal(write(tmp_path, "HEARTBEAT_URL_FILE=/none\n"))
    assert told.startswith("HEARTBEAT_URL_FILE: the file cannot be read (")
    assert "\n" not in told


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    path = write(tmp_path, f"DISCORD_TOKEN={KEY}\nOPENAI_API_KEY={KEY}\nOPENAI_BASE_URL=http://host/v1\n")
    settings = load_settings(path)
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.vendors)):
        assert KEY not in shown


def test_caps_are_read_in_dollars_and_kept_in_millionths(tmp_path: Path) -> None:
    path = write(tmp_path, "DAILY_CAP_USD=1.5\nMONTHLY_CAP_USD=30\nSERVER_DAILY_CAP_USD=0.000001\n")

    assert load_settings(path).caps == Caps(1_500_000, 30_000_000, 1, None)
    assert load_settings(tmp_path / "missing.env").caps == Caps(server_daily=5_000_000)


def test_no_cap_can_be_written_as_none(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "SERVER_DAILY_CAP_USD=None\nDAILY_CAP_USD=none\n"))

    assert settings.caps == Caps()
    assert not settings.sets_a_cap
    assert load_settings(write(tmp_path, "SERVER_DAILY_CAP_USD=5.01\n")).sets_a_cap
    assert load_settings(write(tmp_path, "SERVER_MONTHLY_CAP_USD=5.00\n")).sets_a_cap
    assert not load_settings(write(tmp_path, "SERVER_DAILY_CAP_USD=5.00\n")).sets_a_cap, "the default is no decision"
    assert not load_settings(tmp_path / "missing.env").sets_a_cap


def test_allowed_servers_are_read_as_ids(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "missing.env").guilds_allowed is None
    path = write(tmp_path, "ALLOWED_GUILDS=1100000000000000001, 7,\nHOST_CHANNEL_ID=9\n")
    settings = load_settings(path)
    assert settings.guilds_allowed == frozenset({1_100_000_000_000_000_001, 7})
    assert settings.host_channel_id == 9


@pytest.mark.parametrize("entry", ["Ghent", "-1", "0", "1.5", "²", str(2**63), "1" * 5_000, KEY])
def test_an_allowed_server_that_is_no_id_is_refused_and_not_repeated(tmp_path: Path, entry: str) -> None:
    told = refusal(write(tmp_path, f"ALLOWED_GUILDS=7,{entry}\n"))
    assert told.startswith("ALLOWED_GUILDS: entry 2 is not the id of a server; write ids like")
    assert entry not in told.removeprefix("ALLOWED_GUILDS: entry 2").replace("1100000000000000001", "")


@pytest.mark.parametrize("channel", ["none", "0", "-7", "1.5", str(2**63), "1" * 5_000, "#host", KEY])
def test_a_host_channel_that_is_no_id_is_refused_and_not_repeated(tmp_path: Path, channel: str) -> None:
    told = refusal(write(tmp_path, f"HOST_CHANNEL_ID={channel}\n"))
    assert told == "HOST_CHANNEL_ID: write the id of a channel, or leave it empty"


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001", "a dollar", "NaN", "Infinity", "$5"])
def test_a_cap_that_is_not_an_amount_is_refused(tmp_path: Path, amount: str) -> None:
    assert refusal(write(tmp_path, f"DAILY_CAP_USD={amount}\n")).startswith("DAILY_CAP_USD: ")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("garbage", "DATABASE_URL cannot be read; write it like sqlite:///data/court.sqlite3"),
        ("data/court.sqlite3", "DATABASE_URL cannot be read; write it like sqlite:///data/court.sqlite3"),
        ("sqlite://data/court.sqlite3", "DATABASE_URL needs a third slash before the file: write it like sqlite:///"),
        (f"mysql://me:{KEY}@host/court", "DATABASE_URL: a record cannot be kept in “mysql”; write an address like"),
    ],
)
def test_an_address_at_which_no_record_can_be_kept_is_refused(tmp_path: Path, address: str, told: str) -> None:
    message = refusal(write(tmp_path, f"DATABASE_URL={address}\n"))
    assert message.startswith(told)
    assert KEY not in message


@pytest.mark.parametrize("address", ["sqlite:///a.db", ":memory:", "sqlite://", "postgresql://me:pass@host/court"])
def test_an_address_of_a_record_is_kept_as_it_is(tmp_path: Path, address: str) -> None:
    assert load_settings(write(tmp_path, f"DATABASE_URL={address}\n")).database_url == address


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    wrong = f"""
        DISCORD_TOKN={KEY}
        PANEL_SIZE=9
        ALLOWED_GUILDS=Ghent
        DATABASE_URL=garbage
        JURORS=gpt,openai/a,openai/b,mistral/c,acme/d
        JUDGE={KEY}
        PRICES=openai/a=cheap
        MISTRAL_API_KEY="two words"
        ACME_BASE_URL=acme
        XAI_API_KEY={KEY}
        XAI_API_KEY_FILE=/run/secrets/xai
        DAILY_CAP_USD=a dollar
    """
    with pytest.raises(ConfigurationError) as refused:
        load_settings(write(tmp_path, wrong.replace("        ", "")), token=True, needs=wrong_jury)
    message = str(refused.value)
    assert KEY not in message
    begins = [
        "XAI_API_KEY and XAI_API_KEY_FILE are both set",
        "DATABASE_URL cannot be read",
        "PANEL_SIZE: ",
        "DAILY_CAP_USD: ",
        "ALLOWED_GUILDS: entry 1",
        "DISCORD_TOKEN is not set",
        "JURORS: entry 1 is not of the form provider/model",
        "JUDGE looks like a key",
        "PRICES: entry 1",
        "JURORS: entry 2: set OPENAI_API_KEY",
        "JURORS: entry 4: MISTRAL_API_KEY contains a space",
        "JURORS: entry 5: set ACME_BASE_URL to an address",
        f"DISCORD_TOKN in {tmp_path / '.env'} is not a setting and has no effect: did you mean DISCORD_TOKEN?",
    ]
    lines = message.splitlines()
    assert len(lines) == len(begins), message
    for line, begin in zip(lines, begins, strict=True):
        assert line.startswith(begin)


def test_a_token_that_is_wrong_is_not_also_called_missing(tmp_path: Path) -> None:
    for text in ("DISCORD_TOKEN=two words", "DISCORD_TOKEN_FILE=/none", "DISCORD_TOKEN=a\nDISCORD_TOKEN_FILE=/none"):
        with pytest.raises(ConfigurationError) as refused:
            load_settings(write(tmp_path, text), token=True)
        assert len(str(refused.value).splitlines()) == 1


def test_what_can_be_used_is_read_beside_what_cannot(tmp_path: Path) -> None:
    path = write(
        tmp_path, "PANEL_SIZE=9\nJUROR_TIMEOUT=2\nALLOWED_GUILDS=x\nOPENAI_API_KEY_FILE=/none\nXAI_API_KEY=k\n"
    )
    settings, problems = read_settings(path)
    assert (settings.panel_size, settings.juror_timeout, settings.allowed_guilds) == (5, 2, None)
    assert settings.vendors == {"xai": VendorSettings("k")}
    assert [line.partition(":")[0] for line in problems] == ["OPENAI_API_KEY_FILE", "PANEL_SIZE", "ALLOWED_GUILDS"]


@pytest.mark.parametrize("content", [KEY, f"{KEY}\n", f"  {KEY}\r\n\n"])
def test_token_and_keys_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(content, encoding="utf-8", newline="")
    monkeypatch.setenv("ACME_API_KEY_FILE", str(secret))
    settings = load_settings(write(tmp_path, f"DISCORD_TOKEN_FILE={secret}\nOPENAI_API_KEY_FILE={secret}\n"))
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == KEY
    assert settings.vendors == {"openai": VendorSettings(KEY), "acme": VendorSettings(KEY)}
    assert KEY not in repr(settings)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN_FILE", "OPENAI_API_KEY_FILE", "ACME_API_KEY_FILE"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "the file cannot be read (No such file or directory); write the path of a file that holds the value"),
        (b"", "the file is empty; write the value into it"),
        (b" \n", "the file is empty; write the value into it"),
        (f"{KEY}\n{KEY}".encode(), "the file must hold the value alone, with no space or line break in it"),
        (b"\xff\xfe\x00", "the file is not a text file; write the value into it, as UTF-8"),
    ],
)
def test_a_file_without_a_secret_is_told_by_its_variable(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    secret = tmp_path / KEY
    if content is not None:
        secret.write_bytes(content)
    assert refusal(write(tmp_path, f"{name}={secret}\n")) == f"{name}: {told}"


@pytest.mark.parametrize("pasted", [KEY, "~nobody/here"])
def test_a_secret_in_the_place_of_a_path_is_not_repeated(tmp_path: Path, pasted: str) -> None:
    told = refusal(write(tmp_path, f"OPENAI_API_KEY_FILE={pasted}\n"))
    assert told.startswith("OPENAI_API_KEY_FILE: the file cannot be read (")
    assert pasted not in told


def test_a_value_and_a_file_for_it_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "/run/secrets/token")
    told = refusal(write(tmp_path, f"DISCORD_TOKEN={KEY}\n"))
    assert told == "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set; remove one of the two"


def test_files_of_other_programs_are_none_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAFANA_API_KEY_FILE", "/run/none")
    assert load_settings(tmp_path / "missing.env").vendors == {}
    told = refusal(write(tmp_path, "JURORS=Grafana/judge\n"))
    assert told.startswith("GRAFANA_API_KEY_FILE: the file cannot be read")


@pytest.mark.parametrize(("written", "read"), [("", "text"), ("JSON", "json"), ("text", "text")])
def test_the_form_of_the_log(tmp_path: Path, written: str, read: str) -> None:
    assert load_settings(write(tmp_path, f"LOG_FORMAT={written}\n")).log_format == read
    assert refusal(write(tmp_path, "LOG_FORMAT=xml\n")) == "LOG_FORMAT: write 'text' or 'json'"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("PANEL_SIZE=2", "PANEL_SIZE: write at least 3"),
        ("PANEL_SIZE=8", "PANEL_SIZE: write at most 7"),
        ("PANEL_SIZE=five", "PANEL_SIZE: write a whole number"),
        ("PANEL_SIZE=" + "9" * 5_000, "PANEL_SIZE: write a smaller number"),
        ("BACKGROUND_DAYS=2.5", "BACKGROUND_DAYS: write a whole number"),
        ("JUROR_TIMEOUT=soon", "JUROR_TIMEOUT: write a number"),
        ("JUROR_TIMEOUT=0", "JUROR_TIMEOUT: write more than 0"),
        ("JUROR_TIMEOUT=inf", "JUROR_TIMEOUT: write at most 3600"),
        ("LOG_LEVEL=LOUD", "LOG_LEVEL: write 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'"),
        ("JUROR_SEARCH=perhaps", "JUROR_SEARCH: write True or False"),
        ("METRICS_PORT=0", "METRICS_PORT: write at least 1"),
        ("METRICS_PORT=99999", "METRICS_PORT: write at most 65535"),
        ("METRICS_PORT=http", "METRICS_PORT: write a whole number"),
    ],
)
def test_a_wrong_value_is_told_by_what_to_write(tmp_path: Path, line: str, told: str) -> None:
    assert refusal(write(tmp_path, f"{line}\n")) == told


def test_a_line_that_is_no_setting_is_told_by_its_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, f"# the bot\nexport PANEL_SIZE=3\nDISCORD_TOKEN {KEY}\n\nJUDGE\n")
    assert refusal(path) == f"line 3 of {path} is not of the form NAME=value; correct it"
    assert caplog.messages == [], "python-dotenv need not say it again"


def test_jurors_of_the_command_line_take_the_place_of_the_setting() -> None:
    vendors = {"openai": VendorSettings(KEY)}
    settings = Settings(_env_file=None, jurors="mistral/a", vendors=vendors)
    assert wrong_jury(settings) == ["JURORS: entry 1: set MISTRAL_API_KEY"]
    assert wrong_jury(settings, "openai/a,openai/b") == []
    assert wrong_jury(settings, "gpt,xai/a,llama") == [
        "--jurors: entry 1 is not of the form provider/model; write for example anthropic/claude-sonnet-5-5",
        "--jurors: entry 3 is not of the form provider/model; write for example anthropic/claude-sonnet-5-5",
    ]


def test_a_key_whose_file_cannot_be_read_is_not_also_called_missing(tmp_path: Path) -> None:
    path = write(tmp_path, "JURORS=openai/a,openai/b\nOPENAI_API_KEY_FILE=/none\n")
    with pytest.raises(ConfigurationError) as refused:
        load_settings(path, needs=wrong_jury)
    assert str(refused.value).startswith("OPENAI_API_KEY_FILE: the file cannot be read")
    assert len(str(refused.value).splitlines()) == 1
