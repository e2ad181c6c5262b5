"""Misspelt settings are found in `.env` and, with more caution, in the environment."""

from __future__ import annotations

import pytest

from bot.environment import Variables
from bot.settings import Settings
from bot.typos import UnknownVariable, find_typos

FIELDS = [name.upper() for name in Settings.model_fields if name != "vendors"]

OF_MACHINES = """
PATH HOME USER SHELL LANG LC_ALL TERM TZ HOSTNAME LOGNAME PWD OLDPWD SHLVL DISPLAY EDITOR PAGER COLUMNS PYTHONPATH
VIRTUAL_ENV XDG_RUNTIME_DIR SSH_AUTH_SOCK HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE INVOCATION_ID JOURNAL_STREAM
NOTIFY_SOCKET CREDENTIALS_DIRECTORY LISTEN_FDS LOGLEVEL LOGS_LEVEL PRICE JUDGES JUROR PANEL LOG_FORMATTER
OPENAI_ORG_ID OPENAI_ORGANIZATION OPENAI_PROJECT_ID OPENAI_API_BASE OPENAI_API_TYPE OPENAI_API_VERSION OPENAI_MODEL
OPENAI_LOG ANTHROPIC_MODEL ANTHROPIC_AUTH_TOKEN ANTHROPIC_LOG GEMINI_MODEL GEMINI_API_VERSION GOOGLE_API_KEY
GROK_API_KEY ZAI_API_KEY XAI_API_HOST AI_API_KEY HF_TOKEN HUGGINGFACE_API_KEY COHERE_API_KEY AZURE_OPENAI_API_KEY
OPENAI_API_KEY_OLD OLLAMA_HOST OLLAMA_MODELS OLLAMA_KEEP_ALIVE VLLM_API_URL MISTRAL_MODEL DEEPSEEK_MODEL
DISCORD_CLIENT_ID DISCORD_CLIENT_SECRET DISCORD_PUBLIC_KEY DISCORD_GUILD_ID DISCORD_APP_ID DISCORD_BOT_TOKEN
DISCORD_WEBHOOK_URL DISCORD_API_KEY DISCORD_API_VERSION DATABASE_HOST DATABASE_USER DATABASE_NAME POSTGRES_URL
REDIS_URL SECRET_KEY PORT DEBUG GITHUB_TOKEN
"""


def found(written: dict[str, str] | None = None, around: dict[str, str] | None = None) -> list[UnknownVariable]:
    return find_typos(Variables(written or {}, around or {}), FIELDS, ".env")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OPENAI_APIKEY", "OPENAI_API_KEY"),
        ("DISCORD_TOKN", "DISCORD_TOKEN"),
        ("DISCORD_TOEKN", "DISCORD_TOKEN"),
        ("DAILY_CAP_US", "DAILY_CAP_USD"),
        ("ANTROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        ("ANTHROPIC_BASEURL", "ANTHROPIC_BASE_URL"),
        ("MISTRAL_API_KEY_FIL", "MISTRAL_API_KEY_FILE"),
        ("DATABASE_ULR", "DATABASE_URL"),
        ("ALOWED_GUILDS", "ALLOWED_GUILDS"),
    ],
)
def test_one_slip_is_found_wherever_it_is(name: str, meant: str) -> None:
    assert found({name: "x"}) == [UnknownVariable(name, meant, ".env")]
    assert found(None, {name: "x"}) == [UnknownVariable(name, meant, "the environment")]
    assert found({name: "x"}, {name: "x"}) == [UnknownVariable(name, meant, ".env")]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OPENAIAPIKEY", "OPENAI_API_KEY"),
        ("JUROR", "JURORS"),
        ("JUGDE", "JUDGE"),
        ("PRICE", "PRICES"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("GROK_API_KEY", "GROQ_API_KEY"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("DAILY_CAP", "DAILY_CAP_USD"),
        ("OPENAI_BASE", "OPENAI_BASE_URL"),
    ],
)
def test_in_the_file_more_is_taken_for_a_slip(name: str, meant: str) -> None:
    assert found({name: "x"}) == [UnknownVariable(name, meant, ".env")]
    assert found(None, {name: "x"}) == []


def test_the_usual_variables_of_a_machine_are_no_slips() -> None:
    assert found(None, dict.fromkeys(OF_MACHINES.split(), "x")) == []


def test_a_near_name_in_the_environment_is_meant_if_the_setting_is_there_too() -> None:
    beside = {"OPENAI_API_KEYS": "x"}
    assert found(None, beside) == [UnknownVariable("OPENAI_API_KEYS", "OPENAI_API_KEY", "the environment")]
    assert found(None, {**beside, "OPENAI_API_KEY": "x"}) == []
    assert found({"OPENAI_API_KEY": "x"}, beside) == []


@pytest.mark.parametrize("name", [*FIELDS, "OPENAI_API_KEY", "OPENAI_API_KEY_FILE", "OLLAMA_BASE_URL"])
def test_settings_are_no_slips(name: str) -> None:
    assert found({name: "x"}, {name: "x"}) == []


@pytest.mark.parametrize(
    "written",
    [
        {"ZAI_API_KEY": "x", "ZAI_BASE_URL": "http://z/v1"},
        {"ZAI_API_KEY_FILE": "x", "ZAI_BASE_URL": "http://z/v1"},
        {"ZAI_API_KEY": "x", "JURORS": "openai/a, zai/glm"},
        {"MY_XAI_API_KEY": "x", "JUDGE": "my-xai/a"},
        {"OPENAI_API_KEY": "x", "OPENAI_API_KEY_OLD": "y"},
        {"COMPOSE_PROJECT_NAME": "court", "TZ": "UTC", "LOG": "x"},
    ],
)
def test_what_is_used_or_far_from_any_setting_is_no_slip(written: dict[str, str]) -> None:
    assert found(written) == []


def test_the_warning_names_place_and_setting_but_no_value() -> None:
    (unknown,) = found({"OPENAI_APIKEY": "sk-secret"})
    assert str(unknown) == "OPENAI_APIKEY in .env is not a setting and has no effect: did you mean OPENAI_API_KEY?"
