"""A courier that keeps what it was given to deliver, fails on demand, and can play a killed process.

A failure comes before a message goes out, or with `after=True` once it is out: `Undeliverable` then
plays a response that was lost, `asyncio.CancelledError` a killed process.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from court.announcements.kinds import CardUpdate, Denial, RulingAnnouncement, StatementCard, TurnAnnouncement
from court.models import Case, CaseOverview, MessageRef
from court.models.announcements import Announcement, Subject
from court.models.work import Dispatch


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a channel, with what it was made from."""

    ref: MessageRef
    dispatch: Dispatch
    subject: Subject

    @property
    def announcement(self) -> Announcement:
        return self.dispatch.announcement

    @property
    def overview(self) -> CaseOverview:
        assert self.subject.overview is not None
        return self.subject.overview

    @property
    def case(self) -> Case:
        return self.overview.case


class FakeCourier:
    """Implements `court.ports.Courier`. A call is named `verb kind`, as in `post card`, `react` or `find`.

    Attributes:
        hanging: set while a call hangs, as `hang` says.
        called: the names of the calls, in their order.
        posts: the messages that were sent.
        edits: the messages that were edited, with what they show now.
        told: the direct messages, with the member of each.
        opened: how often the reactions were added, by message.
    """

    def __init__(self, watch: Callable[[], None] | None = None) -> None:
        self._watch = watch
        self._failures: defaultdict[tuple[str, bool], list[BaseException]] = defaultdict(list)
        self._hung: str | None = None
        self._released = asyncio.Event()
        self.hanging = asyncio.Event()
        self.called: list[str] = []
        self.posts: list[Post] = []
        self.edits: list[Post] = []
        self.told: list[tuple[int, Post]] = []
        self.opened: Counter[MessageRef] = Counter()

    def fail(self, call: str, *errors: BaseException, after: bool = False) -> None:
        """Have the next calls of this name raise these, one each."""
        self._failures[call, after].extend(errors)

    def hang(self, call: str) -> None:
        """Hold the next post of this name up until `release`. `hanging` is set meanwhile."""
        self._hung = call

    def release(self) -> None:
        self._released.set()

    def posted(self, *kinds: type[Announcement]) -> list[Post]:
        """Return the messages of these kinds, in the order in which they were sent."""
        return [post for post in self.posts if isinstance(post.announcement, kinds)]

    @property
    def cards(self) -> list[Post]:
        return self.posted(StatementCard)

    @property
    def rulings(self) -> list[Post]:
        return self.posted(RulingAnnouncement)

    @property
    def turns(self) -> list[Post]:
        return self.posted(TurnAnnouncement)

    @property
    def notices(self) -> list[Post]:
        """Return the posts that are neither cards, nor rulings, nor turns."""
        others = (StatementCard, RulingAnnouncement, TurnAnnouncement)
        return [post for post in self.posts if not isinstance(post.announcement, others)]

    @property
    def updates(self) -> list[tuple[MessageRef, Case]]:
        return [(post.ref, post.case) for post in self.edits if isinstance(post.announcement, CardUpdate)]

    @property
    def denials(self) -> list[tuple[int, Case]]:
        return [(user_id, post.case) for user_id, post in self.told if isinstance(post.announcement, Denial)]

    async def ready(self) -> None:
        return None

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        with self._call(f"post {dispatch.announcement.kind}"):
            if self._hung == f"post {dispatch.announcement.kind}":
                self._hung = None
                self.hanging.set()
                await self._released.wait()
            ref = MessageRef(channel_id, 1_000 + len(self.posts))
            self.posts.append(Post(ref, dispatch, subject))
            return ref

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        with self._call(f"edit {dispatch.announcement.kind}"):
            self.edits.append(Post(message, dispatch, subject))

    async def react(self, message: MessageRef) -> None:
        with self._call("react"):
            self.opened[message] += 1

    async def tell(self, user_id: int, dispatch: Dispatch, subject: Subject) -> None:
        with self._call(f"tell {dispatch.announcement.kind}"):
            self.told.append((user_id, Post(MessageRef(0, 0), dispatch, subject)))

    async def find(self, channel_id: int, dispatch: Dispatch) -> MessageRef | None:
        with self._call("find"):
            in_channel = [post for post in self.posts if post.ref.channel_id == channel_id]
            return next((post.ref for post in in_channel if post.dispatch.id == dispatch.id), None)

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        if self._watch is not None:
            self._watch()
        self.called.append(name)
        self._raise(name, after=False)
        yield
        self._raise(name, after=True)

    def _raise(self, name: str, *, after: bool) -> None:
        if errors := self._failures[name, after]:
            raise errors.pop(0)
