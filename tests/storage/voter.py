"""A process that casts one vote per transaction and prints each once it is stored. It runs until it is killed."""

from __future__ import annotations

import asyncio
import itertools
import sys
from datetime import UTC, datetime

from court.models import Vote, VoteSource
from storage.database import Database


async def main(address: str, case_id: int) -> None:
    database = Database(address)
    await database.open()
    for user_id in itertools.count(1):
        async with database.writing() as repos:
            await repos.votes.cast(case_id, user_id, Vote.YES, VoteSource.BUTTON, datetime.now(UTC))
        print(user_id, flush=True)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
