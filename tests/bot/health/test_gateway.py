"""What is heard from Discord's gateway, by the events of the client."""

from __future__ import annotations

from bot.health.gateway import GatewayWatch


class Seen:
    """A watch with a clock that stands still, and what it told."""

    def __init__(self) -> None:
        self.now = 50.0
        self.types: list[str] = []
        self.came: list[object] = []
        self.watch = GatewayWatch(self.types.append, self.came.append, lambda: self.now)


def test_anything_that_comes_counts_as_heard() -> None:
    seen = Seen()
    assert seen.watch.heard() is None
    seen.watch.noted("socket_raw_receive", ['{"op": 11}'])
    seen.now += 7
    assert seen.watch.heard() == 7
    seen.watch.noted("socket_raw_send", ["a heartbeat"])
    assert seen.watch.heard() == 7


def test_a_shard_is_lost_from_its_first_disconnection_until_it_is_back() -> None:
    seen = Seen()
    assert seen.watch.lost() is None
    seen.watch.noted("shard_disconnect", [0])
    seen.now += 10
    seen.watch.noted("shard_disconnect", [1])
    seen.watch.noted("shard_disconnect", [0])
    seen.now += 10
    assert seen.watch.lost() == 20
    seen.watch.noted("shard_resumed", [0])
    assert seen.watch.lost() == 10
    seen.watch.noted("shard_connect", [1])
    seen.watch.noted("shard_connect", [2])
    assert seen.watch.lost() is None


def test_events_are_counted_by_types_that_are_known() -> None:
    seen = Seen()
    for kind in ("GUILD_CREATE", "MESSAGE_REACTION_ADD", "SOMETHING_NEW", 7):
        seen.watch.noted("socket_event_type", [kind])
    assert seen.types == ["GUILD_CREATE", "MESSAGE_REACTION_ADD", "other", "other"]


def test_interactions_and_readiness_are_noted() -> None:
    seen = Seen()
    assert not seen.watch.ready
    seen.watch.noted("ready", [])
    seen.watch.noted("interaction", ["this"])
    seen.watch.noted("app_command_completion", ["that"])
    assert seen.watch.ready
    assert seen.came == ["this"]
