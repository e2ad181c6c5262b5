"""Filing: one case per question, however often and however quickly it is asked."""

from __future__ import annotations

import asyncio

import pytest

from court.docket.intake import PENDING_OF_GUILD, PENDING_OF_MEMBER
from court.errors import NotSetUp, StatementInvalid, StorageError, TooManyPending
from court.models import CaseState
from tests.court.house import FILER, GUILD, MOD_CHANNEL, OTHER_GUILD, OWNER, VOTER, House


async def test_a_statement_is_filed_and_its_card_goes_to_the_moderators(house: House) -> None:
    filing = await house.intake.ask(GUILD, FILER, "  can ai write a NOVEL  ")

    assert filing.filed
    assert (filing.case.statement, filing.case.state) == ("Can AI write a NOVEL?", CaseState.FILED)
    assert (filing.case.guild_id, filing.case.filed_by, filing.case.filed_at) == (GUILD, FILER, house.clock.now())
    assert filing.case.docket_number is None
    assert house.wakes == 1
    assert await house.deliver_all() == 1
    (card,) = house.courier.cards
    assert (card.ref.channel_id, card.case) == (MOD_CHANNEL, filing.case)
    assert (await house.case(filing.case.id)).card == card.ref


@pytest.mark.parametrize("text", ["Can AI write a novel?", "AI can write a novell", "WRITE A NOVEL"])
async def test_asking_the_same_returns_the_existing_case(house: House, text: str) -> None:
    first = await house.filed("Can AI write a novel?")

    again = await house.intake.ask(GUILD, VOTER, text)

    assert (again.filed, again.case) == (False, first)
    assert house.wakes == 1
    assert await house.deliver_all() == 1


async def test_a_docketed_twin_is_returned_too(house: House) -> None:
    case = await house.docketed("Can AI write a novel?")

    assert (await house.intake.ask(GUILD, VOTER, "Can AI write a novel?")).case == case


async def test_a_guild_that_is_not_set_up_does_not_find_the_twin_of_another_guild(bare: House) -> None:
    await bare.set_up(OTHER_GUILD)
    case = await bare.filed("Can AI write a novel?", OTHER_GUILD)

    assert (await bare.intake.ask(OTHER_GUILD, VOTER, "Can AI write a novel?")).case == case
    with pytest.raises(NotSetUp):
        await bare.intake.ask(GUILD, VOTER, "Can AI write a novel?")


async def test_a_denied_statement_may_be_filed_again(house: House) -> None:
    denied = await house.filed()
    await house.moderation.deny(GUILD, denied.id, OWNER, "Too vague.")

    again = await house.intake.ask(GUILD, VOTER, denied.statement)

    assert again.filed
    assert again.case.id != denied.id


async def test_a_different_number_makes_a_different_case(house: House) -> None:
    await house.filed("Can AI write a novel of 1,000 words in one go?")

    assert (await house.intake.ask(GUILD, VOTER, "Can AI write a novel of 10,000 words in one go?")).filed


async def test_each_guild_has_its_own_docket(house: House) -> None:
    await house.set_up(OTHER_GUILD)
    one = await house.filed()

    other = await house.intake.ask(OTHER_GUILD, FILER, one.statement)

    assert other.filed
    assert (other.case.guild_id, one.guild_id) == (OTHER_GUILD, GUILD)


async def test_of_many_members_at_once_one_files_and_all_get_the_same_case(house: House) -> None:
    filings = await asyncio.gather(
        *(house.intake.ask(GUILD, member, "Can AI write a novel?") for member in range(1, 21))
    )

    assert [filing.filed for filing in filings].count(True) == 1
    assert len({filing.case.id for filing in filings}) == 1
    assert len(await house.cases()) == 1
    assert (house.wakes, await house.deliver_all()) == (1, 1)


async def test_different_questions_at_once_become_different_cases(house: House) -> None:
    asked = ["fold laundry", "compose a symphony", "drive a taxi", "prove the Riemann hypothesis", "cook dinner"]

    filings = await asyncio.gather(*(house.intake.ask(GUILD, FILER, text) for text in asked))

    assert all(filing.filed for filing in filings)
    assert len({filing.case.id for filing in filings}) == len(asked)


async def test_without_a_mod_channel_nothing_is_filed(bare: House) -> None:
    with pytest.raises(NotSetUp):
        await bare.intake.ask(GUILD, FILER, "Can AI write a novel?")

    assert (await bare.cases(), bare.wakes) == ([], 0)


async def test_an_invalid_statement_is_not_filed(house: House) -> None:
    with pytest.raises(StatementInvalid):
        await house.intake.ask(GUILD, FILER, "What is love?")

    assert (await house.cases(), house.wakes) == ([], 0)


async def test_a_member_may_have_so_many_statements_pending(house: House) -> None:
    cases = [await house.filed(f"Can AI walk {miles} miles?") for miles in range(PENDING_OF_MEMBER)]
    house.wakes = 0

    with pytest.raises(TooManyPending) as caught:
        await house.intake.ask(GUILD, FILER, "Can AI fold laundry?")
    assert (caught.value.pending, caught.value.of_member) == (PENDING_OF_MEMBER, True)
    assert (len(await house.cases()), house.wakes) == (PENDING_OF_MEMBER, 0)
    assert (await house.intake.ask(GUILD, FILER, cases[0].statement)).case == cases[0]
    assert (await house.intake.ask(GUILD, VOTER, "Can AI sing?")).filed

    await house.moderation.deny(GUILD, cases[0].id, OWNER, "Too vague.")
    await house.moderation.approve(GUILD, cases[1].id, OWNER)
    assert (await house.intake.ask(GUILD, FILER, "Can AI fold laundry?")).filed
    assert (await house.intake.ask(GUILD, FILER, "Can AI dance?")).filed
    with pytest.raises(TooManyPending):
        await house.intake.ask(GUILD, FILER, "Can AI paint?")


async def test_the_limit_of_a_member_is_one_guilds_own(house: House) -> None:
    await house.set_up(OTHER_GUILD)
    for miles in range(PENDING_OF_MEMBER):
        await house.filed(f"Can AI walk {miles} miles?")

    assert (await house.intake.ask(OTHER_GUILD, FILER, "Can AI fold laundry?")).filed


async def test_many_asks_of_a_member_at_once_do_not_pass_the_limit(house: House) -> None:
    asks = [house.intake.ask(GUILD, FILER, f"Can AI walk {miles} miles?") for miles in range(PENDING_OF_MEMBER * 2)]

    results = await asyncio.gather(*asks, return_exceptions=True)

    assert sum(isinstance(result, TooManyPending) for result in results) == PENDING_OF_MEMBER
    assert len(await house.cases()) == PENDING_OF_MEMBER


async def test_forty_members_may_file_five_statements_each(house: House) -> None:
    filings = [
        await house.intake.ask(GUILD, member, f"Can AI do trick {member * 5 + number} of 1000?")
        for member in range(100, 140)
        for number in range(5)
    ]

    assert all(filing.filed for filing in filings)


async def test_a_guild_may_have_so_many_statements_pending(house: House) -> None:
    async with house.store.writing() as repos:
        for number in range(PENDING_OF_GUILD - 1):
            await repos.cases.file(GUILD, f"Can AI walk {number} miles?", 1_000 + number, house.clock.now())
    last = await house.filed("Can AI write a novel?")

    with pytest.raises(TooManyPending) as caught:
        await house.intake.ask(GUILD, VOTER, "Can AI fold laundry?")
    assert (caught.value.pending, caught.value.of_member) == (PENDING_OF_GUILD, False)

    await house.moderation.approve(GUILD, last.id, OWNER)
    assert (await house.intake.ask(GUILD, VOTER, "Can AI fold laundry?")).filed


async def test_a_case_whose_card_cannot_be_stored_is_not_filed(house: House) -> None:
    house.store.fail("outbox.add", StorageError("the disk is full"))

    with pytest.raises(StorageError):
        await house.intake.ask(GUILD, FILER, "Can AI write a novel?")

    assert (await house.cases(), house.wakes) == ([], 0)
    assert (await house.intake.ask(GUILD, FILER, "Can AI write a novel?")).filed


async def test_a_filing_is_logged_once_and_by_ids_alone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "court.docket.intake")
    case = (await house.intake.ask(GUILD, FILER, "Can AI write a novel?")).case
    await house.intake.ask(GUILD, VOTER, "Can AI write a novel?")

    assert caplog.messages == [f"case {case.id} was filed on server {GUILD} by user {FILER}"]
