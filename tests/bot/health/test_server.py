"""/healthz and /metrics on the loopback, of a court over a real record."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from decimal import Decimal

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.health import readings, rules
from bot.health.watch import Watch
from court.errors import ConfigurationError, StorageError
from court.models import MICRO
from tests.bot.health.watched import LOOPBACK, Watched, free_port, settings_at, watched
from tests.court.house import FILER, GUILD, MOD_CHANNEL, OTHER_GUILD, VERDICT_CHANNEL, House


async def failing(court: Watched) -> dict[str, str]:
    """Return the reasons of the checks that fail, which the status must go with."""
    status, body = await court.get("/healthz")
    said = json.loads(body)
    found = {name: check["reason"] for name, check in said["checks"].items() if not check["ok"]}
    assert status == (503 if found else 200)
    assert said["status"] == ("failing" if found else "ok")
    return found


async def test_a_bot_that_starts_is_not_well_yet() -> None:
    async with watched() as court:
        status, body = await court.get("/healthz")
        assert (status, json.loads(body)["status"]) == (503, "starting")
        court.greet()
        assert await failing(court) == {}


async def test_a_silent_gateway_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as court:
        court.greet()
        assert await failing(court) == {}
        monkeypatch.setattr(rules, "HEARD_WITHIN", 0.0)
        assert set(await failing(court)) == {"gateway"}
        monkeypatch.setattr(rules, "HEARD_WITHIN", 10.0)
        court.watch.gateway.noted("socket_raw_receive", ['{"op": 11}'])
        assert await failing(court) == {}


async def test_a_ticker_that_stands_still_is_not_well() -> None:
    async with watched() as court:
        court.greet()
        court.since_tick[0] = rules.TICK_WITHIN + 1
        assert set(await failing(court)) == {"tick"}


async def test_a_write_that_hangs_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "WRITTEN_WITHIN", 0.05)
    async with watched() as court:
        court.greet()
        async with court.house.store.writing():
            await asyncio.sleep(0.06)
            assert "a write has hung" in (await failing(court))["writer"]
        assert await failing(court) == {}


async def test_a_record_that_cannot_be_written_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched() as court:
        court.greet()

        def full(*_: object) -> None:
            raise StorageError("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr("storage.database._Opened._check_file", full)
            with pytest.raises(StorageError):
                await court.house.set_up()
        assert "a write failed" in (await failing(court))["writer"]
        assert (await court.metrics())["court_write_failures_total"] == 1


async def test_a_record_that_cannot_be_read_is_not_well_and_has_no_figures() -> None:
    async with watched() as court:
        court.greet()
        court.house.store.fail("backlogs.at", StorageError("the disk failed"))
        assert set(await failing(court)) == {"hearings", "messages"}
        shown = await court.metrics()
        assert shown['court_ok{check="hearings"}'] == 0
        assert "court_outbox" not in shown


async def test_hearings_that_wait_and_are_not_held_are_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "FRESH", 0.0)
    async with watched() as court:
        court.greet()
        await court.house.set_up()
        await court.house.docketed()
        await court.house.deliver_all()
        assert await failing(court) == {}
        court.house.clock.advance(minutes=11)
        assert set(await failing(court)) == {"hearings"}
        assert (await court.metrics())["court_hearing_queue_seconds"] == 660
        assert await court.app.queue.hold_next()
        await court.house.deliver_all()
        assert await failing(court) == {}


async def test_hearings_that_a_cap_holds_up_are_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "FRESH", 0.0)
    async with watched(daily_cap_usd=Decimal("0.000001")) as court:
        court.greet()
        await court.house.set_up()
        await court.house.docketed()
        assert await court.app.queue.hold_next()
        await court.house.deliver_all()
        court.house.clock.advance(hours=11)
        assert await failing(court) == {}
        shown = await court.metrics()
        assert shown["court_servers_held_up"] == 1
        assert shown['court_cap_dollars{of="all",period="day"}'] == 0.000001


async def test_a_hearing_moves_what_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "FRESH", 0.0)
    async with watched() as court:
        await court.house.set_up()
        await court.house.docketed()
        before = await court.metrics()
        assert before['court_hearings_total{disposition="first ruling",kind="routine"}'] == 0
        assert before['court_hearing_queue{state="due"}'] == 1
        assert await court.app.queue.hold_next()
        after = await court.metrics()
        spent = await _spent(court.house)

    assert after['court_hearings_total{disposition="first ruling",kind="routine"}'] == 1
    assert after['court_hearing_queue{state="due"}'] == 0
    for number in range(1, 6):
        assert after[f'court_seats_total{{outcome="ballot",vendor="vendor{number}"}}'] == 1
        assert after[f'court_tokens_total{{direction="in",vendor="vendor{number}"}}'] > 0
    assert after['court_tokens_total{direction="out",vendor="judges"}'] > 0
    cost = sum(value for name, value in after.items() if name.startswith("court_cost_dollars_total"))
    assert spent > 0
    assert cost == pytest.approx(spent / MICRO)
    assert after['court_spent_dollars{period="day"}'] == pytest.approx(spent / MICRO)
    assert after["court_commit_seconds_count"] > before["court_commit_seconds_count"] > 0
    assert after["process_cpu_seconds_total"] > 0


async def _spent(house: House) -> int:
    async with house.store.reading() as repos:
        return await repos.charges.spent(house.clock.now().replace(hour=0))


async def test_what_is_served_names_nobody_and_nothing() -> None:
    async with watched() as court:
        court.greet()
        for guild in (GUILD, OTHER_GUILD):
            await court.house.set_up(guild)
            await court.house.docketed("Can AI write a sonnet?", guild)
            assert await court.app.queue.hold_next()
        pages = (await court.get("/metrics"))[1] + (await court.get("/healthz"))[1]
    assert "sonnet" not in pages
    labels = set(re.findall(r'(\w+)="', pages))
    assert labels <= {
        *("check", "kind", "outcome", "type", "disposition", "vendor", "direction", "of", "period", "state", "le"),
        *("version", "implementation", "major", "minor", "patchlevel", "generation"),
    }
    values = set(re.findall(r'(?:kind|outcome|type|vendor|check|state)="([^"]*)"', pages))
    assert not values & {str(one) for one in (GUILD, OTHER_GUILD, FILER, MOD_CHANNEL, VERDICT_CHANNEL)}
    assert not any(character.isdigit() for value in values for character in value.removeprefix("vendor")[1:])


async def test_figures_are_in_the_format_of_prometheus() -> None:
    async with (
        watched() as court,
        aiohttp.ClientSession() as session,
        session.get(f"http://{LOOPBACK}:{court.port}/metrics") as answer,
    ):
        assert answer.content_type == "text/plain"
        names = {family.name for family in text_string_to_metric_families(await answer.text())}
    assert {"court_ok", "court_hearings", "court_commit_seconds", "court_outbox", "process_cpu_seconds"} <= names
    assert not any(name.endswith("_created") for name in names)


async def test_only_two_pages_are_served() -> None:
    async with watched() as court:
        assert (await court.get("/"))[0] == 404


async def test_a_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        settings = settings_at(other.getsockname()[1])
        async with House() as house:
            with pytest.raises(ConfigurationError, match=r"METRICS_PORT: port \d+ of 127.0.0.1 cannot be used"):
                async with Watch(settings, hears=True).telling(house.store, house.clock):
                    raise AssertionError("the port is in use")


@pytest.mark.parametrize("host", ["203.0.113.7", "no host"])
async def test_an_address_of_another_machine_is_named(host: str) -> None:
    settings = settings_at(free_port())
    settings.metrics_host = host
    async with House() as house:
        with pytest.raises(ConfigurationError, match=f"METRICS_HOST: {host} is no address of this machine"):
            async with Watch(settings, hears=True).telling(house.store, house.clock):
                raise AssertionError("it is no address of this machine")


async def test_without_a_port_nothing_is_counted() -> None:
    watch = Watch(settings_at(None), hears=True)
    async with House() as house, watch.telling(house.store, house.clock):
        assert watch.trace is None
        assert not (await watch.report()).ok
