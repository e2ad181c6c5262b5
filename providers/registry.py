"""The pool of models: turns a name from the settings into a model that can be asked."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import chain, zip_longest
from typing import Protocol

from court.errors import ModelUnavailable
from court.jury.model import Completion, Model, Request
from court.models import ModelRef
from providers.endpoints import Endpoint, find_endpoint
from providers.importing import importing
from providers.keys import configured_keys, without_keys
from providers.vendors import (
    DEFAULT_JURORS,
    DEFAULT_JURORS_AS_OF,
    VENDORS,
    Vendor,
    VendorSettings,
    base_url_variable,
    key_variable,
    variable_stem,
)

log = logging.getLogger(__name__)

__all__ = [
    "DEFAULT_JURORS",
    "DEFAULT_JURORS_AS_OF",
    "VENDORS",
    "Models",
    "Vendor",
    "VendorSettings",
    "base_url_variable",
    "default_jurors",
    "key_variable",
]


UNMETERED = (
    "%s reports no usage, or an impossible one. Where its price is known, each such answer is charged at its ceiling. "
    "This is logged once."
)


class Adapter(Protocol):
    """One vendor's API, called through its SDK."""

    async def complete(self, model: str, request: Request) -> Completion: ...
    async def aclose(self) -> None: ...


def default_jurors(vendors: Mapping[str, VendorSettings]) -> tuple[ModelRef, ...]:
    """Return the default models of every vendor that has a key, alternating between the vendors.

    The first models of the list therefore come from as many different vendors as possible.
    """
    keyed = {variable_stem(name) for name, settings in vendors.items() if (settings.api_key or "").strip()}
    columns = [
        [ModelRef(provider, model) for model in models]
        for provider, models in DEFAULT_JURORS.items()
        if variable_stem(provider) in keyed
    ]
    return tuple(ref for ref in chain.from_iterable(zip_longest(*columns)) if ref is not None)


class Models:
    """The models by their addresses, with one SDK client per vendor.

    Getting a model checks the settings and costs nothing. The SDKs are imported, off the event
    loop, by `warm_up` or when a model is asked for the first time.
    """

    def __init__(self, vendors: Mapping[str, VendorSettings], *, timeout: float) -> None:
        """Store the settings without opening anything.

        Args:
            vendors: what the host set, keyed by the provider's name as in the addresses.
            timeout: seconds that a server may be silent. An answer may come slower, byte by byte, so the caller
                must set a deadline of its own.
        """
        self._vendors = {variable_stem(name): settings for name, settings in vendors.items()}
        self._keys = configured_keys(vendors)
        self._timeout = timeout
        self._imports = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._models: dict[ModelRef, _LazyModel] = {}

    def get(self, ref: ModelRef, named: str = "") -> Model:
        """Return the model at that address, always the same object.

        Args:
            ref: the address.
            named: where the host named the model, for the error message, such as “JURORS: entry 2”.

        Raises:
            ConfigurationError: when a setting that the model needs is missing or unusable.
        """
        if ref not in self._models:
            endpoint = find_endpoint(ref, self._vendors, named)
            line = self._lines.setdefault(ref.provider, _Line(endpoint, self._timeout, self._imports))
            self._models[ref] = _LazyModel(ref, line, self._keys)
        return self._models[ref]

    async def warm_up(self) -> None:
        """Import the SDK of every model in use, so that its first request does not have to wait.

        A request that comes in the meantime waits for the same import. An import that fails is logged, and tried
        again at the first request.
        """
        for name, line in list(self._lines.items()):
            try:
                await line.open()
            except Exception:
                log.exception("the SDK for %s could not be made ready; its first request tries again", name)

    async def aclose(self) -> None:
        """Close the connections to every vendor that was asked."""
        async with AsyncExitStack() as stack:
            for line in self._lines.values():
                stack.push_async_callback(line.aclose)


class _LazyModel:
    """One model of the pool."""

    def __init__(self, ref: ModelRef, line: _Line, keys: Sequence[str]) -> None:
        self._ref = ref
        self._line = line
        self._keys = keys
        self._doubted = False

    @property
    def ref(self) -> ModelRef:
        return self._ref

    @property
    def can_search(self) -> bool:
        return self._line.can_search

    async def make_ready(self) -> None:
        await self._adapter()

    async def complete(self, request: Request) -> Completion:
        adapter = await self._adapter()
        answer = await adapter.complete(self._ref.model, request)
        if not answer.metered and not self._doubted:
            self._doubted = True
            log.warning(UNMETERED, self._ref)
        # What a model says is stored and shown, and a vendor or a proxy may quote a key in it.
        return without_keys(answer, self._keys)

    async def _adapter(self) -> Adapter:
        try:
            return await self._line.open()
        except Exception as error:
            # Only the error's type is reported: its text may contain a key.
            kind = type(error).__name__
            log.error("the SDK for %s could not be made ready (%s)", self._ref, kind)  # noqa: TRY400
            raise ModelUnavailable(f"its SDK could not be made ready ({kind})", billed=False) from None

    def __repr__(self) -> str:
        return f"Model({self._ref})"


class _Line:
    """The connection to one vendor, opened once and shared by its models."""

    def __init__(self, endpoint: Endpoint, timeout: float, imports: threading.Lock) -> None:
        self._endpoint = endpoint
        self._timeout = timeout
        self._imports = imports
        self._opening: asyncio.Task[Adapter] | None = None

    @property
    def can_search(self) -> bool:
        return bool(self._endpoint.vendor.search)

    async def open(self) -> Adapter:
        if self._opening is None:
            # In a thread: importing an SDK on the loop would block every interaction for a second.
            self._opening = asyncio.create_task(asyncio.to_thread(self._build))
        opening = self._opening
        try:
            # Shielded: a juror whose deadline passes must not close the connection for the others.
            return await asyncio.shield(opening)
        except Exception:
            if self._opening is opening:
                # The next one tries again: the cause may be gone by then.
                self._opening = None
            raise

    async def aclose(self) -> None:
        if self._opening is not None:
            opening, self._opening = self._opening, None
            await asyncio.wait([opening])
            if opening.exception() is None:
                await opening.result().aclose()

    def _build(self) -> Adapter:
        # One import at a time: the SDKs share libraries, and threads that import them at the same time
        # may see a half-initialised module.
        with self._imports, importing():
            if self._endpoint.vendor.interface == "anthropic":
                from providers.anthropic import AnthropicAdapter  # noqa: PLC0415 - imported when needed

                return AnthropicAdapter(self._endpoint, timeout=self._timeout)
            from providers.openai import OpenAIAdapter  # noqa: PLC0415 - imported when needed

            return OpenAIAdapter(self._endpoint, timeout=self._timeout)
