"""Who answered for the models of the jury, and which faults of the host were told."""

from __future__ import annotations

from court.models import HostFault, ModelRef, ServedModel
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD
from tests.contracts.store.uses import Uses

LARGE, SMALL = ModelRef("mistral", "mistral-large-latest"), ModelRef("openrouter", "maker/model:free")


async def test_a_served_name_is_known_since_it_was_first_given(store: Store) -> None:
    async with store.writing() as repos:
        assert await repos.served_models.all() == {}
        await repos.served_models.put({LARGE: "large-2603", SMALL: "maker/model"}, NOW)
        await repos.served_models.put({LARGE: "large-2603"}, NOW + DAY)
        await repos.served_models.put({SMALL: "maker/other"}, NOW + DAY)
        await repos.served_models.put({}, NOW + 3 * DAY)
    async with store.reading() as repos:
        assert await repos.served_models.all() == {
            LARGE: ServedModel("large-2603", NOW, NOW + DAY),
            SMALL: ServedModel("maker/other", NOW + DAY, NOW + DAY),
        }


async def test_a_hearing_that_is_recorded_late_does_not_bring_an_older_name_back(store: Store) -> None:
    async with store.writing() as repos:
        await repos.served_models.put({LARGE: "large-2603"}, NOW + DAY / 2)
        await repos.served_models.put({LARGE: "large-2512"}, NOW)
        assert await repos.served_models.all() == {LARGE: ServedModel("large-2603", NOW + DAY / 2, NOW + DAY / 2)}


async def test_a_name_that_a_wrong_clock_has_seen_does_not_stay(store: Store) -> None:
    async with store.writing() as repos:
        await repos.served_models.put({LARGE: "large-2512"}, NOW + 365 * DAY)
        await repos.served_models.put({LARGE: "large-2603"}, NOW)
        assert await repos.served_models.all() == {LARGE: ServedModel("large-2603", NOW, NOW)}


async def test_a_fault_is_told_once_to_each_server_until_it_is_over(store: Store) -> None:
    async with store.writing() as repos:
        assert await repos.faults.tell(GUILD, "mistral", HostFault.KEY_REFUSED, NOW)
        assert not await repos.faults.tell(GUILD, "mistral", HostFault.KEY_REFUSED, NOW + DAY)
        assert await repos.faults.tell(OTHER_GUILD, "mistral", HostFault.KEY_REFUSED, NOW)
        assert await repos.faults.tell(GUILD, "mistral", HostFault.NO_CREDIT, NOW + DAY)
        assert await repos.faults.tell(GUILD, str(SMALL), HostFault.UNKNOWN_MODEL, NOW)
    async with store.reading() as repos:
        told = {"mistral": HostFault.NO_CREDIT, str(SMALL): HostFault.UNKNOWN_MODEL}
        assert await repos.faults.told(GUILD) == told
        assert await repos.faults.subjects() == {"mistral", str(SMALL)}
    async with store.writing() as repos:
        assert await repos.faults.over(["mistral", "openai"]) == 2
        assert await repos.faults.told(GUILD) == {str(SMALL): HostFault.UNKNOWN_MODEL}
        assert await repos.faults.told(OTHER_GUILD) == {}
        assert await repos.faults.tell(GUILD, "mistral", HostFault.NO_CREDIT, NOW + 2 * DAY)


USES: Uses = {
    "served_models.put": lambda repos: repos.served_models.put({LARGE: "large"}, NOW),
    "served_models.all": lambda repos: repos.served_models.all(),
    "faults.tell": lambda repos: repos.faults.tell(GUILD, "mistral", HostFault.KEY_REFUSED, NOW),
    "faults.told": lambda repos: repos.faults.told(GUILD),
    "faults.subjects": lambda repos: repos.faults.subjects(),
    "faults.over": lambda repos: repos.faults.over(["mistral"]),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
