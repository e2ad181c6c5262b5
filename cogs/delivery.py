"""Brings announcements to Discord, and reports what prevents it if it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import timedelta
from zlib import crc32

import aiohttp
import discord

from cogs.announcements import Rendering, render
from cogs.ui.labels import VOTE_EMOJI
from cogs.ui.layout import Card, dispatch_id_of
from cogs.ui.permissions import MOD_CHANNEL, VERDICT_CHANNEL, WRITING, lacking_in
from cogs.ui.texts import using_locale
from court.errors import Undeliverable
from court.models import MessageRef
from court.models.announcements import Obstacle, Place, Problem, Subject
from court.models.work import Dispatch

SKEW = timedelta(hours=2)
"""How far Discord's clock, which dates messages, may be behind ours. An older court noted its attempts to an hour."""

NEEDS = {Place.VERDICT_CHANNEL: VERDICT_CHANNEL, Place.GREETING_CHANNEL: WRITING}
"""The permissions for a post. Every other place needs those of the mod channel."""

_INBOX_CLOSED = 50007
_TOO_MANY = 429
_CLIENT_ERRORS = range(400, 500)


class DiscordCourier:
    """A `court.ports.Courier` over a Discord client.

    `vacancy` says why no hearings are held, if there is no jury. It is shown on the moderators' cards.
    `reconciled` is set once it is known which servers are served; without it, all are.
    """

    def __init__(
        self, client: discord.Client, vacancy: str | None = None, reconciled: asyncio.Event | None = None
    ) -> None:
        self._client = client
        self._vacancy = vacancy
        self._reconciled = reconciled

    async def ready(self) -> None:
        await self._client.wait_until_ready()
        if self._reconciled is not None:
            await self._reconciled.wait()

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        needs = NEEDS.get(dispatch.announcement.place, MOD_CHANNEL)
        async with self._delivering(channel_id, needs):
            channel = self._client.get_partial_messageable(channel_id)
            # If the reply to an earlier attempt was lost, the nonce makes Discord return that message again.
            message = await channel.send(view=self._card(dispatch, subject), nonce=_nonce(dispatch, subject))
            return MessageRef(channel_id, message.id)

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        async with self._delivering(message.channel_id, MOD_CHANNEL):
            # An edit without content does not use the client's default allowed mentions.
            await self._message(message).edit(
                view=self._card(dispatch, subject), allowed_mentions=discord.AllowedMentions.none()
            )

    async def react(self, message: MessageRef) -> None:
        async with self._delivering(message.channel_id, VERDICT_CHANNEL):
            for emoji in VOTE_EMOJI.values():
                await self._message(message).add_reaction(emoji)

    async def tell(self, user_id: int, dispatch: Dispatch, subject: Subject) -> None:
        with _in_language_of(self._client.get_guild(dispatch.guild_id)):
            async with _explaining(None):
                inbox = await self._client.create_dm(discord.Object(user_id))
                await inbox.send(view=self._card(dispatch, subject), nonce=_nonce(dispatch, subject))

    async def find(self, channel_id: int, dispatch: Dispatch) -> MessageRef | None:
        async with self._delivering(channel_id, MOD_CHANNEL):
            if lacking := self._lacking(channel_id, MOD_CHANNEL):
                # Without these permissions the channel looks empty, and the message would be posted twice.
                raise Undeliverable(lacking, lasting=True)
            earliest = (dispatch.tried_at or dispatch.due_at) - SKEW
            async for message in self._client.get_partial_messageable(channel_id).history(limit=None):
                if message.author == self._client.user and dispatch_id_of(message) == dispatch.id:
                    return MessageRef(channel_id, message.id)
                if message.created_at < earliest:
                    break
        return None

    def _card(self, dispatch: Dispatch, subject: Subject) -> Card:
        guild = self._client.get_guild(dispatch.guild_id)
        name = None if guild is None else guild.name
        return render(dispatch.announcement, Rendering(subject, dispatch.id, self._vacancy, name))

    def _message(self, ref: MessageRef) -> discord.PartialMessage:
        return self._client.get_partial_messageable(ref.channel_id).get_partial_message(ref.message_id)

    @asynccontextmanager
    async def _delivering(self, channel_id: int, needs: Iterable[str]) -> AsyncIterator[None]:
        channel = self._client.get_channel(channel_id)
        guild = channel.guild if isinstance(channel, discord.abc.GuildChannel) else None
        with _in_language_of(guild):
            try:
                async with _explaining(channel_id):
                    yield
            except Undeliverable as error:
                if isinstance(error.__cause__, discord.Forbidden) and (lacking := self._lacking(channel_id, needs)):
                    raise Undeliverable(lacking, lasting=True) from error
                raise

    def _lacking(self, channel_id: int, needs: Iterable[str]) -> Problem | None:
        channel = self._client.get_channel(channel_id)
        lacking = lacking_in(channel, needs) if isinstance(channel, discord.abc.GuildChannel) else []
        return Problem(Obstacle.PERMISSIONS, channel_id, tuple(lacking)) if lacking else None


def _in_language_of(guild: discord.Guild | None) -> AbstractContextManager[None]:
    return using_locale(None if guild is None else guild.preferred_locale)


def _nonce(dispatch: Dispatch, subject: Subject) -> str:
    """Return the same text for every attempt at a dispatch, but another for the same id in another database."""
    filed_at = None if subject.overview is None else subject.overview.case.filed_at
    return f"{dispatch.id}:{crc32(f'{dispatch.announcement} {filed_at}'.encode())}"


def _wait(error: discord.HTTPException) -> timedelta | None:
    """Return how long the error tells us to wait, if it does."""
    try:
        return timedelta(seconds=float(error.response.headers["Retry-After"]))
    except (KeyError, ValueError, OverflowError):
        return None


@asynccontextmanager
async def _explaining(channel_id: int | None) -> AsyncIterator[None]:
    """Turn errors of Discord and the network into `Undeliverable`. `channel_id` is None for a member's inbox."""
    try:
        yield
    except discord.NotFound as error:
        raise Undeliverable(Problem(Obstacle.GONE, channel_id), lasting=True) from error
    except discord.Forbidden as error:
        if error.code == _INBOX_CLOSED:
            raise Undeliverable(Problem(Obstacle.INBOX_CLOSED), lasting=True) from error
        raise Undeliverable(Problem(Obstacle.FORBIDDEN, channel_id, detail=error.text), lasting=True) from error
    except discord.HTTPException as error:
        if error.status == _TOO_MANY:
            raise Undeliverable(Problem(Obstacle.RATE_LIMIT, channel_id), lasting=False, wait=_wait(error)) from error
        problem = Problem(Obstacle.STATUS, channel_id, status=error.status)
        raise Undeliverable(problem, lasting=error.status in _CLIENT_ERRORS) from error
    except discord.RateLimited as error:
        problem, wait = Problem(Obstacle.RATE_LIMIT, channel_id), timedelta(seconds=error.retry_after)
        raise Undeliverable(problem, lasting=False, wait=wait) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Undeliverable(Problem(Obstacle.UNREACHABLE, channel_id), lasting=False) from error
