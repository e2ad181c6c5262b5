"""Web addresses are read or refused, and never bring an error."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from court.text import one_line
from court.web import WebAddress, page_title, read_address, without_invites

HOSTS = st.sampled_from(["example.org", "www.example.org", "localhost", "127.0.0.1", "[::1]", "bücher.example"])
PORTS = st.one_of(st.just(""), st.integers(1, 65_535).map(":{}".format))
PATHS = st.lists(st.sampled_from([*"abé(~)@%;,", "/", "%20"]), max_size=8).map("".join)
PARAMETERS = st.lists(st.sampled_from(["a=1", "b=x%20y", "c", "", "utm_source=openai", "utm_medium=x"]), max_size=5)

ADDRESSES = st.builds(
    "{}://{}{}/{}?{}#{}".format, st.sampled_from(["http", "https", "HTTPS"]), HOSTS, PORTS, PATHS, PATHS, PATHS
)


def read(text: str) -> WebAddress:
    address = read_address(text)
    assert address is not None
    return address


@pytest.mark.parametrize(
    ("text", "host", "has_domain"),
    [
        ("https://example.org", "example.org", True),
        ("HTTP://WWW.Example.ORG:8443/Path?q=1#part", "www.example.org", True),
        ("https://example.org/@name", "example.org", True),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", True),
        ("http://localhost:11434/v1", "localhost", False),
        ("http://ollama/v1", "ollama", False),
        ("http://[::1]:8080/", "::1", False),
        ("https://bücher.example/", "bücher.example", False),
        ("https://exampl\u0435.org/", "exampl\u0435.org", False),
        ("https://example.org./", "example.org.", False),
    ],
)
def test_address_has_its_host_in_lower_case_and_keeps_its_spelling(text: str, host: str, has_domain: bool) -> None:
    address = read(text)

    assert (address.text, address.host, address.has_domain) == (text, host, has_domain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "//example.org/",
        "https://",
        "https:///path",
        "https://:443/",
        "ftp://example.org/",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,hello",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://@example.org/",
        "https://example.org\\@evil.org/",
        "https://example.org\\evil",
        "https://example.org:0/",
        "https://example.org:port/",
        "https://example.org:-1/",
        "https://example.org:65536/",
        "https://[example.org/",
        "https://example.org]/",
        "https://[example.org]/",
        "https://example.org\u2100/",
        " https://example.org/",
        "https://example.org/ ",
        "https://example.org/a b",
        "https://exam\tple.org/",
        "https://example.org/\n",
        "https://example.org/\u00a0",
        "https://example.org/\u2028",
        "https://example.org/\x00",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\u200b",
        "https://example.org/\u3164",
        "https://example.org/\ud800",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert read_address(text) is None


def test_longest_address_is_one_of_the_limit() -> None:
    text = "https://example.org/"

    assert read_address(text, longest=len(text)) == read(text)
    assert read_address(text, longest=len(text) - 1) is None


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.7", "172.16.9.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
        *("2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0", "1.1.1.1.1"),
        *("134744072", "010.8.8.8", "8.8.8.256", "0x", "example.0x7f", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1"),
        *(
            "[::]",
            "[::1]",
            "[fe80::1]",
            "[fe80::1%25eth0]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[ff02::1]",
            "[2001:db8::1]",
        ),
        *("[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]"),
        *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::ffff:0:127.0.0.1]"),
        *(
            "localhost",
            "LOCALHOST",
            "localhost.",
            "ollama",
            "app.localhost",
            "printer.local",
            "metadata.google.internal",
        ),
        *("router.lan", "nas.home.arpa", "host.localdomain", "wiki.corp", "x.intranet", "abc.onion", "ABC.ONION."),
        *("%6cocalhost", "%6c%6f%63alhost.", "site.i2p", "web.test", "a.invalid"),
        *(
            "discord.gg",
            "DISCORD.GG",
            "www.discord.gg",
            "discord.gg.",
            "dsc.gg",
            "discord.me",
            "discord.io",
            "invite.gg",
        ),
    ],
)
def test_an_address_in_a_local_network_or_of_an_invite_is_not_public(host: str) -> None:
    for scheme, rest in (("http", ""), ("https", "/"), ("https", "/page?q=1#part"), ("http", ":8080/latest/meta-data")):
        assert not read(f"{scheme}://{host}{rest}").is_public, (host, rest)


@pytest.mark.parametrize("host", ["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"])
@pytest.mark.parametrize(
    "path",
    [
        *("/invite/abc", "//invite/abc", "/INVITE/abc", "/%69nvite/abc", "/invite", "/template/x"),
        *("/oauth2/authorize?a=1", "/api/oauth2/authorize", "/servers/some-server-1"),
    ],
)
def test_an_invite_is_not_public(host: str, path: str) -> None:
    assert not read(f"https://{host}{path}").is_public


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://discord.com/developers/docs",
        "https://discord.com/blog/invite/abc",
        "https://support.discord.com/hc/articles/1",
        "https://mydiscord.me/page",
        "https://internal.example.org/",
        "https://local.example.org/",
        "https://bücher.example/",
        "https://en.wikipedia.org/wiki/192.168.0.1",
        "https://3.basecamp.com/",
    ],
)
def test_the_public_web_is_public(text: str) -> None:
    assert read(text).is_public


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("See discord.gg/abc now.", "See now."),
        ("Join https://discord.gg/abc, or discord.com/invite/abc!", "Join or"),
        ("DISCORD.GG/a discordapp.com/invite/b www.dsc.gg/c (discord.me/d)", "( )"),
        ("discord.ggdiscord.gg/abc/abc", None),
        ("See betterdiscord.io/docs, https://betterdiscord.io/ and the my-discord.me/list page.", None),
        ("加入discord.gg/abc", "加入"),
        ("xhttps://discord.gg/abc x.discord.gg/abc", "xhttps:// x."),
        ("dis\u200bcord.gg/abc", ""),
        ("ptb.discord.com/oauth2/authorize?client_id=1 is a bot", "is a bot"),
        ("Discord.gg is the domain of discord.com, where invites live.", None),
        ("It ran 3/4 of discord.py tests in/out.", None),
    ],
)
def test_invites_are_cut_from_a_text(text: str, left: str | None) -> None:
    line = without_invites(text)
    assert line == (text if left is None else left)
    assert without_invites(line) == line


@given(st.lists(st.sampled_from(["discord.gg/", "discord", ".gg", "/", "a", " ", "https://", "dsc", ".com/invite/"])))
def test_no_invite_survives(parts: list[str]) -> None:
    line = without_invites("".join(parts))

    assert without_invites(line) == line
    assert re.search(r"(?<![a-z])discord\.gg/", line) is None


@given(ADDRESSES)
def test_address_made_of_good_parts_is_read(text: str) -> None:
    assert read(text).text == text


@given(
    st.one_of(
        st.text(st.characters()),
        st.text(st.characters()).map("https://{}".format),
        st.text(st.characters()).map("https://example.org{}".format),
        st.lists(st.sampled_from(["http", *"s:/@\\[]?#", "//", "a.b", "80"])).map("".join),
    )
)
@example("https://a.b\\@a.b")
def test_no_text_at_all_brings_an_error_or_a_disguised_host(text: str) -> None:
    address = read_address(text)

    if address is not None:
        assert address.text == text == one_line(text)
        assert text.lower().startswith(("http://", "https://"))
        assert address.host == address.host.lower() != ""
        assert not {*"@\\ "} & {*address.parts.netloc}


@given(ADDRESSES.map(lambda text: text.partition("?")[0]), PARAMETERS)
def test_parameters_are_dropped_by_what_is_written_and_the_others_stay(page: str, parameters: list[str]) -> None:
    def is_tracking(part: str) -> bool:
        return part.startswith("utm_")

    address = read(f"{page}?{'&'.join(parameters)}")

    clean = address.without_parameters(is_tracking)

    assert read(clean.text) == clean
    assert clean.without_parameters(is_tracking) is clean
    assert clean.parts.query == "&".join(part for part in parameters if not is_tracking(part))
    assert (clean.host, clean.parts.path) == (address.host, address.parts.path)


def test_address_that_loses_nothing_keeps_its_spelling() -> None:
    address = read("HTTPS://Example.org?#")

    assert address.without_parameters(lambda part: part == "utm_source=openai") is address


def test_page_without_a_title_bears_the_name_of_its_host() -> None:
    address = read("https://Example.org:8443/x")

    assert page_title("A\nstudy\u202e", address) == "A study"
    assert page_title(" \u200b\n", address) == "example.org"
