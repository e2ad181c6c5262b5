"""`court demo` as a visitor sees it: a process, an address, and a page in a real browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from bot.demo.picture import FLAGS, find_browser

BROWSER = find_browser()
QUESTION = "brew a decent cup of tea on a moving train"
STATEMENT = f"Can AI {QUESTION}?"
PATIENCE = 20_000
"""Milliseconds for anything on the page to appear; a loaded machine is slow."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine: apt-get install chromium"),
]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the demo in an empty folder, with none of our environment variables set."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-c", "from bot.__main__ import main; main()", "demo"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        if process.poll() is None:
            process.kill()


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield page
        browser.close()


def address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
        if found:
            return found[0]
    assert demo.stderr is not None
    pytest.fail(f"the demo ended without an address: {demo.stderr.read()}")


def view_as(page: Page, who: str) -> None:
    picker = page.get_by_label("Viewing as")
    if picker.locator("option:checked").inner_text() != who:
        picker.select_option(label=who)
        # Until the page has switched to that person, it drops what is typed into it.
        expect(page.locator("#action-status")).to_have_text(re.compile("Preview ready|Action completed"))


def command(page: Page, name: str, option: str, text: str) -> None:
    """Pick a slash command in the composer and fill in an option, without sending it."""
    field = page.locator(f'.command-option-input[data-option="{option}"]')
    for _ in range(10):
        try:
            if not page.locator(".command-chip").is_visible():
                page.locator("#channel-composer-input").fill("")
                page.locator("#channel-composer-input").press_sequentially(f"/{name}")
                page.locator("#command-picker-listbox .command-entry").first.click(timeout=2_000)
            page.locator(f'.command-suggestion[data-value="{option}"]').click(timeout=2_000)
            field.wait_for(timeout=2_000)
            break
        except PlaywrightTimeoutError:
            # The page was published again before the visitor was done: try again.
            continue
    field.press_sequentially(text)
    expect(field).to_have_value(text)


def card(page: Page, *texts: str) -> Locator:
    """Return the last message on the page that has all these texts."""
    found = page.locator("#channel-message-list article")
    for text in texts:
        found = found.filter(has_text=text)
    return found.last


def test_a_visitor_asks_approves_votes_and_looks_up_the_ruling(demo: subprocess.Popen[str], page: Page) -> None:
    page.goto(address(demo))
    # The page reports its size first, and drops what is typed until that is answered.
    expect(page.locator("#action-status")).to_have_text("Viewport updated")
    expect(card(page, "Can AI negotiate a phone contract", "overturned")).to_be_visible()
    expect(card(page, "Can AI cook an omelette", "Mistrial")).to_be_visible()
    assert page.get_by_text("Rehearsal: scripted jurors, not the opinion of any AI model").count() >= 3

    # A member asks.
    view_as(page, "member")
    command(page, "ask", "question", QUESTION)
    page.keyboard.press("Enter")
    expect(card(page, STATEMENT, "moderators")).to_be_visible()

    # The moderator approves on the card, and the hearing is held.
    filed = card(page, STATEMENT).filter(has=page.get_by_role("button", name="Approve"))
    expect(filed).to_be_visible()
    view_as(page, "moderator")
    filed.get_by_role("button", name="Approve").click()
    expect(card(page, STATEMENT, "Approved by")).to_be_visible()
    ruling = card(page, STATEMENT, "panel confidence", "first ruling")
    expect(ruling).to_be_visible()
    expect(ruling).to_contain_text("Rehearsal")
    expect(ruling).to_contain_text("presiding")

    # Two people vote, one by reaction and one by button.
    ruling.locator(".reaction-chip").filter(has_text="✅").click()
    view_as(page, "member")
    card(page, STATEMENT, "first ruling").get_by_role("button", name="Maybe").click()
    expect(card(page, "Maybe", "2 votes")).to_be_visible()

    # The same ruling, found by words, with the audience's votes.
    command(page, "verdict", "case", "cup of tea")
    page.locator(".command-suggestion", has_text=STATEMENT).click()
    page.keyboard.press("Enter")
    shown = card(page, STATEMENT, "2 votes · 50 % Yes · 50 % Maybe · 0 % No")
    expect(shown).to_be_visible()
    expect(shown).to_contain_text("first ruling")

    # Ctrl-C stops the demo cleanly.
    demo.send_signal(signal.SIGINT)
    assert demo.wait(timeout=15) == 0
    assert demo.stderr is not None
    assert "Traceback" not in demo.stderr.read()
