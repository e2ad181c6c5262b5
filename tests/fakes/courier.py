"""A Discord that keeps what was brought to it, fails on demand, and can take the sender with it.

A failure comes before a message goes out; with `after=True` the message is out and what is raised is
raised then: `Undeliverable` plays an answer that was lost, `asyncio.CancelledError` a killed process.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from court.models import Case, CaseOverview, MessageRef, Turn


@dataclass(frozen=True, slots=True)
class Post:
    """A message that stands in a channel, with what it was made of."""

    ref: MessageRef
    dispatch_id: int
    matter: Case | CaseOverview | str
    turn: Turn | None = None


class FakeCourier:
    """Implements `court.ports.Courier`."""

    def __init__(self, watch: Callable[[], None] | None = None) -> None:
        self._watch = watch
        self._failures: defaultdict[tuple[str, bool], list[BaseException]] = defaultdict(list)
        self.called: list[str] = []
        self.cards: list[Post] = []
        self.updates: list[tuple[MessageRef, Case]] = []
        self.rulings: list[Post] = []
        self.turns: list[Post] = []
        self.opened: Counter[MessageRef] = Counter()
        self.denials: list[tuple[int, Case]] = []
        self.notices: list[Post] = []

    def fail(self, method: str, *errors: BaseException, after: bool = False) -> None:
        """Have the next calls of `method` raise these, one each."""
        self._failures[method, after].extend(errors)

    @property
    def posts(self) -> list[Post]:
        return [*self.cards, *self.rulings, *self.turns, *self.notices]

    async def post_card(self, channel_id: int, case: Case, dispatch_id: int) -> MessageRef:
        with self._call("post_card"):
            return self._post(self.cards, channel_id, dispatch_id, case)

    async def update_card(self, card: MessageRef, case: Case) -> None:
        with self._call("update_card"):
            self.updates.append((card, case))

    async def post_ruling(self, channel_id: int, record: CaseOverview, dispatch_id: int) -> MessageRef:
        with self._call("post_ruling"):
            return self._post(self.rulings, channel_id, dispatch_id, record)

    async def post_turn(self, channel_id: int, record: CaseOverview, turn: Turn, dispatch_id: int) -> MessageRef:
        with self._call("post_turn"):
            return self._post(self.turns, channel_id, dispatch_id, record, turn)

    async def open_vote(self, ruling: MessageRef) -> None:
        with self._call("open_vote"):
            self.opened[ruling] += 1

    async def tell_denial(self, user_id: int, case: Case) -> None:
        with self._call("tell_denial"):
            self.denials.append((user_id, case))

    async def post_notice(self, channel_id: int, text: str, dispatch_id: int) -> MessageRef:
        with self._call("post_notice"):
            return self._post(self.notices, channel_id, dispatch_id, text)

    async def find(self, channel_id: int, dispatch_id: int) -> MessageRef | None:
        with self._call("find"):
            found = (
                post.ref for post in self.posts if (post.ref.channel_id, post.dispatch_id) == (channel_id, dispatch_id)
            )
            return next(found, None)

    @contextmanager
    def _call(self, method: str) -> Iterator[None]:
        if self._watch is not None:
            self._watch()
        self.called.append(method)
        self._raise(method, after=False)
        yield
        self._raise(method, after=True)

    def _raise(self, method: str, *, after: bool) -> None:
        if errors := self._failures[method, after]:
            raise errors.pop(0)

    def _post(
        self,
        among: list[Post],
        channel_id: int,
        dispatch_id: int,
        matter: Case | CaseOverview | str,
        turn: Turn | None = None,
    ) -> MessageRef:
        ref = MessageRef(channel_id, 1_000 + len(self.posts))
        among.append(Post(ref, dispatch_id, matter, turn))
        return ref
