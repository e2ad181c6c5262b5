"""Vendors' answers, in the shapes in which they come over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Stop = Literal["stop", "length", "refusal"]
Tokens = tuple[int, int]
"""Tokens in and out."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a search returns. OpenAI gives no age, and a title only if the page is cited."""

    url: str
    title: str | None = None
    age: str | None = None


def chat_completion(
    model: str, text: str | None, stop: Stop, tokens: Tokens, _pages: Sequence[Page] | None = None
) -> dict[str, Any]:
    """Return an answer of OpenAI's Chat Completions API, which has no search here."""
    refused = stop == "refusal"
    message = {"role": "assistant", "content": None if refused else text, "refusal": text if refused else None}
    return {
        "id": "chatcmpl-loopback",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop" if refused else stop}],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
    }


def response(
    model: str, text: str | None, stop: Stop, tokens: Tokens, pages: Sequence[Page] | None = None
) -> dict[str, Any]:
    """Return an answer of OpenAI's Responses API."""
    output: list[dict[str, Any]] = [{"id": "rs_1", "type": "reasoning", "summary": []}]
    if pages is not None:
        output.append(search_call(*pages))
    if text is not None:
        output.append(said(text, *(pages or ()), refused=stop == "refusal"))
    return {
        "id": "resp_loopback",
        "object": "response",
        "created_at": 1.0,
        "model": model,
        "status": "incomplete" if stop == "length" else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if stop == "length" else None,
        "instructions": None,
        "metadata": {},
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [{"type": "web_search"}],
        "usage": {
            "input_tokens": tokens[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": tokens[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sum(tokens),
        },
    }


def search_call(*pages: Page, status: str = "completed") -> dict[str, Any]:
    """Return a call of OpenAI's search tool, with its sources."""
    sources = [{"type": "url", "url": page.url} for page in pages]
    action = {"type": "search", "query": "AI sings", "queries": ["AI sings"], "sources": sources}
    return {"id": "ws_1", "type": "web_search_call", "status": status, "action": action}


def said(text: str, *cited: Page, refused: bool = False, phase: str | None = None) -> dict[str, Any]:
    """Return a message of OpenAI's Responses API, which cites the pages that have a title."""
    citations = [
        {"type": "url_citation", "start_index": 0, "end_index": 1, "title": page.title, "url": page.url}
        for page in cited
        if page.title is not None
    ]
    part: dict[str, Any] = {"type": "output_text", "text": text, "annotations": citations}
    if refused:
        part = {"type": "refusal", "refusal": text}
    content = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    return content if phase is None else {**content, "phase": phase}


def message(
    model: str, text: str | None, stop: Stop, tokens: Tokens, pages: Sequence[Page] | None = None
) -> dict[str, Any]:
    """Return an answer of Anthropic's Messages API."""
    reasons = {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal"}
    usage: dict[str, Any] = {"input_tokens": tokens[0], "output_tokens": tokens[1]}
    content: list[dict[str, Any]] = []
    if pages is not None:
        content += [{"type": "text", "text": "I'll look it up."}, *search_result(*pages)]
        usage["server_tool_use"] = {"web_search_requests": 1, "web_fetch_requests": 0}
    if text is not None:
        content.append({"type": "text", "text": text})
    return {
        "id": "msg_loopback",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": reasons[stop],
        "stop_sequence": None,
        "usage": usage,
    }


def search_result(*pages: Page) -> list[dict[str, Any]]:
    """Return a call of Anthropic's search tool, and what it found."""
    used = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "AI sings"}}
    results = [
        {
            "type": "web_search_result",
            "url": page.url,
            "title": page.title or "",
            "encrypted_content": "Eo8DCio…",
            "page_age": page.age,
        }
        for page in pages
    ]
    return [used, {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": results}]
