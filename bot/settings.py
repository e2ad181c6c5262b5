"""The host's settings, read from the environment and `.env` when a command runs, never at import.

Any vendor name is allowed in `<PROVIDER>_API_KEY`, `<PROVIDER>_API_KEY_FILE` and `<PROVIDER>_BASE_URL`, so
`bot.environment` collects these variables by their endings. Every other setting is a field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidatorFunctionWrapHandler, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.environment import HEARTBEAT, TOKEN, read_secrets, read_variables, vendor_settings
from bot.naming import LARGEST_ID, model_ref, models_named, server_ids
from bot.typos import UnknownVariable, find_typos
from bot.wrong_values import line_of, whole_line
from court.errors import ConfigurationError, StorageError
from court.hearings.budget import Caps
from court.models import MICRO, ModelRef
from court.web import read_address
from providers.registry import VendorSettings

__all__ = [
    "DISCORD_API_URL",
    "Settings",
    "load_settings",
    "model_ref",
    "models_named",
    "read_settings",
    "unknown_variables",
]

DISCORD_API_URL = "https://discord.com/api/v10"

Usd = Annotated[Decimal, Field(ge=Decimal("0.000001"), le=1_000_000)]
"""Money is stored in millionths of a dollar, so a lower cap would allow nothing at all."""

NO_CAP = "none"

HOW_TO_START = (
    "DISCORD_TOKEN is not set: create an application with a bot at discord.com/developers/applications, "
    "and run `court init`, or put the bot's token into .env"
)

_CAPS = ("daily_cap_usd", "monthly_cap_usd", "server_daily_cap_usd", "server_monthly_cap_usd")


HEARINGS_AT_ONCE = 16
"""How many hearings are held at the same time, unless the host sets another number."""


class Settings(BaseSettings):
    """The settings. The environment variables are the field names in upper case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    discord_token: SecretStr | None = None
    discord_token_file: Path | None = None
    database_url: str = "sqlite:///data/court.sqlite3"
    jurors: str | None = None
    judge: str | None = None
    panel_size: Annotated[int, Field(ge=3, le=7)] = 5
    juror_timeout: Annotated[float, Field(gt=0, le=3600)] = 60
    juror_search: bool = False
    background_days: Annotated[int, Field(ge=0, le=3650)] = 30
    hearings_at_once: Annotated[int, Field(ge=1, le=64)] = HEARINGS_AT_ONCE
    daily_cap_usd: Usd | None = None
    monthly_cap_usd: Usd | None = None
    server_daily_cap_usd: Usd | None = Decimal("5.00")
    server_monthly_cap_usd: Usd | None = None
    prices: str | None = None
    allowed_guilds: str | None = None
    host_channel_id: Annotated[int, Field(ge=1, lt=LARGEST_ID)] | None = None
    discord_api_url: str = DISCORD_API_URL
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    metrics_host: str = "127.0.0.1"
    heartbeat_url: SecretStr | None = None
    heartbeat_url_file: Path | None = None

    vendors: Annotated[dict[str, VendorSettings], Field(exclude=True)] = {}

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _record(cls, value: str) -> str:
        if value.startswith("sqlite:///"):
            return value
        from storage.engine.location import locate  # noqa: PLC0415 - it imports SQLAlchemy

        try:
            locate(value)
        except StorageError as error:
            raise whole_line(error) from None
        return value

    @field_validator("allowed_guilds")
    @classmethod
    def _servers(cls, value: str | None) -> str | None:
        try:
            server_ids(value or "")
        except ConfigurationError as error:
            raise whole_line(error) from None
        return value

    @field_validator("juror_search", mode="wrap")
    @classmethod
    def _yes_or_no(cls, value: object, read: ValidatorFunctionWrapHandler) -> object:
        try:
            return read(value)
        except ValidationError:
            raise PydanticCustomError("yes_or_no", "write True or False") from None

    @field_validator(*_CAPS, mode="wrap")
    @classmethod
    def _amount(cls, value: object, read: ValidatorFunctionWrapHandler) -> object:
        if isinstance(value, str) and value.strip().lower() == NO_CAP:
            return None
        try:
            return read(value)
        except ValidationError:
            raise PydanticCustomError(
                "amount", "write US dollars, such as 2.50, above 0 and at most 1000000, or none for no cap"
            ) from None

    @field_validator("host_channel_id", mode="wrap")
    @classmethod
    def _channel(cls, value: object, read: ValidatorFunctionWrapHandler) -> object:
        try:
            return read(value)
        except ValidationError:
            raise PydanticCustomError("channel", "write the id of a channel, or leave it empty") from None

    @field_validator("discord_token")
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().split()) != 1:
            raise PydanticCustomError("token", "it contains a space or a line break; copy the token again")
        return value

    @field_validator("discord_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        # A password would end up in messages and logs, wherever in the address it stands.
        if read_address(value) is None or "@" in value:
            raise PydanticCustomError("address", "write an address like https://discord.com/api/v10, with no password")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _secret_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and read_address(value.get_secret_value()) is None:
            raise PydanticCustomError("address", "write an address like https://example.com/ping, with no password")
        return value

    @property
    def jurors_named(self) -> dict[ModelRef, str]:
        """The models that `JURORS` names, each once, and where it names them; empty when it is unset.

        Raises:
            ConfigurationError: when an entry does not have the form provider/model, or looks like a key.
        """
        return models_named(self.jurors or "", "JURORS")

    @property
    def guilds_allowed(self) -> frozenset[int] | None:
        """The ids of the servers that `ALLOWED_GUILDS` names; None, for every server, when it is unset.

        Raises:
            ConfigurationError: when an entry is not an id.
        """
        return None if self.allowed_guilds is None else server_ids(self.allowed_guilds)

    @property
    def sets_a_cap(self) -> bool:
        """Whether the host has set a cap, other than the one that every server has by default."""
        # A copied .env.example sets the default, which is no decision of the host's.
        defaults = {name: type(self).model_fields[name].default for name in _CAPS}
        return any(getattr(self, name) not in (None, default) for name, default in defaults.items())

    @property
    def lowest_cap(self) -> tuple[str, int] | None:
        """The lowest of the caps, as the setting's name and millionths of a US dollar; None if there is no cap."""
        caps = [(usd, name) for name in _CAPS if (usd := getattr(self, name)) is not None]
        if not caps:
            return None
        usd, name = min(caps)
        return name.upper(), int(usd * MICRO)

    @property
    def caps(self) -> Caps:
        """The caps on what hearings may cost, in millionths of a US dollar."""
        return Caps(
            _millionths(self.daily_cap_usd),
            _millionths(self.monthly_cap_usd),
            _millionths(self.server_daily_cap_usd),
            _millionths(self.server_monthly_cap_usd),
        )


def _millionths(usd: Decimal | None) -> int | None:
    return None if usd is None else int(usd * MICRO)


def load_settings(
    env_file: Path = Path(".env"), *, token: bool = False, needs: Callable[[Settings], Sequence[str]] = lambda _: ()
) -> Settings:
    """Read the settings from the environment, and from `env_file` where the environment has none.

    Args:
        env_file: the file; it may be missing.
        token: whether the bot's token must be set.
        needs: returns a line for each thing that a command lacks in the settings.

    Raises:
        ConfigurationError: when settings cannot be used; a line for each of them names it and says why. Lines about
            variables that look like misspelt settings follow.
    """
    # With a problem no settings are returned, and so no stand-in.
    settings, problems = _read(env_file, stand_in="unread")
    if token and settings.discord_token is None and not any(line.startswith(TOKEN) for line in problems):
        problems.append(HOW_TO_START)
    problems += needs(settings)
    if problems:
        raise ConfigurationError("\n".join(dict.fromkeys([*problems, *map(str, unknown_variables(env_file))])))
    return settings


def read_settings(env_file: Path = Path(".env")) -> tuple[Settings, list[str]]:
    """Read the settings. Return them, with the default in place of each that cannot be used, and a line for each such.

    Raises:
        ConfigurationError: when `env_file` cannot be read at all.
    """
    return _read(env_file)


def _read(env_file: Path, *, stand_in: str | None = None) -> tuple[Settings, list[str]]:
    variables = read_variables(env_file)
    unread = [f"line {number} of {env_file} is not of the form NAME=value; correct it" for number in variables.unread]
    secrets, problems = read_secrets(variables, stand_in=stand_in)
    problems = [*unread, *problems]
    given: dict[str, Any] = {"vendors": vendor_settings({**variables.merged, **secrets})}
    given |= {name.lower(): secrets[name] for name in (TOKEN, HEARTBEAT) if name in secrets}
    try:
        return Settings(_env_file=env_file, **given), problems
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
    problems += map(line_of, wrong)
    given |= {name: Settings.model_fields[name].default for name in {str(one["loc"][0]) for one in wrong}}
    return Settings(_env_file=env_file, **given), problems


def unknown_variables(env_file: Path = Path(".env")) -> list[UnknownVariable]:
    """Return the variables of `env_file` and the environment that are no settings but look like misspelt ones.

    Raises:
        ConfigurationError: when `env_file` cannot be read.
    """
    fields = [name.upper() for name in Settings.model_fields if name != "vendors"]
    return find_typos(read_variables(env_file), fields, str(env_file))
