"""Makes discord.py wait one millisecond for more guilds instead of two seconds, and changes nothing else.

`startup` imports this before a bot. The change is made when the bot itself imports `discord.state`, so that nothing
is imported earlier, in another order, or with the garbage collector in another state than usual.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

MODULE = "discord.state"
SECONDS = 0.001


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        # The constructor sets its argument or the default on the instance; this property ignores it.
        module.ConnectionState.guild_ready_timeout = property(lambda _: SECONDS, lambda _, given: None)


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == MODULE else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin)
        return spec


sys.meta_path.insert(0, _Finder)
