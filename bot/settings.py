"""The host's settings, read from the environment and `.env` when a command runs, never at import.

Any vendor name is allowed in `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL`, so these variables are
collected by their endings. Every other setting is a field.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidatorFunctionWrapHandler, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from court.errors import ConfigurationError
from court.hearings.budget import Caps
from court.models import MICRO, ModelRef
from court.web import read_address
from providers.keys import looks_like_key
from providers.registry import VendorSettings

DISCORD_API_URL = "https://discord.com/api/v10"
EXAMPLE = "anthropic/claude-sonnet-5-5"
_KEY, _BASE = "_API_KEY", "_BASE_URL"


Usd = Annotated[Decimal, Field(ge=Decimal("0.000001"), le=1_000_000)]
"""Money is stored in millionths of a dollar, so a lower cap would allow nothing at all."""


NO_CAP = "none"
_LARGEST_ID = 2**63
_DIGITS_OF_ID = 19

_CAPS = ("daily_cap_usd", "monthly_cap_usd", "server_daily_cap_usd", "server_monthly_cap_usd")


class Settings(BaseSettings):
    """The settings. The environment variables are the field names in upper case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    discord_token: SecretStr | None = None
    database_url: str = "sqlite:///data/court.sqlite3"
    jurors: str | None = None
    judge: str | None = None
    panel_size: Annotated[int, Field(ge=3, le=7)] = 5
    juror_timeout: Annotated[float, Field(gt=0, le=3600)] = 60
    juror_search: bool = False
    background_days: Annotated[int, Field(ge=0, le=3650)] = 30
    daily_cap_usd: Usd | None = None
    monthly_cap_usd: Usd | None = None
    server_daily_cap_usd: Usd | None = Decimal("5.00")
    server_monthly_cap_usd: Usd | None = None
    prices: str | None = None
    allowed_guilds: str | None = None
    host_channel_id: Annotated[int, Field(ge=1, lt=_LARGEST_ID)] | None = None
    discord_api_url: str = DISCORD_API_URL
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    vendors: Annotated[dict[str, VendorSettings], Field(exclude=True)] = {}

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

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
        if self.allowed_guilds is None:
            return None
        entries = [entry.strip() for entry in self.allowed_guilds.split(",") if entry.strip()]
        for number, entry in enumerate(entries, start=1):
            if not _is_id(entry):
                raise ConfigurationError(
                    f"ALLOWED_GUILDS: entry {number} is not the id of a server; write ids like 1100000000000000001, "
                    "separated by commas (in Discord: developer mode, right-click the server, Copy Server ID)"
                )
        return frozenset(map(int, entries))

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


def _is_id(text: str) -> bool:
    # Python refuses to read very long numbers, with an error of its own.
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_ID and 0 < int(text) < _LARGEST_ID


def _millionths(usd: Decimal | None) -> int | None:
    return None if usd is None else int(usd * MICRO)


def models_named(text: str, setting: str) -> dict[ModelRef, str]:
    """Read models, separated by commas. Return each with the place where it is named first: “JURORS: entry 2”.

    Raises:
        ConfigurationError: when an entry does not have the form provider/model, or looks like a key.
    """
    named: dict[ModelRef, str] = {}
    for number, entry in enumerate((entry for entry in text.split(",") if entry.strip()), start=1):
        place = f"{setting}: entry {number}"
        named.setdefault(model_ref(entry, place), place)
    return named


def model_ref(name: str, place: str) -> ModelRef:
    """Parse one `provider/model`, which the host wrote in that place: “JUDGE”, or “JURORS: entry 2”.

    Raises:
        ConfigurationError: when `name` does not have that form, or looks like a key. It is not quoted.
    """
    if looks_like_key(name):
        raise ConfigurationError(
            f"{place} looks like a key: keys belong in <PROVIDER>_API_KEY; write a model here, for example {EXAMPLE}"
        )
    try:
        return ModelRef.parse(name)
    except ValueError as error:
        raise ConfigurationError(f"{place} is {error}; write for example {EXAMPLE}") from None


def load_settings(env_file: Path = Path(".env")) -> Settings:
    """Read the settings from the environment, and from `env_file` where the environment has none.

    Raises:
        ConfigurationError: when a setting cannot be used; the message names it and says why.
    """
    try:
        written = {name: value for name, value in dotenv_values(env_file).items() if value}
        merged = {**written, **{name: value for name, value in os.environ.items() if value}}
        return Settings(_env_file=env_file, vendors=vendor_settings(merged))
    except UnicodeDecodeError:
        raise ConfigurationError(f"{env_file} is not a UTF-8 file; save it again as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"{env_file} cannot be read ({error.strerror}); make it readable for court") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise ConfigurationError(f"{name}: {first['msg'][:1].lower()}{first['msg'][1:]}") from None


def vendor_settings(environment: Mapping[str, str]) -> dict[str, VendorSettings]:
    """Collect `<PROVIDER>_API_KEY` and `<PROVIDER>_BASE_URL` by provider name, in lower case with `-` for `_`."""
    keys = {name.removesuffix(_KEY): value for name, value in environment.items() if name.endswith(_KEY)}
    bases = {name.removesuffix(_BASE): value for name, value in environment.items() if name.endswith(_BASE)}
    return {
        name.lower().replace("_", "-"): VendorSettings(api_key=keys.get(name), base_url=bases.get(name))
        for name in sorted({*keys, *bases})
        if name
    }
