"""A host's fault is no mistrial: what waits, who sits instead, what is told and to whom, and how it ends."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from court.announcements.faults import HostFaultFound, ModelsOut, line_of_fault
from court.errors import ModelTimeout, ModelUnavailable, StorageError
from court.hearings.bridges import Former
from court.hearings.budget import Caps
from court.hearings.conduct import Conditions
from court.hearings.faults import HostFaultService
from court.models import MICRO, Case, Disposition, HearingKind, HostFault, Outcome, Price
from court.models.announcements import HOST_ID
from tests.court.house import GUILD, OTHER_GUILD, WEEK, House
from tests.court.samples import case as sample
from tests.fakes.models import FakeModel, babbles, votes

MINUTE = timedelta(minutes=1)
REFUSED = ModelUnavailable("HTTP 401, key refused", billed=False, fault=HostFault.KEY_REFUSED)
UNKNOWN = ModelUnavailable("HTTP 404, no such model", billed=False, fault=HostFault.UNKNOWN_MODEL)
UNREACHABLE = ModelTimeout("timed out", billed=False, fault=HostFault.UNREACHABLE)


async def notices(house: House, guild_id: int = GUILD) -> list[ModelsOut]:
    """Deliver everything. Return what moderators were told about models, in its order."""
    await house.deliver_all()
    sent = [post.dispatch for post in house.courier.posts if post.dispatch.guild_id == guild_id]
    return [one.announcement for one in sent if isinstance(one.announcement, ModelsOut)]


async def waits(house: House, case: Case) -> timedelta:
    async with house.store.reading() as repos:
        due = await repos.hearing_queue.next_due(case.id)
    assert due is not None
    return due - house.clock.now()


async def money(house: House, guild_id: int = GUILD) -> tuple[int, int]:
    """Return what counts as spent by a server, and how much of it is only set aside."""
    since = house.clock.now() - timedelta(days=1)
    async with house.store.reading() as repos:
        return await repos.charges.spent(since, guild_id), await repos.charges.reserved(since, guild_id)


def asked(house: House) -> list[int]:
    return [len(juror.asked) for juror in house.jurors]


def seat(house: House, count: int, *, panel_size: int = 5) -> list[FakeModel]:
    """Seat panels of a pool of that size, of which all vote."""
    house.jurors = [house.model(f"vendor{number}/model", votes()) for number in range(1, count + 1)]
    house.jury = replace(house.jury, pool=house.pool(house.jurors), panel_size=panel_size)
    house.restart_services()
    return house.jurors


async def test_with_every_key_refused_nothing_is_ruled_and_it_is_tried_again_in_minutes(house: House) -> None:
    house.jury_says(REFUSED)
    case = await house.docketed()
    lasted = []
    for tries in range(1, 8):
        await house.hold_all()
        assert asked(house) == [tries] * 5
        lasted.append(await waits(house, case))
        house.clock.advance(lasted[-1])

    assert lasted == [minutes * MINUTE for minutes in (2, 4, 8, 16, 32, 60, 60)]
    assert await house.sessions(case) == []
    assert await money(house) == (0, 0)
    told = await notices(house)
    assert sorted(one.provider for one in told) == [f"vendor{number}" for number in range(1, 6)]
    assert {(one.fault, one.nothing_heard, one.model) for one in told} == {(HostFault.KEY_REFUSED, True, None)}
    assert told[0].setting == f"{told[0].provider.upper()}_API_KEY"
    assert {post.announcement.kind for post in house.courier.posts} == {"card", "models_out"}


async def test_no_more_than_one_of_the_waiting_hearings_tries(house: House) -> None:
    house.jury_says(REFUSED)
    first = await house.docketed("Can AI write a novel?")
    others = [await house.docketed(f"Can AI juggle {number} balls at once?") for number in range(3, 6)]
    await house.hold_all()
    assert asked(house) == [1] * 5
    assert await waits(house, first) == await waits(house, others[2]) == 2 * MINUTE

    house.clock.advance(2 * MINUTE)
    await house.hold_all()
    assert asked(house) == [2] * 5


async def test_all_are_heard_at_once_when_enough_answer_again(house: House) -> None:
    house.jury_says(REFUSED)
    cases = [await house.docketed(f"Can AI juggle {number} balls at once?") for number in range(3, 7)]
    await house.hold_all()
    house.jury_says(votes(), votes(), votes(), votes(), REFUSED)
    house.clock.advance(2 * MINUTE)

    await house.hold_all()

    for case in cases:
        (hearing,) = await house.sessions(case)
        assert (hearing.disposition, hearing.tally.yes) == (Disposition.FIRST_RULING, 4)
    assert len(house.jurors[4].asked) == 2, "it is tried by the first, and known to the others to be out"


async def test_once_over_it_is_news_the_next_time(house: House) -> None:
    house.jury_says(*[votes()] * 4, REFUSED)
    case = await house.heard()
    assert len(await notices(house)) == 1
    for step in (votes(), REFUSED, REFUSED):
        house.jurors[4].script(step)
        house.clock.advance(timedelta(days=8))
        await house.hold_all()
    assert [one.provider for one in await notices(house)] == ["vendor5"] * 2
    assert len(await house.sessions(case)) == 4


async def test_after_a_restart_all_is_tried_at_once_and_nothing_is_told_twice(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.host_channel_id = 900
    house.restart_services()
    house.jury_says(REFUSED)
    case = await house.docketed()
    await house.hold_all()
    house.clock.advance(10 * timedelta(seconds=1))
    caplog.clear()

    await house.restart()
    await house.hold_all()

    assert asked(house) == [2] * 5
    assert len(await notices(house)) == 5
    hosts = [post for post in house.courier.posts if isinstance(post.announcement, HostFaultFound)]
    assert len(hosts) == 5
    assert {(post.dispatch.guild_id, post.ref.channel_id) for post in hosts} == {(HOST_ID, 900)}
    assert caplog.text.count("it refuses the key. What to do: set a working") == 5, "each log has it once"

    house.jury_says(votes())
    await house.restart()
    await house.hold_all()
    assert len(await house.sessions(case)) == 1
    async with house.store.reading() as repos:
        assert await repos.faults.subjects() == set()


async def test_what_was_told_of_models_that_nobody_asks_any_more_is_forgotten_at_the_start(house: House) -> None:
    async with house.store.writing() as repos:
        for subject in ("vendor1", "judges/judge", "gone", "gone/model"):
            await repos.faults.tell(GUILD, subject, HostFault.KEY_REFUSED, house.clock.now())
    await house.restart()
    async with house.store.reading() as repos:
        assert await repos.faults.subjects() == {"vendor1", "judges/judge"}


async def test_each_server_whose_case_is_affected_is_told_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await house.set_up(OTHER_GUILD)
    house.jury_says(*[votes()] * 4, REFUSED)
    for guild_id in (GUILD, OTHER_GUILD):
        await house.heard("Can AI write a novel?", guild_id)
        await house.heard("Can AI fold a shirt?", guild_id)
    for guild_id in (GUILD, OTHER_GUILD):
        (told,) = await notices(house, guild_id)
        assert (told.provider, told.sits, told.writes, told.nothing_heard) == ("vendor5", True, False, False)
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [
        "vendor5 cannot be asked: it refuses the key. What to do: set a working VENDOR5_API_KEY. It is tried again in "
        "minutes, and at once after a restart",
    ]


async def test_a_dead_vendors_seats_go_to_alternates_without_asking_it(house: House) -> None:
    jurors = seat(house, 7)
    jurors[0].script(REFUSED)
    jurors[1].script(UNREACHABLE)
    hearings = []
    for number in range(3, 15):
        (hearing,) = await house.sessions(await house.heard(f"Can AI juggle {number} balls at once?"))
        hearings.append(hearing)

    assert all(hearing.tally.yes == 5 for hearing in hearings)
    assert (len(jurors[0].asked), len(jurors[1].asked)) == (1, 1)
    out = {opinion.cause for hearing in hearings for opinion in hearing.replaced}
    assert out == {"HTTP 401, key refused", "timed out", "not asked: key refused", "not asked: unreachable"}
    outcomes = {opinion.outcome for hearing in hearings for opinion in hearing.replaced}
    assert outcomes == {Outcome.UNAVAILABLE}


async def test_alternates_that_are_out_too_are_followed_by_the_next(house: House) -> None:
    for juror in (jurors := seat(house, 8, panel_size=2))[:6]:
        juror.script(REFUSED)
    (hearing,) = await house.sessions(await house.heard())
    assert hearing.tally.yes == 2
    assert {opinion.model for opinion in hearing.opinions} == {jurors[6].ref, jurors[7].ref}
    assert all(len(juror.asked) <= 1 for juror in jurors)


async def test_an_alternate_that_fails_by_itself_is_on_the_record_with_its_cost(house: House) -> None:
    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15))
    faulty, babbling, _ = seat(house, 3, panel_size=1)
    faulty.script(REFUSED)
    babbling.script(babbles())
    paid = set()
    for number in range(3, 40):
        hearing = await house.hearings.hold(sample("1B0C", f"Can AI juggle {number} balls?"), 1, None)
        for replaced in hearing.replaced:
            paid.add((str(replaced.model), replaced.outcome))
        assert len(hearing.replaced) <= 1, "the record has room for one a seat"
    assert ("vendor2/model", Outcome.INVALID) in paid


async def test_an_unknown_model_is_told_by_its_address_and_setting(house: House) -> None:
    house.jury_says(*[votes()] * 4, UNKNOWN)
    await house.heard()
    (told,) = await notices(house)
    assert (told.model, told.setting, told.fault) == ("vendor5/model", "JURORS", HostFault.UNKNOWN_MODEL)


async def test_a_judge_that_is_out_leaves_the_text_to_the_template_and_is_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.judge.script(UNKNOWN)
    case = await house.heard()
    await house.heard("Can AI fold a shirt?")
    (hearing,) = await house.sessions(case)
    assert (hearing.ruling.narrator, hearing.disposition) == (None, Disposition.FIRST_RULING)
    (told,) = await notices(house)
    assert (told.model, told.setting, told.sits, told.writes) == ("judges/judge", "JUDGE", False, True)
    assert len(house.judge.asked) == 1
    assert "wrote no usable ruling" not in caplog.text


async def test_a_researcher_that_is_out_is_told_and_the_case_is_heard_without(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.judge = house.model("judges/judge", REFUSED)
    house.judge._can_search = True
    house.jury = replace(house.jury, judge=house.judge)
    house.restart_services()
    case = await house.heard()
    assert (await house.sessions(case))[0].tally.yes == 5
    (told,) = await notices(house)
    assert (told.provider, told.sits, told.writes) == ("judges", False, True)
    assert len(house.judge.asked) == 1
    assert "no background" not in caplog.text


async def test_what_jurors_were_paid_before_it_turned_out_is_settled_and_the_wait_grows(house: House) -> None:
    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15))
    house.caps = Caps(server_daily=10 * MICRO)
    house.restart_services()
    house.jury_says(votes(), votes(), votes(), REFUSED, REFUSED)
    case = await house.docketed()

    await house.hold_all()

    each = 100 * 3 + 20 * 15
    assert await money(house) == (3 * each, 0)
    assert await house.sessions(case) == []
    assert await waits(house, case) == 5 * MINUTE, "longer than until the next try, because jurors were paid"
    house.clock.advance(5 * MINUTE)
    await house.hold_all()
    assert asked(house) == [1, 1, 1, 2, 2], "those in doubt are asked first, and the others not at all"
    assert await money(house) == (3 * each, 0)
    assert await waits(house, case) == 4 * MINUTE


async def test_nothing_is_set_aside_while_no_quorum_can_be_asked(house: House) -> None:
    house.jury = replace(house.jury, tariff=lambda _ref: Price(3, 15))
    house.restart_services()
    house.jury_says(REFUSED)
    await house.docketed()
    await house.hold_all()
    later = await house.docketed("Can AI fold a shirt?")
    await house.hold_all()
    assert await money(house) == (0, 0)
    assert asked(house) == [1] * 5
    assert await waits(house, later) == 2 * MINUTE


async def test_a_quorum_that_faults_did_not_prevent_is_missed_as_ever(house: House) -> None:
    slow = ModelTimeout("too late")
    house.jury_says(votes(), votes(), slow, slow, REFUSED)
    case = await house.heard()
    (hearing,) = await house.sessions(case)
    assert hearing.disposition is Disposition.MISTRIAL
    assert await waits(house, case) == timedelta(days=1)


async def test_recused_jurors_do_not_count_as_reachable(house: House) -> None:
    refs = ["openai/a", "anthropic/b", "mistral/c", "xai/d", "deepseek/e"]
    house.jurors = [house.model(ref, votes()) for ref in refs]
    house.jury = replace(house.jury, pool=house.pool(house.jurors))
    house.restart_services()
    for juror in house.jurors[1:3]:
        juror.script(REFUSED)
    await house.docketed("Can AI fold a shirt?")
    await house.hold_all()
    before = asked(house)
    # Four of the five would sit, of whom two are out: fewer than the three that a panel of four needs.
    await house.docketed("Can AI of OpenAI write a novel?")
    await house.hold_all()
    assert asked(house) == before


async def test_a_former_juror_whose_model_is_gone_is_nobodys_fault(house: House) -> None:
    gone = house.model("vendor9/gone", UNKNOWN)
    elsewhere = house.model("vendor8/gone", REFUSED)
    house.jury = replace(house.jury, finder={gone.ref: gone, elsewhere.ref: elsewhere}.get)
    house.restart_services()
    former = Conditions(kind=HearingKind.BRIDGE, former=Former((gone.ref, elsewhere.ref), 1))
    hearing = await house.hearings.hold(sample("1B0C", "Can AI write a novel?"), 2, None, conditions=former)
    assert [opinion.cause for opinion in hearing.former] == ["HTTP 404, no such model", "HTTP 401, key refused"]
    assert house.hearings.jury.reach is not None
    assert house.hearings.jury.reach.outages == ()


async def test_a_former_jury_is_not_paid_for_a_hearing_that_has_no_quorum(house: House) -> None:
    before = house.model("vendor9/former", votes())
    house.jury = replace(house.jury, finder={before.ref: before}.get)
    house.restart_services()
    house.jury_says(REFUSED)
    await house.docketed()
    await house.hold_all()
    house.clock.advance(2 * MINUTE)
    conditions = Conditions(kind=HearingKind.BRIDGE, former=Former((before.ref,), 1))
    novel = sample("1B0C", "Can AI write a novel?")
    with pytest.raises(Exception, match="too few jurors"):
        await house.hearings.hold(novel, 2, None, conditions=conditions)
    assert before.asked == []
    house.jury_says(votes())
    house.clock.advance(4 * MINUTE)
    hearing = await house.hearings.hold(novel, 2, None, conditions=conditions)
    assert (hearing.tally.yes, hearing.former_tally.yes) == (5, 1)


async def test_one_vendor_with_all_seats_is_tried_by_one_question_before_the_others(house: House) -> None:
    house.jurors = [house.model(f"vendor/model{number}", REFUSED) for number in range(1, 6)]
    house.jury = replace(house.jury, pool=house.pool(house.jurors))
    house.restart_services()
    case = await house.docketed()
    await house.hold_all()
    found = sum(asked(house))
    house.clock.advance(2 * MINUTE)
    await house.hold_all()
    assert sum(asked(house)) == found + 1
    house.jury_says(votes())
    house.clock.advance(4 * MINUTE)
    await house.hold_all()
    (hearing,) = await house.sessions(case)
    assert (hearing.tally.yes, sum(asked(house))) == (5, found + 6)


async def test_a_jump_of_the_clock_has_everything_tried_at_once(house: House) -> None:
    house.jury_says(REFUSED)
    await house.docketed()
    await house.hold_all()
    house.clock.advance(-timedelta(days=3))
    await house.queue.bring_into_range()
    await house.hold_all()
    assert asked(house) == [2] * 5


async def test_what_could_not_be_told_is_told_the_next_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.jury_says(*[votes()] * 4, REFUSED)
    case = await house.docketed()

    async def full(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(HostFaultService, "_tell_host", full)
        with pytest.raises(StorageError):
            await house.queue.hold_next()
    assert len(await house.sessions(case)) == 1
    assert await notices(house) == []
    await house.heard("Can AI fold a shirt?")
    assert len(await notices(house)) == 1


async def test_the_card_tells_of_mistrials_until_there_is_a_ruling(house: House) -> None:
    case = await house.docketed()
    await house.deliver_all()
    silent = ModelTimeout("too late")
    told, again = [], []
    for step in (silent, silent, votes(), silent, votes()):
        house.jury_says(step)
        house.courier.posts.clear()
        house.courier.edits.clear()
        await house.hold_all()
        await house.deliver_all()
        told.append([one.announcement.kind for one in (*house.courier.posts, *house.courier.edits)])
        again += [one.overview.heard_again_at for one in house.courier.edits]
        house.clock.advance(await waits(house, case))
    assert told == [["card_update"], ["card_update"], ["ruling", "card_update"], ["ruling"], ["ruling"]]
    day = timedelta(days=1)
    assert again == [house.clock.now() - 2 * WEEK - 3 * day + count * day for count in (1, 2)] + [None]


@pytest.mark.parametrize(
    ("notice", "line"),
    [
        (
            HostFaultFound("acme", HostFault.KEY_REFUSED, "ACME_API_KEY"),
            "acme cannot be asked: it refuses the key. What to do: set a working ACME_API_KEY",
        ),
        (
            HostFaultFound("acme", HostFault.NO_CREDIT, "ACME_API_KEY"),
            "acme cannot be asked: the account has no credit left. What to do: add credit to the account of "
            "ACME_API_KEY",
        ),
        (
            HostFaultFound("acme", HostFault.UNKNOWN_MODEL, "JURORS", "acme/one"),
            "acme/one cannot be asked: its vendor does not know this model. What to do: name another model in JURORS",
        ),
        (
            HostFaultFound("acme", HostFault.UNREACHABLE, "ACME_BASE_URL"),
            "acme cannot be asked: no connection can be made. What to do: check the network, and ACME_BASE_URL "
            "if it is set",
        ),
    ],
)
def test_every_fault_says_what_to_do(notice: HostFaultFound, line: str) -> None:
    assert line_of_fault(notice) == line
