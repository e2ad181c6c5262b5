"""Changes single settings in the file `.env`, so that everything else in it stays as it was."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from dotenv import set_key

from court.errors import ConfigurationError
from storage.engine.files import beside, make_file, make_private, sync_folder

HEADING = """\
# Settings of the Court of AI Capability, written by `court init`. The README explains every setting.
# The environment overrides this file. It holds secrets: keep it to yourself.

"""

_PLAIN = re.compile(r"[\w./:@,=+%-]*", re.ASCII)
"""What needs no quotes. Not every program that reads such files understands quotes."""


def write(path: Path, changes: Mapping[str, str]) -> None:
    """Change these settings in the file, or begin one, for its owner alone. Whatever happens, it is whole.

    Comments, the order of the lines and all other settings stay. If `path` is a link, the file that it names is
    changed.

    Raises:
        ConfigurationError: when it cannot be written; it is as it was then.
    """
    file = Path(os.path.realpath(path))
    unfinished = beside(file, f".{os.getpid()}.part")
    try:
        unfinished.unlink(missing_ok=True)
        make_file(unfinished)
        if file.exists():
            shutil.copyfile(file, unfinished)
        else:
            unfinished.write_text(HEADING, encoding="utf-8")
        for name, value in changes.items():
            set_key(unfinished, name, value, quote_mode="never" if _PLAIN.fullmatch(value) else "always")
        make_private(unfinished)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror}); it is as it was") from None
    finally:
        unfinished.unlink(missing_ok=True)
