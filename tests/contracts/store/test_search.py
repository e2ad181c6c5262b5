"""Finding a case by what a member types."""

from __future__ import annotations

import pytest

from court.models import Case, CaseState
from court.ports import Store
from tests.contracts.store.samples import FILER, GUILD, MODERATOR, NOW, OTHER_GUILD, file_case

STATEMENTS = """\
Can AI write a novel?
Can AI compose a symphony?
Can AI fold laundry?
Can AI drive a car in heavy snow?
Can AI translate poetry from Japanese?
Can AI prove a new theorem in mathematics?
Can AI diagnose skin cancer from a photograph?
Can AI play Go better than any human?
Can AI play chess?
Can AI write correct Rust code?
Can AI write a haiku?
Can AI paint a portrait in oil?
Can AI cook dinner in an unknown kitchen?
Can AI pass the bar exam?
Can AI win a gold medal at the International Mathematical Olympiad?
Can AI predict the weather ten days ahead?
Can AI detect lies?
Can AI understand sarcasm?
Can AI summarise a whole book?
Can AI generate a feature film?
Can AI animate a cartoon?
Can AI design a bridge?
Can AI discover a new antibiotic?
Can AI tutor a child in algebra?
Can AI negotiate a salary?
Can AI book a flight and a hotel?
Can AI file taxes?
Can AI read handwriting from the 17th century?
Can AI transcribe a noisy meeting?
Can AI clone a voice?
Can AI tell a good joke?
Can AI identify birds by their song?
Can AI land a plane?
Can AI trade stocks at a profit?
Can AI fix a bug in a large repository?
Can AI run a company?
Can AI fly a drone through a forest?
Can AI recognise faces in a crowd?
Can AI do 3D modelling?
Can AI 小説を書く?
""".splitlines()

TYPED = {
    "writ a novle": "Can AI write a novel?",
    "Can AI write a novle": "Can AI write a novel?",
    "wirte a nvoel": "Can AI write a novel?",
    "compse a symfony": "Can AI compose a symphony?",
    "fold landry": "Can AI fold laundry?",
    "drve a car in snwo": "Can AI drive a car in heavy snow?",
    "prove new theorm": "Can AI prove a new theorem in mathematics?",
    "diagnos skin cancr": "Can AI diagnose skin cancer from a photograph?",
    "rust cdoe": "Can AI write correct Rust code?",
    "hiaku": "Can AI write a haiku?",
    "potrait in oil": "Can AI paint a portrait in oil?",
    "olimpiad gold": "Can AI win a gold medal at the International Mathematical Olympiad?",
    "sumarize a book": "Can AI summarise a whole book?",
    "flim": "Can AI generate a feature film?",
    "desing a brigde": "Can AI design a bridge?",
    "antibiotc": "Can AI discover a new antibiotic?",
    "negociate salery": "Can AI negotiate a salary?",
    "handwritting": "Can AI read handwriting from the 17th century?",
    "clone vioce": "Can AI clone a voice?",
    "identfy brids": "Can AI identify birds by their song?",
    "fix bugs in repositry": "Can AI fix a bug in a large repository?",
    "recognize face": "Can AI recognise faces in a crowd?",
    "pla chss": "Can AI play chess?",
    "THE WEATHER": "Can AI predict the weather ten days ahead?",
    # Words too short for a trigram, and words that are still being typed.
    "go": "Can AI play Go better than any human?",
    "3d": "Can AI do 3D modelling?",
    "nov": "Can AI write a novel?",
    "can ai wri": "Can AI write a haiku?",
    "symph": "Can AI compose a symphony?",
    "小説": "Can AI 小説を書く?",
    # A text that says more than the statement.
    "Can AI write a full-length novel for adults?": "Can AI write a novel?",
}

NONSENSE = [
    "",
    " \n",
    "can ai",
    "?!",
    "%",
    "xyzzy plugh",
    "qqqqqqqq",
    "can ai florble the grumph",
    "purple monkey dishwasher",
    "sourdough",
    "quantum tunnelling",
    "hello world how are you",
    "x" * 4_000,
]

HOSTILE = [
    '"',
    '""',
    "'; DROP TABLE cases; --",
    "novel' OR '1'='1",
    '"novel" AND statement:',
    "NEAR(novel chess)",
    "novel*",
    "^novel",
    "novel NOT chess",
    "{statement}: novel",
    "-novel",
    "novel%_\\",
    ":name ?1 $2 @3",
    "novel\0chess",
    "\ud83d\ude00 novel",
    "novel(((",
]
"""Texts that SQL, LIKE or FTS5 would read as syntax."""


@pytest.fixture
async def docket(store: Store) -> dict[str, Case]:
    async with store.writing() as repos:
        filed = [await repos.cases.file(GUILD, statement, FILER, NOW) for statement in STATEMENTS]
        await repos.cases.file(OTHER_GUILD, "Can AI write a novel?", FILER, NOW)
    return {case.statement: case for case in filed}


async def test_misspelt_and_unfinished_texts_find_their_statement_first(store: Store, docket: dict[str, Case]) -> None:
    first = {}
    async with store.reading() as repos:
        for typed in TYPED:
            found = await repos.cases.search(GUILD, typed, [CaseState.FILED], 3)
            first[typed] = found[0].statement if found else None

    assert first == TYPED


async def test_nonsense_finds_nothing(store: Store, docket: dict[str, Case]) -> None:
    async with store.reading() as repos:
        found = {typed: await repos.cases.search(GUILD, typed, [CaseState.FILED], 5) for typed in NONSENSE}

    assert found == {typed: [] for typed in NONSENSE}


async def test_what_is_typed_is_never_syntax(store: Store, docket: dict[str, Case]) -> None:
    async with store.reading() as repos:
        for typed in HOSTILE:
            found = await repos.cases.search(GUILD, typed, [CaseState.FILED], 50)
            assert len(found) < 5, typed
            assert await repos.cases.search(GUILD, f"novel {typed[:2]}", [CaseState.FILED], 50), typed


async def test_every_statement_finds_itself_first(store: Store, docket: dict[str, Case]) -> None:
    async with store.reading() as repos:
        for statement, case in docket.items():
            assert (await repos.cases.search(GUILD, statement, [CaseState.FILED], 1)) == [case]


async def test_only_the_guild_the_states_and_the_limit_asked_for(store: Store, docket: dict[str, Case]) -> None:
    novel = docket["Can AI write a novel?"]
    async with store.writing() as repos:
        docketed = await repos.cases.decide(novel.id, CaseState.DOCKETED, MODERATOR, NOW)
    async with store.reading() as repos:
        assert await repos.cases.search(GUILD, "novel", [CaseState.DOCKETED], 5) == [docketed]
        assert await repos.cases.search(GUILD, "novel", [CaseState.FILED], 5) == []
        assert await repos.cases.search(GUILD, "novel", [], 5) == []
        assert [case.guild_id for case in await repos.cases.search(OTHER_GUILD, "novel", list(CaseState), 5)] == [
            OTHER_GUILD
        ]
        assert len(await repos.cases.search(GUILD, "play", [CaseState.FILED], 5)) == 2
        assert len(await repos.cases.search(GUILD, "play", [CaseState.FILED], 1)) == 1


async def test_among_equals_the_newest_comes_first(store: Store) -> None:
    older = await file_case(store, GUILD, "Can AI juggle five red balls?")
    newer = await file_case(store, GUILD, "Can AI juggle nine red balls?")
    async with store.reading() as repos:
        assert await repos.cases.search(GUILD, "juggle", [CaseState.FILED], 5) == [newer, older]
