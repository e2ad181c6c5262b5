"""The pool: the host's error messages, when the SDKs are imported, and the default jurors."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from typing import Any, get_args

import pytest
from openai.types.shared import ChatModel

from court.errors import ConfigurationError, ModelTimeout, ModelUnavailable
from court.jury.pool import Jury
from court.models import ModelRef, Price, Usage
from providers.registry import (
    DEFAULT_JURORS,
    VENDORS,
    Models,
    VendorSettings,
    base_url_variable,
    default_jurors,
    key_variable,
)
from tests.fakes.vendor import LoopbackVendor, always, answer
from tests.providers.asking import KEY, PAPER, REQUEST, reach


def problem_with(ref: str, vendors: dict[str, VendorSettings], named: str = "JURORS: entry 2") -> str:
    with pytest.raises(ConfigurationError) as caught:
        Models(vendors, timeout=5).get(ModelRef.parse(ref), named)
    return str(caught.value)


# --- error messages for the host ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "vendors", "message"),
    [
        ("openai/gpt-6-luna", {}, "JURORS: entry 2: set OPENAI_API_KEY"),
        ("openai/gpt-6-luna", {"openai": VendorSettings("  ")},
         "JURORS: entry 2: set OPENAI_API_KEY"),
        ("xai/grok-4.6", {"xai": VendorSettings(None, "https://proxy.example/v1")},
         "JURORS: entry 2: set XAI_API_KEY"),
        ("my-lab/deep/model", {},
         "JURORS: entry 2: the court does not know its provider: set <PROVIDER>_BASE_URL to the address of its "
         "OpenAI-compatible API, and <PROVIDER>_API_KEY if it needs a key"),
        ("my-lab/deep/model", {"my_lab": VendorSettings(KEY)},
         "JURORS: entry 2: set MY_LAB_BASE_URL to the address of its OpenAI-compatible "
         "API, and MY_LAB_API_KEY if it needs a key"),
        ("opnai/gpt-6-luna", {},
         "JURORS: entry 2: the court does not know its provider: set <PROVIDER>_BASE_URL to the address of its "
         "OpenAI-compatible API, and <PROVIDER>_API_KEY if it needs a key; or did you mean “openai”?"),
        ("opnai/gpt-6-luna", {"opnai": VendorSettings(KEY)},
         "JURORS: entry 2: set OPNAI_BASE_URL to the address of its OpenAI-compatible "
         "API, and OPNAI_API_KEY if it needs a key; or did you mean “openai”?"),
        ("my.lab/m", {}, "JURORS: entry 2: a provider's name may contain only letters, digits, - and _"),
        ("scripted/juror-1", {"scripted": VendorSettings(KEY, "https://host/v1")},
         "JURORS: entry 2: scripted jurors sit only in rehearsals; name a vendor's model instead"),
    ],
)  # fmt: skip
def test_message_names_what_to_set(ref: str, vendors: dict[str, VendorSettings], message: str) -> None:
    assert problem_with(ref, vendors) == message


def test_message_names_the_setting_that_names_the_model() -> None:
    assert problem_with("groq/m", {}, "JUDGE") == "JUDGE: set GROQ_API_KEY"


@pytest.mark.parametrize(
    "url",
    ["localhost:8000/v1", "ftp://host/v1", "http://", "https:///v1", "http://host:port/v1", "http://[::1/v1",
     f"https://me:{KEY}@host/v1", "http://host:0/v1", "https://host\\v1", "https://host/\u200bv1"],
)  # fmt: skip
def test_address_that_cannot_be_asked(url: str) -> None:
    message = problem_with("lab/m", {"lab": VendorSettings(None, url)})
    assert message == "JURORS: entry 2: set LAB_BASE_URL to an address like https://host/v1, without a password"


@pytest.mark.parametrize("key", [f"{KEY} {KEY}", f"{KEY}\n{KEY}", f"{KEY}…", f"{KEY}\u200b"])
def test_key_that_was_copied_badly(key: str) -> None:
    message = problem_with("openai/m", {"openai": VendorSettings(key)})
    assert message == (
        "JURORS: entry 2: OPENAI_API_KEY contains a space or a character that no key has; copy the key again"
    )


# --- what is enough ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "vendors"),
    [
        ("openai/gpt-6-luna", {"openai": VendorSettings(f" {KEY}\n")}),
        ("anthropic/claude-opus-5-5", {"anthropic": VendorSettings(KEY)}),
        ("openrouter/meta/llama:free", {"openrouter": VendorSettings(KEY)}),
        ("ollama/llama3.3:70b", {}),
        ("vllm/org/model", {}),
        ("lab/m", {"lab": VendorSettings(None, "http://10.0.0.7:8080/v1")}),
        ("my-lab/m", {"my_lab": VendorSettings(KEY, "https://host/v1")}),
    ],
)
def test_model_is_given_and_kept(ref: str, vendors: dict[str, VendorSettings]) -> None:
    pool = Models(vendors, timeout=5)
    model = pool.get(ModelRef.parse(ref))
    assert str(model.ref) == ref
    assert pool.get(ModelRef.parse(ref)) is model


def test_names_of_the_variables() -> None:
    assert (key_variable("openai"), base_url_variable("openai")) == ("OPENAI_API_KEY", "OPENAI_BASE_URL")
    assert (key_variable("my-lab"), base_url_variable("my-lab")) == ("MY_LAB_API_KEY", "MY_LAB_BASE_URL")


def test_settings_do_not_show_the_key() -> None:
    assert repr(VendorSettings(KEY, "https://host")) == "VendorSettings(base_url='https://host')"


async def test_pool_that_asked_nobody_closes() -> None:
    pool = Models({"openai": VendorSettings(KEY)}, timeout=5)
    pool.get(ModelRef("openai", "m"))
    await pool.aclose()


def test_no_sdk_is_imported_before_a_question() -> None:
    program = """
import sys
from court.models import ModelRef
from providers.registry import Models, VendorSettings, default_jurors
vendors = {"openai": VendorSettings("k"), "anthropic": VendorSettings("k")}
pool = Models(vendors, timeout=5)
for ref in default_jurors(vendors):
    pool.get(ref)
print(sorted({"openai", "anthropic", "httpx2", "pydantic"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


IMPORTS = """
import asyncio, sys, threading, time
from court.models import ModelRef
from providers.registry import Models, VendorSettings

imported = []

class Witness:
    @staticmethod
    def find_spec(name, path, target=None):
        if name in ("openai", "anthropic"):
            imported.append((name, threading.current_thread() is threading.main_thread()))

sys.meta_path.insert(0, Witness)
pool = Models({name: VendorSettings("k") for name in ("openai", "mistral", "anthropic")}, timeout=5)
"""


def printed(body: str) -> str:
    """What the body of a coroutine prints in a process that has imported no SDK."""
    program = f"{IMPORTS}\nasync def main():{textwrap.indent(body, '    ')}\nasyncio.run(main())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr
    return done.stdout.strip()


def test_a_pool_is_warmed_by_what_its_models_need_once_and_off_the_loop() -> None:
    told = printed("""
await pool.warm_up()
print(imported, end=" ")
for name in ("openai", "mistral"):
    pool.get(ModelRef(name, "m"))
await asyncio.gather(pool.warm_up(), pool.warm_up())
print(imported)
await pool.aclose()
""")
    assert told == "[] [('openai', False)]"


def test_the_loop_goes_on_while_the_sdks_are_imported() -> None:
    told = printed("""
for name in ("openai", "anthropic"):
    pool.get(ModelRef(name, "m"))
turns, began = 0, time.perf_counter()
warming = asyncio.create_task(pool.warm_up())
while not warming.done():
    await asyncio.sleep(0.005)
    turns += 1
print(turns, time.perf_counter() - began)
await pool.aclose()
""")
    turns, seconds = told.split()
    # Some hundred a second; with an import on the loop, two in all.
    assert int(turns) > 10 * float(seconds)


async def test_an_sdk_that_cannot_be_made_ready_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from providers.openai import OpenAIAdapter

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no certificates")

    initialise = OpenAIAdapter.__init__
    monkeypatch.setattr(OpenAIAdapter, "__init__", refuse)
    pool = Models({"openai": VendorSettings(KEY), "anthropic": VendorSettings(KEY)}, timeout=5)
    models = [pool.get(ModelRef(name, "m")) for name in ("openai", "anthropic")]
    await pool.warm_up()
    assert [record.args for record in caplog.records] == [("openai",)]
    for ask in (models[0].make_ready(), models[0].complete(REQUEST)):
        with pytest.raises(ModelUnavailable, match=r"^its SDK could not be made ready \(OSError\)$") as raised:
            await ask
        assert not raised.value.billed, "nothing was asked"
    caplog.clear()

    monkeypatch.setattr(OpenAIAdapter, "__init__", initialise)
    await pool.warm_up()
    assert caplog.records == [], "the cause is gone, and so is the error"
    await pool.aclose()


async def test_an_import_that_ends_after_the_deadline_is_not_billed(monkeypatch: pytest.MonkeyPatch) -> None:
    from providers.openai import OpenAIAdapter

    initialise = OpenAIAdapter.__init__

    def dawdle(*given: Any, **named: Any) -> None:
        time.sleep(0.5)
        initialise(*given, **named)

    monkeypatch.setattr(OpenAIAdapter, "__init__", dawdle)
    async with LoopbackVendor(always(answer(PAPER))) as vendor:
        pool = Models({"openai": reach(vendor, "openai")}, timeout=5)
        model = pool.get(ModelRef("openai", "m"))
        jury = Jury({model.ref: model}, None, panel_size=1, timeout=0.1, tariff=lambda _ref: Price(3, 15))
        with pytest.raises(ModelTimeout) as raised:
            await jury.ask(model, REQUEST, jury.deadline())
        await pool.aclose()
    assert (raised.value.billed, raised.value.usage, vendor.asked) == (False, Usage(), [])


# --- default jurors ----------------------------------------------------------------------------


def test_defaults_alternate_between_the_vendors_that_have_a_key() -> None:
    vendors = {
        "anthropic": VendorSettings(KEY),
        "openai": VendorSettings(KEY),
        "gemini": VendorSettings(KEY),
        "mistral": VendorSettings(None, "https://host/v1"),
        "groq": VendorSettings(" "),
    }
    providers = [ref.provider for ref in default_jurors(vendors)]
    assert providers == ["openai", "anthropic", "gemini", "openai", "anthropic", "gemini", "openai", "anthropic"]


def test_no_key_no_defaults() -> None:
    assert default_jurors({}) == ()
    assert default_jurors({"ollama": VendorSettings(None, "http://host/v1")}) == ()


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_one_key_of_the_two_seats_a_panel(provider: str) -> None:
    assert len(set(default_jurors({provider: VendorSettings(KEY)}))) >= 3


def test_every_default_can_be_asked_with_a_key_alone() -> None:
    assert set(DEFAULT_JURORS) == {name for name, vendor in VENDORS.items() if vendor.needs_key} - {"openrouter"}
    vendors = {provider: VendorSettings(KEY) for provider in DEFAULT_JURORS}
    pool = Models(vendors, timeout=5)
    refs = default_jurors(vendors)
    assert len(refs) == sum(len(models) for models in DEFAULT_JURORS.values())
    for ref in refs:
        assert pool.get(ref).ref == ref


def test_defaults_are_models_that_the_installed_sdks_know() -> None:
    from anthropic.resources.messages import DEPRECATED_MODELS
    from anthropic.types.model import Model

    literal, _any_string = get_args(Model)
    assert set(DEFAULT_JURORS["openai"]) <= set(get_args(ChatModel))
    assert set(DEFAULT_JURORS["anthropic"]) <= set(get_args(literal)) - set(DEPRECATED_MODELS)
