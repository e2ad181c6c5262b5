"""Links that models name, compared with the pages that a search returned. Titles and addresses are untrusted text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from court.models import Source
from court.text import cut, one_line
from court.web import WebAddress, page_title, read_address, without_invites

TITLE_LIMIT = 200
URL_LIMIT = 500
SOURCES_LIMIT = 5
NESTED = 10
"""How many levels of nested links are resolved; links nested deeper are broken up."""


def presentable(found: Iterable[Source]) -> tuple[Source, ...]:
    """Return what a search returned in a form that can be stored and shown: each page once, in its order.

    Titles are cut to one line of 200 characters; a page without a title is named by its host. Addresses that are
    not a plain link of at most 500 characters to the public web are left out, and so are invites to Discord servers.
    """
    pages: dict[str, Source] = {}
    for source in found:
        address = read_address(source.url, longest=URL_LIMIT)
        if address is not None and address.is_public and (page := _normalised(address)) not in pages:
            title = page_title(without_invites(source.title), address)
            pages[page] = replace(source, title=cut(title, TITLE_LIMIT))
    return tuple(pages.values())


def match(named: Iterable[str], found: Sequence[Source]) -> tuple[tuple[Source, ...], int]:
    """Return the named pages that are among those found, in the order named, and the number of links dropped."""
    pages = {comparable(source.url): source for source in presentable(found)}
    kept: dict[str, Source] = {}
    dropped = set()
    for link in named:
        address = comparable(link)
        if address is not None and address in pages:
            kept[address] = pages[address]
        else:
            dropped.add(address or link)
    return tuple(kept.values())[:SOURCES_LIMIT], len(dropped)


def comparable(link: str) -> str | None:
    """Return a web address in a form in which two spellings of it are equal, or None if it is not a web address.

    Scheme and host are in lower case; a slash at the end, the fragment and `utm_…` parameters are removed. An address
    that contains a user name or invisible characters, or is longer than 500 characters, does not count as one.
    """
    address = read_address(link, longest=URL_LIMIT)
    return None if address is None else _normalised(address)


def _normalised(address: WebAddress) -> str:
    parts = address.parts
    # Read and written again, because “a b” may be spelt `a+b` or `a%20b`.
    query = [(name, value) for name, value in parse_qsl(parts.query, True) if not name.lower().startswith("utm_")]
    return parts._replace(
        netloc=parts.netloc.lower(), path=parts.path.rstrip("/"), query=urlencode(query), fragment=""
    ).geturl()


def without_links(text: str) -> tuple[str, list[str]]:
    """Return a text on one line without its links, but with their words, and the addresses of the links."""
    links: list[str] = []

    def words_of(link: re.Match[str]) -> str:
        links.append(link["address"])
        return link["words"] or " "

    line = one_line(text)
    for _ in range(NESTED):
        # Repeated, because what is left of one link may be the beginning of another.
        before = line
        line = _without_bare(_MARKDOWN.sub(words_of, line), words_of)
        if line == before:
            break
    else:
        line = _without_bare(line.replace("](", "] ("), words_of)
    return line, [link for link in links if link]


def _without_bare(text: str, words_of: Callable[[re.Match[str]], str]) -> str:
    kept = (word for word in _BARE.sub(words_of, text).split() if not _STRAY.search(word))
    return _BEFORE_STOP.sub("", " ".join(_EMPTY.sub(" ", " ".join(kept)).split()))


_INSIDE = r"(?:[^\s<>()\[\]\"“”]|\([^\s<>()]*\))"
"""A character of an address, or a part in brackets, as in the addresses of encyclopaedias."""

_MARKDOWN = re.compile(rf"\[(?P<words>[^\[\]]*)\]\(\s*<?(?P<address>{_INSIDE}*+)[^()]*\)")
_BARE = re.compile(
    rf"(?P<words>)(?P<address>(?:[a-z][a-z0-9+.-]{{0,19}}://|\bwww\.){_INSIDE}*{_INSIDE}(?<![.,;:!?]))", re.IGNORECASE
)
_STRAY = re.compile(r"://|\bwww\.", re.IGNORECASE)
_EMPTY = re.compile(r"\(\s*[,;]?\s*\)|\[\s*\]|<\s*>")
_BEFORE_STOP = re.compile(r"\s+(?=[.,;:!?)])")
