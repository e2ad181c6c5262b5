"""A transaction makes only the repositories that it uses. Those that the port names are registered, and no others."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from court.ports import Repositories
from storage.unit_of_work import REPOSITORIES
from tests.contracts.store.samples import GUILD
from tests.storage.files import opened


def ports() -> dict[str, object]:
    """Return the port of every repository, by its name in a transaction."""
    parts = [part for part in Repositories.__mro__ if part.__module__.startswith("court.ports")]
    named = {name: one for part in parts for name, one in vars(part).items() if isinstance(one, property)}
    return {name: get_type_hints(one.fget)["return"] for name, one in named.items()}


def test_every_repository_that_the_port_names_is_registered() -> None:
    assert ports().keys() == REPOSITORIES


@pytest.mark.parametrize("name", sorted(REPOSITORIES))
def test_a_repository_is_registered_under_the_name_of_its_port(name: str) -> None:
    module = import_module(f"storage.repositories.{name}")
    _, port = get_args(get_type_hints(module)["REPOSITORY"])
    assert port is ports()[name]


async def test_a_transaction_that_uses_one_repository_makes_one(record: Path) -> None:
    async with opened(record) as database, database.reading() as repos:
        before = set(vars(repos))

        await repos.guilds.get(GUILD)

        assert set(vars(repos)) - before == {"guilds"}


async def test_a_repository_is_made_once_in_a_transaction_and_again_in_the_next(record: Path) -> None:
    async with opened(record) as database:
        async with database.reading() as repos:
            votes = repos.votes
            assert repos.votes is votes
        async with database.reading() as repos:
            assert repos.votes is not votes


async def test_what_is_not_a_repository_is_not_an_attribute(record: Path) -> None:
    async with opened(record) as database, database.reading() as repos:
        assert not hasattr(repos, "verdicts")
