"""Changes single settings in the file `.env`, so that everything else in it stays as it was."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from court.errors import ConfigurationError
from storage.engine.files import beside, make_file, sync_folder

HEADING = """\
# Settings of the Court of AI Capability, written by `court init`. The README explains every setting.
# The environment overrides this file. It holds secrets: keep it to yourself.

"""

_PLAIN = re.compile(r"[\w./:@,=+%-]*", re.ASCII)
"""What needs no quotes. Not every program that reads such files understands quotes."""

_SPACE = r"[^\S\r\n]"
_ASSIGNMENT = re.compile(
    rf"(?P<before>\s*(?:export{_SPACE}+)?[^=\s]+{_SPACE}*={_SPACE}*)"
    rf"(?:'(?:\\'|[^'])*'|\"(?:\\\"|[^\"])*\"|[^\r\n]*?)"
    rf"(?P<after>(?:{_SPACE}+#[^\r\n]*|{_SPACE}*)(?:\r?\n|\r|\Z))"
)
"""A line that sets a variable: what stands before the value, the value, and a comment or nothing after it."""


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
        # Line ends are kept as they are.
        text = file.read_bytes().decode() if file.exists() else HEADING
        unfinished.unlink(missing_ok=True)
        make_file(unfinished)
        unfinished.write_bytes(changed(text, changes).encode())
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written ({error.strerror}); it is as it was") from None
    finally:
        unfinished.unlink(missing_ok=True)


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Return the text of such a file with these settings changed in their lines, or added at its end."""
    left = dict(changes)
    parts = []
    for binding in parse_stream(io.StringIO(text, newline="")):
        line = binding.original.string
        if binding.key is not None and binding.key in changes:
            left.pop(binding.key, None)
            line = _with_value(line, binding.key, changes[binding.key])
        parts.append(line)
    before = "".join(parts)
    if left and before and not before.endswith(("\n", "\r")):
        before += "\n"
    return before + "".join(f"{name}={_quoted(value)}\n" for name, value in left.items())


def _with_value(line: str, name: str, value: str) -> str:
    found = _ASSIGNMENT.fullmatch(line)
    if found is None:  # the name alone, without a value
        return f"{name}={_quoted(value)}\n"
    return f"{found['before']}{_quoted(value)}{found['after']}"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
