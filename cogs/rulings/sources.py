"""The evidence behind a ruling: pages that a vendor's search returned. Titles and links are strangers' words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from urllib.parse import quote, urlsplit

from discord.utils import format_dt

from cogs.ui.texts import _, ngettext, plain
from court.models import Background, Source

SOURCES = 3
"""Sources on one card; the others are counted."""

TITLE_LIMIT = 70
LINK_LIMIT = 300
HOST_LIMIT = 40

_SCHEMES = {"http", "https"}
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_KEPT = ":/?#!$&+,;=%"
"""What a link is made of besides letters, digits and `-._~`, and what can end no masked link and open no markup."""

_NOON = time(12, tzinfo=UTC)
"""Discord shows moments in the reader's time zone: at noon it is the same day in nearly all of them."""


def evidence_lines(background: Background | None, room: int) -> list[str]:
    """The sources in small print, those that fit into `room` characters, and how many more there are.

    Nothing where nobody searched. How many sources there are is said even where there is no room.
    """
    if background is None:
        return []
    sources = background.sources
    if not sources:
        return [_("-# No public reference was put before the jury")]
    for count in range(min(SOURCES, len(sources)), 0, -1):
        lines = [_("-# Put before the jury:"), *(_source_line(source, background.at) for source in sources[:count])]
        if more := len(sources) - count:
            lines.append(ngettext("-# and {count} more source", "-# and {count} more sources", more).format(count=more))
        if len("\n".join(lines)) <= room:
            return lines
    return [_uncited(len(sources))]


def safe_link(url: str) -> str | None:
    """The link as it may stand in `[title](link)`; none where it leads to no public page or tries tricks."""
    if len(url) > LINK_LIMIT or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        tricks = "@" in parts.netloc or "\\" in parts.netloc or parts.scheme not in _SCHEMES
    except ValueError:
        return None
    if tricks or not _HOST.fullmatch(host):
        return None
    link = quote(url, safe=_KEPT)
    return link if len(link) <= LINK_LIMIT else None


def _source_line(source: Source, seen_at: datetime) -> str:
    title = plain(source.title, TITLE_LIMIT)
    link = safe_link(source.url)
    if link is None:
        what = title or _("a page without a title")
    else:
        host = plain((urlsplit(link).hostname or "").removeprefix("www."), HOST_LIMIT)
        what = f"[{title}]({link}) · {host}" if title else f"[{host}]({link})"
    if source.published is not None:
        return f"-# {what} · {format_dt(datetime.combine(source.published, _NOON), 'D')}"
    return "-# " + _("{source} · seen {date}").format(source=what, date=format_dt(seen_at, "D"))


def _uncited(count: int) -> str:
    return ngettext(
        "-# {count} public source was put before the jury", "-# {count} public sources were put before the jury", count
    ).format(count=count)
