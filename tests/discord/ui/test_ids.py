"""Custom ids fit Discord's limit, can be read back, and belong to one kind of button each."""

from __future__ import annotations

import pytest

from cogs.ui import ids
from court.models import Vote
from court.servers.settings import Places

LARGEST = 2**63 - 1
KINDS = {
    ids.APPROVE: [ids.approve_id(LARGEST)],
    ids.EDIT: [ids.edit_id(LARGEST)],
    ids.DENY: [ids.deny_id(LARGEST)],
    ids.VOTE: [ids.vote_id(LARGEST, vote) for vote in Vote],
}
EVERY = [one for made in KINDS.values() for one in made]


@pytest.mark.parametrize("custom_id", EVERY)
def test_id_fits_and_is_read_by_its_own_kind_only(custom_id: str) -> None:
    readers = [template for template in KINDS if template.fullmatch(custom_id)]

    assert len(custom_id) <= 100
    assert len(readers) == 1
    match = readers[0].fullmatch(custom_id)
    assert match is not None
    assert int(match["case_id"]) == LARGEST


def test_ids_match_those_of_old_messages() -> None:
    # Old messages carry these ids. New kinds may be added, but these must never change.
    assert ids.vote_id(12, Vote.MAYBE) == "court:v1:vote:12:maybe"
    assert ids.approve_id(12) == "court:v1:approve:12"
    assert ids.edit_id(12) == "court:v1:edit:12"
    assert ids.deny_id(12) == "court:v1:deny:12"
    assert ids.pick_id("mods", Places(verdict_channel_id=5)) == "court:v1:pick:mods:5::"
    assert ids.save_id(Places(mod_channel_id=6, mod_role_id=None)) == "court:v1:save:::6:0"
    assert ids.save_id(Places(mod_role_id=7), ["shared", "public"]) == "court:v1:save:public+shared:::7"


@pytest.mark.parametrize("custom_id", ["court:v1:vote:12", "court:v1:vote:x:yes", "court:v2:approve:12", "approve:12"])
def test_other_ids_match_no_button(custom_id: str) -> None:
    assert not any(template.fullmatch(custom_id) for template in KINDS)
