"""What is wrong with a value, in a line that names its variable and says what to write."""

from __future__ import annotations

from pydantic_core import ErrorDetails, PydanticCustomError

WHOLE = "whole_line"
"""The type of an error whose message is a whole line, which names the variable itself."""

IN_WORDS = {
    "int_parsing": "write a whole number",
    "int_parsing_size": "write a smaller number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "finite_number": "write a number",
    "greater_than": "write more than {gt:g}",
    "greater_than_equal": "write at least {ge:g}",
    "less_than_equal": "write at most {le:g}",
    "literal_error": "write {expected}",
}
"""What to write, by pydantic's types of errors."""


def whole_line(line: Exception) -> PydanticCustomError:
    """Return the error for a validator to raise whose message names the variable itself."""
    return PydanticCustomError(WHOLE, "{line}", {"line": str(line)})


def line_of(wrong: ErrorDetails) -> str:
    """Return what is wrong with a field in a line that begins with its variable."""
    if wrong["type"] == WHOLE:
        return wrong["msg"]
    said = IN_WORDS[wrong["type"]].format(**wrong.get("ctx", {})) if wrong["type"] in IN_WORDS else wrong["msg"]
    return f"{str(wrong['loc'][0]).upper()}: {said[:1].lower()}{said[1:]}"
