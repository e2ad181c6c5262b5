"""OpenAI's Responses API, the one of its APIs in which a model can search the web.

tools    [{"type": "web_search"}]
include  ["web_search_call.action.sources"]; without it the response leaves out the pages
output   items of the types `reasoning`, `web_search_call` and `message`, in the order in which they were made
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import httpx2
from openai.types.responses import (
    Response,
    ResponseFunctionWebSearch,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
)
from openai.types.responses.response_output_text import AnnotationURLCitation

from court.errors import ModelUnavailable
from court.jury.model import Completion, Finish, Request
from providers.bounded import built
from providers.capabilities import Format, instructions, unfenced
from providers.completions import MOST_SEARCHES, NO_COMPLETION, completion, counted, told
from providers.sources import Page, page_address, sources
from providers.vendors import MAX_SEARCHES

_CITATION: Final = re.compile(r"(?:\ue200|\\ue200).*?(?:\ue201|\\ue201)", re.IGNORECASE)
"""A citation mark that the model writes for its vendor. The vendor leaves it in the text when a schema is used."""

_REFUSALS: Final = ("invalid_prompt", "bio_policy", "misalignment_policy_violation")
"""Error codes that mean the question was refused, not that the server failed."""


def arguments(model: str, request: Request, form: Format, search: dict[str, Any]) -> dict[str, Any]:
    """Return the SDK call's arguments for one question with a search."""
    asked: dict[str, Any] = {
        "model": model,
        "instructions": instructions(request, form),
        "input": request.user,
        "max_output_tokens": request.max_tokens,
        "tools": [search],
        "max_tool_calls": MAX_SEARCHES,
        "include": ["web_search_call.action.sources"],
        # Unlike chat completions, this API stores requests unless told otherwise.
        "store": False,
    }
    if form is Format.JSON_SCHEMA:
        schema = {"type": "json_schema", "name": request.schema_name, "schema": request.schema, "strict": True}
        asked["text"] = {"format": schema}
    return asked


def read(response: httpx2.Response, form: Format) -> Completion:
    """Return the answer together with what the search returned.

    Raises:
        ModelUnavailable: when the response is not a completion.
    """
    answer = built(Response, response)
    # The SDK does not validate the types it builds.
    try:
        finish = _finish(answer)
        messages = [item for item in answer.output if isinstance(item, ResponseOutputMessage)]
        calls = [item for item in answer.output if isinstance(item, ResponseFunctionWebSearch)]
        # Before its answer a model may say, in separate messages, what it is about to do.
        refusal, text = _said(messages[-1]) if messages else (None, None)
        found = sources(_pages(calls, messages))
    except (AttributeError, TypeError):
        raise ModelUnavailable(NO_COMPLETION) from None
    if refusal is not None or finish is Finish.REFUSAL:
        finish, text = Finish.REFUSAL, refusal or text
    elif text is not None:
        text = unfenced(_CITATION.sub("", text), form)
    tokens = (counted(answer.usage, "input_tokens"), counted(answer.usage, "output_tokens"))
    return completion(text, finish, tokens, sources=found, searches=_searches(answer, calls), answer=answer)


def _finish(answer: Response) -> Finish:
    status = getattr(answer, "status", None)
    if status == "incomplete":
        filtered = getattr(answer.incomplete_details, "reason", None) == "content_filter"
        return Finish.REFUSAL if filtered else Finish.LENGTH
    if status == "failed":
        if getattr(answer.error, "code", None) in _REFUSALS:
            return Finish.REFUSAL
        raise ModelUnavailable("gave up halfway")
    if status in ("queued", "in_progress", "cancelled"):
        raise ModelUnavailable(NO_COMPLETION)
    return Finish.STOP


def _said(message: ResponseOutputMessage) -> tuple[str | None, str | None]:
    refusals = [part.refusal for part in message.content if isinstance(part, ResponseOutputRefusal)]
    texts = [part.text for part in message.content if isinstance(part, ResponseOutputText)]
    return "".join(refusals) if refusals else None, "".join(texts) if texts else None


def _pages(calls: list[ResponseFunctionWebSearch], messages: list[ResponseOutputMessage]) -> Iterator[Page]:
    """Yield the pages that the searches found. Only cited pages have a title, and it comes from the citation."""
    titles = {
        page_address(citation.url): citation.title
        for message in messages
        for part in message.content
        for citation in getattr(part, "annotations", None) or ()
        if isinstance(citation, AnnotationURLCitation)
    }
    for call in calls:
        # Pages that the model opened itself are in other actions; it may have made up their addresses.
        for page in getattr(call.action, "sources", None) or ():
            url = getattr(page, "url", None)
            yield Page(url, getattr(page, "title", None) or titles.get(page_address(url)))


def _searches(answer: Response, calls: list[ResponseFunctionWebSearch]) -> int | None:
    billed = getattr(answer.tool_usage, "web_search", None)
    if told(billed, "num_requests"):
        return counted(billed, "num_requests", MOST_SEARCHES)
    made = sum(call.status == "completed" and getattr(call.action, "type", "search") == "search" for call in calls)
    return made if made <= MOST_SEARCHES else None
