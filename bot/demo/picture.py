"""Takes a picture of the first ruling on the demo's page, like the one in the README."""

from __future__ import annotations

import shutil
from pathlib import Path

from court.errors import ConfigurationError

NO_BROWSER = "a picture needs a browser: install Debian's chromium (apt-get install chromium)"
NO_DRIVER = "a picture needs Playwright: run it as `uv run court demo --picture FILE`, or pip install playwright"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WIDTH, HEIGHT, SCALE = 760, 1400, 2


def find_browser() -> str | None:
    """Return the path of this machine's Chromium or Chrome, or None. Playwright's own browser is never downloaded."""
    return shutil.which("chromium") or shutil.which("google-chrome")


async def take(url: str, picture: Path) -> None:
    """Save the oldest ruling card that the page at `url` shows to `picture`, as PNG.

    Raises:
        ConfigurationError: when there is no browser, or no Playwright to control it.
    """
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - only this needs it
    except ImportError:
        raise ConfigurationError(NO_DRIVER) from None
    browser = find_browser()
    if browser is None:
        raise ConfigurationError(NO_BROWSER)
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = await chromium.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme="dark"
        )
        await page.goto(url)
        card = page.locator("#channel-message-list .component-container").first
        await card.wait_for()
        await card.screenshot(path=picture)
        await chromium.close()
