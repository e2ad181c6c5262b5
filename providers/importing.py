"""Importing large libraries without disturbing the rest of the process."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Switch the garbage collector off during imports: it would scan everything loaded so far, repeatedly, in vain.

    What is imported stays, so later collections skip it as well. A full collection through both SDKs
    would stall the event loop for 55 ms.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
