"""Translation of our texts into the reader's language, and escaping of untrusted text."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import discord

from court.text import one_line

DOMAIN = "court"
LOCALES = Path(__file__).parent.parent / "locales"
"""Gettext catalogues: `<locale>/LC_MESSAGES/court.mo`. Languages without one get English."""

_ENGLISH = gettext.NullTranslations()
_current: ContextVar[gettext.NullTranslations] = ContextVar("current", default=_ENGLISH)

# Discord shows a backslash before punctuation as that punctuation, so everything that can open markup
# is escaped wherever it stands. `discord.utils.escape_markdown` is not enough: it escapes adjacent
# masked links as one and leaves the inner ones live, and it does not know timestamps, slash mentions,
# emoji or bare links.
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]|:(?=//)")
_LINE_START = re.compile(r"^(?:(?=[#+-])|(?P<number>\d+)(?=[.)]))")


@lru_cache
def catalogue(locale: str, folder: Path) -> gettext.NullTranslations:
    """Return the translations into a Discord locale such as `pt-BR`, or the English texts if there are none."""
    return gettext.translation(DOMAIN, folder, [locale.replace("-", "_")], fallback=True)


def use_locale(locale: discord.Locale | str | None) -> None:
    """Use `locale` until the end of the running task."""
    _current.set(_ENGLISH if locale is None else catalogue(str(locale), LOCALES))


@contextmanager
def using_locale(locale: discord.Locale | str | None) -> Iterator[None]:
    """Use `locale` inside the block, or English if it is None."""
    before = _current.set(_current.get())
    try:
        use_locale(locale)
        yield
    finally:
        _current.reset(before)


def _(message: str) -> str:
    """Translate `message` into the current language."""
    return _current.get().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message whose wording depends on `count`."""
    return _current.get().ngettext(singular, plural, count)


def plain(text: str, limit: int) -> str:
    """Return untrusted text as one harmless line of at most `limit` characters, cut with “…”.

    Markdown, mentions, links, timestamps and emoji codes are shown as plain characters. Invisible
    characters and line breaks are removed. The limit includes the backslashes of escapes.
    """
    line = one_line(text)
    shown, keep = _escape(line), len(line)
    while len(shown) > limit:
        keep -= max(1, (len(shown) - limit) // 2)
        shown = _escape(line[:keep].rstrip() + "…")
    return shown


def _escape(line: str) -> str:
    escaped = _MARKUP.sub(r"\\\g<0>", line)
    escaped = _LINE_START.sub(lambda found: (found["number"] or "") + "\\", escaped)
    return discord.utils.escape_mentions(escaped)
