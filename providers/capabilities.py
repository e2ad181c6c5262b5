"""What an endpoint supports, found out by asking: the format of an answer, and the search tool.

Every server words its rejections differently. What a server rejects is left out and the question is
asked again. What it accepted is remembered for that model, but only once the model has answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from http import HTTPStatus
from typing import Final

from court.jury.model import Completion, Request
from providers.failures import complaint

_ABOUT_FORMAT: Final = re.compile(
    r"response.?format|response.?schema|json.?schema|json.?object|json.?mode|structured.?output|guided|grammar"
    r"|output.?config|output.?format|text\.format|citations"
    # OpenRouter, when none of its hosts supports the format that we require.
    r"|requested.parameters",
    re.IGNORECASE,
)

_ABOUT_SEARCH: Final = re.compile(r"web.?search|tool|\binclude\b", re.IGNORECASE)

_OF_FORMAT: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
_OF_SEARCH: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY)
_OF_NO_SUCH_PLACE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)

_FENCED: Final = re.compile(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", re.IGNORECASE | re.DOTALL)


class Format(IntEnum):
    """The ways to ask a server for JSON, strictest first."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    PROMPT_ONLY = 2


@dataclass(frozen=True, slots=True)
class Level:
    """What one request asks of a server."""

    form: Format = Format.JSON_SCHEMA
    searching: bool = False


class Levels:
    """The level that each model of one endpoint accepts, as far as it is known."""

    def __init__(self, status: type[Exception], forms: tuple[Format, ...]) -> None:
        """Start with nothing known.

        Args:
            status: the SDK's exception for an HTTP status.
            forms: the formats that the API offers, strictest first.
        """
        self._status = status
        self._forms = forms
        self._found: dict[tuple[str, bool], Level] = {}

    async def ask(self, model: str, searching: bool, attempt: Callable[[Level], Awaitable[Completion]]) -> Completion:
        """Ask at the level known for the model, and at lower ones if the server rejects it.

        An exception from `attempt` passes through if nothing is left to leave out, or if the server
        complains about something else.
        """
        level = self._found.get((model, searching), Level(searching=searching))
        while True:
            try:
                answer = await attempt(level)
            except self._status as error:
                lower = self._lower(model, level, error)
                if lower is None:
                    raise
                level = lower
            else:
                self._found[model, searching] = self._found[model, level.searching] = level
                return answer

    def _lower(self, model: str, level: Level, error: Exception) -> Level | None:
        status, words = getattr(error, "status_code", 0), complaint(error)
        if status in _OF_FORMAT and _ABOUT_FORMAT.search(words):
            form = self._laxer(level)
            if form is not None:
                return replace(level, form=form)
        # A server without the search API's path may still have the other one.
        if level.searching and (status in _OF_NO_SUCH_PLACE or (status in _OF_SEARCH and _ABOUT_SEARCH.search(words))):
            return self._found.get((model, False), Level())
        return None

    def _laxer(self, level: Level) -> Format | None:
        # OpenAI rejects its JSON mode together with the search tool.
        forms = (form for form in self._forms if not (level.searching and form is Format.JSON_OBJECT))
        return next((form for form in forms if form > level.form), None)


def instructions(request: Request, form: Format) -> str:
    """Return the system part of the prompt, including the schema if the request does not carry it elsewhere."""
    if form is Format.JSON_SCHEMA:
        return request.system
    schema = json.dumps(request.schema, ensure_ascii=False)
    order = "Answer with one JSON object and nothing else. It has to fit this JSON schema:"
    return f"{request.system}\n\n{order}\n{schema}"


def unfenced(text: str, form: Format) -> str:
    """Strip a Markdown fence from the JSON object, if the fence is the whole answer.

    Models that are not held to a schema often fence their answer.
    """
    fenced = None if form is Format.JSON_SCHEMA else _FENCED.fullmatch(text)
    return fenced[1] if fenced else text
