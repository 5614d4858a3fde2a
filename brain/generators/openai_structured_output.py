"""Reads forms out of what models write around them: fences, prose, thoughts, a comma too many."""

import json
import re
from collections.abc import Iterator
from typing import Any

import openai
from pydantic import ValidationError

from brain.ports import Form

_SPARE_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
"""A text in quotes, or a comma before a closing bracket."""
_MOST_OBJECTS = 50


def json_schema(form: type[Form]) -> dict[str, Any]:
    """Returns the schema of a form in the strict kind that OpenAI wants: every key is required."""
    function = openai.pydantic_function_tool(form)["function"]
    return dict(function.get("parameters") or {})


def read_form(text: str, form: type[Form]) -> Form | None:
    """Returns the last JSON object of a text that is valid; None if there is none.

    The last, because a model may have drafted the form before it wrote it.
    """
    found: Form | None = None
    for value in _objects(text):
        try:
            found = form.model_validate(value)
        except ValidationError:
            continue
    return found


def _objects(text: str) -> Iterator[object]:
    """Yields the JSON objects of a text that do not lie within one another."""
    tidy = _SPARE_COMMA.sub(lambda match: match[1] or "", text)
    decoder = json.JSONDecoder(strict=False)
    at = tidy.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(tidy, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield value
        at = tidy.find("{", end)
