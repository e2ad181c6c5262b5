"""The REST interface: the routes that the court uses, which read and change the server's world."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from aiohttp import web

from tests.fakes.discord_server.gateway import Gateway
from tests.fakes.discord_server.guilds import Guild
from tests.fakes.discord_server.interactions import Answer, Interactions
from tests.fakes.discord_server.limits import MessageLimit
from tests.fakes.discord_server.messages import Payload
from tests.fakes.discord_server.responses import as_json, error, limited
from tests.fakes.discord_server.world import World

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_MESSAGE = 10003, 10004, 10007, 10008
UNKNOWN_INTERACTION, MISSING_ACCESS = 10062, 50001
ALREADY_ANSWERED: Final = 40060
ONLY_AT_THE_GATEWAY: Final = {"channels", "members", "threads", "presences", "voice_states", "joined_at", "large"}
"""The parts of a guild that REST gives on other routes or not at all."""
PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


class Rest:
    """Answers HTTP requests.

    Attributes:
        message_limit: the limit of messages in a channel; None for none, so that only tests of it are slow.
    """

    def __init__(self, world: World, gateway: Gateway, interactions: Interactions) -> None:
        self._world = world
        self.message_limit: MessageLimit | None = None
        self._gateway = gateway
        self._interactions = interactions

    def routes(self, base: str) -> list[web.RouteDef]:
        """Return the API's routes under `base`, and the CDN's route beside them."""
        channel, message = f"{base}/channels/{{channel}}", f"{base}/channels/{{channel}}/messages/{{message}}"
        original = f"{base}/webhooks/{{application}}/{{token}}/messages/@original"
        return [
            web.get(f"{base}/gateway/bot", self._gateway_bot),
            web.get(f"{base}/users/@me", self._me),
            web.post(f"{base}/users/@me/channels", self._open_dm),
            web.get(f"{base}/users/@me/guilds", self._guilds),
            web.get(f"{base}/users/{{user}}", self._user),
            web.get(f"{base}/oauth2/applications/@me", self._application),
            web.put(f"{base}/applications/{{application}}/commands", self._sync),
            web.get(f"{base}/guilds/{{guild}}", self._guild),
            web.get(f"{base}/guilds/{{guild}}/channels", self._channels),
            web.get(f"{base}/guilds/{{guild}}/members/{{user}}", self._member),
            web.get(channel, self._channel),
            web.get(f"{channel}/messages", self._list),
            web.post(f"{channel}/messages", self._post),
            web.get(message, self._get),
            web.patch(message, self._edit),
            web.put(f"{message}/reactions/{{emoji}}/@me", self._react),
            web.post(f"{base}/interactions/{{interaction}}/{{token}}/callback", self._respond),
            web.post(f"{base}/webhooks/{{application}}/{{token}}", self._follow_up),
            web.get(original, self._get_original),
            web.patch(original, self._edit_original),
            web.get("/embed/avatars/{number}.png", self._avatar),
        ]

    async def _gateway_bot(self, _request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": self._world.starts_left, "reset_after": 3_600_000, "max_concurrency": 1}
        return as_json({"url": self._gateway.url, "shards": 1, "session_start_limit": limit})

    async def _me(self, _request: web.Request) -> web.Response:
        return as_json(self._world.bot.user())

    async def _application(self, _request: web.Request) -> web.Response:
        bot = self._world.bot
        return as_json(
            {
                "id": bot.id,
                "name": bot.name,
                "description": "",
                "icon": None,
                "rpc_origins": None,
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "",
                "flags": 0,
                "owner": self._world.admin.user(),
                "team": None,
                **self._world.application,
            }
        )

    async def _guilds(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", 0))
        listed = sorted((guild for guild in self._world.joined if int(guild.id) > after), key=lambda one: int(one.id))
        told: list[Payload] = [
            {"id": one.id, "name": one.name, "icon": None, "owner": False, "features": []} for one in listed
        ]
        return as_json(told[: int(request.query.get("limit", 200))])

    async def _guild(self, request: web.Request) -> web.Response:
        guild = self._joined(request)
        if guild is None:
            return error(404, UNKNOWN_GUILD, "Unknown Guild")
        return as_json({name: value for name, value in guild.payload().items() if name not in ONLY_AT_THE_GATEWAY})

    async def _channels(self, request: web.Request) -> web.Response:
        guild = self._joined(request)
        return error(404, UNKNOWN_GUILD, "Unknown Guild") if guild is None else as_json(list(guild.channels.values()))

    async def _open_dm(self, request: web.Request) -> web.Response:
        body = await request.json()
        return as_json(self._world.open_dm(str(body["recipient_id"])))

    async def _user(self, request: web.Request) -> web.Response:
        person = self._world.people.get(request.match_info["user"])
        return error(404, UNKNOWN_MEMBER, "Unknown User") if person is None else as_json(person.user())

    async def _member(self, request: web.Request) -> web.Response:
        guild = self._joined(request)
        if guild is None:
            return error(404, UNKNOWN_GUILD, "Unknown Guild")
        person = guild.people.get(request.match_info["user"])
        return error(404, UNKNOWN_MEMBER, "Unknown Member") if person is None else as_json(person.member())

    async def _sync(self, request: web.Request) -> web.Response:
        return as_json(self._interactions.sync(await request.json()))

    async def _channel(self, request: web.Request) -> web.Response:
        channel_id = request.match_info["channel"]
        return self._closed(channel_id) or as_json(self._world.channel(channel_id))

    async def _list(self, request: web.Request) -> web.Response:
        channel_id = request.match_info["channel"]
        if (closed := self._closed(channel_id)) is not None:
            return closed
        before, after = request.query.get("before"), int(request.query.get("after", 0))
        kept = [
            one
            for one in self._world.messages.of(channel_id)
            if int(one["id"]) > after and (before is None or int(one["id"]) < int(before))
        ]
        newest_first = kept[::-1]
        return as_json([_shown(one) for one in newest_first[: int(request.query.get("limit", 50))]])

    async def _post(self, request: web.Request) -> web.Response:
        channel_id = request.match_info["channel"]
        if (closed := self._closed(channel_id)) is not None:
            return closed
        limit, now = self.message_limit, asyncio.get_running_loop().time()
        wait = None if limit is None else limit.take(channel_id, now)
        headers = {} if limit is None else limit.headers(channel_id, now)
        if wait is not None:
            return limited(wait, headers)
        return as_json(_shown(self._world.messages.post(channel_id, await body_of(request))), headers=headers)

    async def _get(self, request: web.Request) -> web.Response:
        message = self._message(request)
        return _no_message() if message is None else as_json(_shown(message))

    async def _edit(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message is None:
            return _no_message()
        return as_json(_shown(self._world.messages.edit(message, await body_of(request))))

    async def _react(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message is None:
            return _no_message()
        emoji, bot = request.match_info["emoji"], self._world.bot
        if self._world.messages.react(message, emoji, bot.id) and self._gateway.live is not None:
            # Discord sends a bot the events of its own reactions too.
            await self._gateway.dispatch("MESSAGE_REACTION_ADD", reaction_event(self._world, message, emoji, bot.id))
        return web.Response(status=204)

    async def _respond(self, request: web.Request) -> web.Response:
        answer = self._answer(request)
        if answer is None or answer.id != request.match_info["interaction"]:
            return error(404, UNKNOWN_INTERACTION, "Unknown interaction")
        if answer.first.is_set():
            return error(400, ALREADY_ANSWERED, "Interaction has already been acknowledged.")
        body = await body_of(request)
        return as_json(self._interactions.respond(answer, body["type"], body.get("data") or {}))

    async def _follow_up(self, request: web.Request) -> web.Response:
        answer = self._answer(request)
        if answer is None:
            return error(404, UNKNOWN_INTERACTION, "Unknown Webhook")
        return as_json(_shown(self._interactions.send(answer, await body_of(request))))

    async def _get_original(self, request: web.Request) -> web.Response:
        answer = self._answer(request)
        if answer is None or not answer.messages:
            return error(404, UNKNOWN_MESSAGE, "Unknown Message")
        return as_json(_shown(answer.messages[0]))

    async def _edit_original(self, request: web.Request) -> web.Response:
        answer = self._answer(request)
        if answer is None:
            return error(404, UNKNOWN_INTERACTION, "Unknown Webhook")
        return as_json(_shown(self._interactions.edit_original(answer, await body_of(request))))

    async def _avatar(self, _request: web.Request) -> web.Response:
        return web.Response(body=PIXEL, content_type="image/png")

    def _joined(self, request: web.Request) -> Guild | None:
        """Return the guild that a request names, if the bot is in it."""
        guild = self._world.guilds.get(request.match_info["guild"])
        return guild if guild is not None and guild.joined else None

    def _closed(self, channel_id: str) -> web.Response | None:
        """Return the error for a channel that does not exist or whose guild the bot is not in."""
        guild = self._world.guild_of(channel_id)
        if guild is not None and not guild.joined:
            return error(403, MISSING_ACCESS, "Missing Access")
        return error(404, UNKNOWN_CHANNEL, "Unknown Channel") if self._world.channel(channel_id) is None else None

    def _message(self, request: web.Request) -> Payload | None:
        return self._world.messages.find(request.match_info["channel"], request.match_info["message"])

    def _answer(self, request: web.Request) -> Answer | None:
        return self._interactions.by_token(request.match_info["token"])


async def body_of(request: web.Request) -> Any:
    """Return the JSON of a request, sent on its own or beside files, or None if there is none."""
    if request.content_type == "application/json":
        return await request.json()
    if request.content_type == "multipart/form-data":
        return json.loads(str((await request.post())["payload_json"]))
    return None


def reaction_event(world: World, message: Payload, emoji: str, user_id: str) -> Payload:
    """Return the gateway's event data for a reaction that was added or removed."""
    guild = world.guild_of(message["channel_id"])
    assert guild is not None, "only messages in guilds get reactions here"
    return {
        "user_id": user_id,
        "channel_id": message["channel_id"],
        "message_id": message["id"],
        "guild_id": guild.id,
        "member": guild.people[user_id].member(),
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }


def _shown(message: Payload) -> Payload:
    """Return a message as the API gives it, without who reacted: another route gives that."""
    reactions = [{name: one[name] for name in ("emoji", "count", "me")} for one in message["reactions"]]
    return {**message, "reactions": reactions}


def _no_message() -> web.Response:
    return error(404, UNKNOWN_MESSAGE, "Unknown Message")
