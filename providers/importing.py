"""Importing large libraries without disturbing the rest of the process."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Switch the garbage collector off during imports, when it would only scan what is loaded again and again.

    Imported objects stay, so later collections skip them too: a full collection that includes both SDKs
    would stall the event loop for 55 ms.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
