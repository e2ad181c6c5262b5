"""What is specific to searches through OpenAI's Responses API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish
from court.models import Source
from tests.fakes.answers import Page, said, search_call
from tests.fakes.vendor import Reply, always
from tests.providers.asking import PAPER, RESEARCH, asking

SONG = Page("https://news.example/song", "A machine sings")
STUDY = Page("https://lab.example/study?id=7")


LITTLE = {"input_tokens": 1, "output_tokens": 1}


def response_of(*output: dict[str, Any], status: str | None = "completed", **more: object) -> Reply:
    return Reply(body={"object": "response", "status": status, "output": list(output), "usage": LITTLE, **more})


async def read(reply: Reply) -> Completion:
    async with asking("openai", always(reply)) as (model, _):
        return await model.complete(RESEARCH)


@pytest.mark.parametrize(
    ("reply", "completion"),
    [
        (response_of(said("I look.", phase="commentary"), said("{}", phase="final_answer")),
         Completion("{}", Finish.STOP, 1, 1)),
        (response_of(said("{}"), status=None), Completion("{}", Finish.STOP, 1, 1)),
        (response_of(said("No.", refused=True)), Completion("No.", Finish.REFUSAL, 1, 1)),
        (response_of(said("I wo"), status="incomplete", incomplete_details={"reason": "content_filter"}),
         Completion("I wo", Finish.REFUSAL, 1, 1)),
        (response_of(status="incomplete", incomplete_details={"reason": "content_filter"}),
         Completion("", Finish.REFUSAL, 1, 1)),
        (response_of(said("{"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
         Completion("{", Finish.LENGTH, 1, 1)),
        (response_of(status="incomplete"), Completion("", Finish.LENGTH, 1, 1)),
        (response_of(status="failed", error={"code": "bio_policy", "message": "no"}),
         Completion("", Finish.REFUSAL, 1, 1)),
        (response_of(said("{}"), usage={"input_tokens": 3, "output_tokens": None}),
         Completion("{}", Finish.STOP, metered=False)),
    ],
    ids=["last message", "no status", "refused", "filtered midway", "filtered", "cut", "cut at once", "policy",
         "no count"],
)  # fmt: skip
async def test_answers(reply: Reply, completion: Completion) -> None:
    assert await read(reply) == completion


async def test_answer_that_the_server_gave_up() -> None:
    with pytest.raises(ModelUnavailable, match=r"^gave up halfway$"):
        await read(response_of(status="failed", error={"code": "server_error", "message": "secret"}))


@pytest.mark.parametrize(
    "mark", ["\ue200cite\ue202turn1search0\ue201", "\\ue200cite\\ue202turn1search0\\ue202turn0news1\\ue201"]
)
async def test_citation_marks_that_the_vendor_left_are_removed(mark: str) -> None:
    """The vendor leaves them when a schema is used, either plain or escaped as in JSON."""
    completion = await read(response_of(search_call(SONG), said(f'{{"reason": "It sang.{mark}", "ballot": "YES"}}')))
    assert json.loads(completion.text) == {"reason": "It sang.", "ballot": "YES"}


async def test_vendors_tracking_parameter_makes_no_second_page() -> None:
    marked = Page("https://news.example/song?utm_source=openai", "A machine sings")
    studied = Page("https://lab.example/study?utm_source=openai&id=7")
    completion = await read(response_of(search_call(SONG, marked), search_call(studied, STUDY), said("{}", marked)))
    assert completion.sources == (Source("A machine sings", SONG.url), Source("lab.example", STUDY.url))


async def test_page_that_only_the_model_named_is_no_source() -> None:
    """A citation is part of the answer, and an opened page is the model's own choice: the search returned neither."""
    opened = {"id": "ws_2", "type": "web_search_call", "status": "completed",
              "action": {"type": "open_page", "url": "https://opened.example/"}}  # fmt: skip
    invented = Page("https://invented.example/", "Invented")
    completion = await read(response_of(search_call(STUDY), opened, said("{}", invented)))
    assert [source.url for source in completion.sources] == [STUDY.url]


async def test_sources_that_are_no_pages_are_left_out() -> None:
    call = search_call(STUDY)
    call["action"]["sources"] += [{"type": "api", "name": "oai-weather"}, {"type": "url", "url": None}]
    assert len((await read(response_of(call, said("{}")))).sources) == 1


async def test_finished_searches_are_counted_if_the_server_does_not_count_them() -> None:
    opened = {"id": "ws_2", "type": "web_search_call", "status": "completed",
              "action": {"type": "find_in_page", "url": SONG.url, "pattern": "sing"}}  # fmt: skip
    calls = [search_call(SONG), search_call(status="failed"), opened, search_call()]
    assert (await read(response_of(*calls, said("{}")))).searches == 2
    counted = {"web_search": {"num_requests": 5}}
    assert (await read(response_of(*calls, said("{}"), tool_usage=counted))).searches == 5


async def test_answer_survives_a_call_that_tells_no_pages() -> None:
    call = {"id": "ws_1", "type": "web_search_call", "status": "completed"}
    completion = await read(response_of(call, said(json.dumps(PAPER))))
    assert completion == Completion(json.dumps(PAPER), Finish.STOP, 1, 1, searches=1)
