"""Which version of the court this is."""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "court-of-ai-capability"


def court_version() -> str:
    """Return the version that is installed, or that of the clone if none is, for example `0.1.0 (not installed)`."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return _of_clone(Path(__file__).parents[1])


def print_version() -> None:
    """Print the answer to `court --version`."""
    sys.stdout.write(f"court {court_version()}\n")


def _of_clone(folder: Path) -> str:
    project = folder / "pyproject.toml"
    if not project.is_file():
        return "unknown (not installed)"
    number = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
    return f"{number} (not installed)"
