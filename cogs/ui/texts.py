"""Words in the language of the person who reads them, and untrusted words made harmless."""

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
"""Catalogues as gettext keeps them: `<locale>/LC_MESSAGES/court.mo`. What has none speaks English."""

_ENGLISH = gettext.NullTranslations()
_spoken: ContextVar[gettext.NullTranslations] = ContextVar("spoken", default=_ENGLISH)

# Discord takes a backslash before any punctuation for that punctuation. All that can open markup is
# escaped wherever it stands: `discord.utils.escape_markdown` escapes a run of masked links as one
# and leaves live what is inside, and knows neither timestamps, slash mentions, emoji nor bare links.
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]|:(?=//)")
_LINE_START = re.compile(r"^(?:(?=[#+-])|(?P<number>\d+)(?=[.)]))")


@lru_cache
def catalogue(locale: str, folder: Path) -> gettext.NullTranslations:
    """The translations into a Discord locale such as `pt-BR`; the English ones where there are none."""
    return gettext.translation(DOMAIN, folder, [locale.replace("-", "_")], fallback=True)


def use_locale(locale: discord.Locale | str | None) -> None:
    """Speak `locale` from here to the end of the running task."""
    _spoken.set(_ENGLISH if locale is None else catalogue(str(locale), LOCALES))


@contextmanager
def using_locale(locale: discord.Locale | str | None) -> Iterator[None]:
    """Speak `locale` inside the block; English for none."""
    before = _spoken.set(_spoken.get())
    try:
        use_locale(locale)
        yield
    finally:
        _spoken.reset(before)


def _(message: str) -> str:
    """Translate `message` into the language that is spoken."""
    return _spoken.get().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message whose form depends on `count`."""
    return _spoken.get().ngettext(singular, plural, count)


def plain(text: str, limit: int) -> str:
    """Untrusted words as one harmless line of at most `limit` characters, cut with “…”.

    Markdown, mentions, links, timestamps and emoji codes come out as the characters they are made
    of, invisible characters and line breaks not at all. The limit counts what is sent, escapes
    included.
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
