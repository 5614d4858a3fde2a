"""Reads forms out of what models write around them: fences, prose, thoughts, a comma too many.

What no reading makes valid is read once more with what models get wrong put right: an object in an
object of one key, JSON in quotes within JSON, typographic quotes.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import openai
from pydantic import ValidationError

from brain.errors import FormRefused
from brain.generators.openai_chat import Chat
from brain.generators.openai_requests import is_bad_answer, names_change
from brain.ports import Form

_SPARE_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
"""A text in quotes, or a comma before a closing bracket."""
_MOST_OBJECTS = 50
_QUOTES = str.maketrans("“”„‟", '""""')


def json_schema(form: type[Form]) -> dict[str, Any]:
    """Returns the schema of a form in the strict kind that OpenAI wants: every key is required."""
    function = openai.pydantic_function_tool(form)["function"]
    return dict(function.get("parameters") or {})


def read_form(text: str, form: type[Form]) -> Form | None:
    """Returns the last JSON object of a text that is valid; None if there is none.

    The last, because a model may have drafted the form before it wrote it.
    """
    found = _last_valid(_objects(text), form)
    if found is None:
        inner = [each for value in _objects(text) for each in _repaired(value)]
        found = _last_valid(inner, form)
    if found is None and (other := _unquoted(text)) != text:
        found = read_form(other, form)
    return found


def _last_valid(values: Iterable[object], form: type[Form]) -> Form | None:
    found: Form | None = None
    for value in values:
        with suppress(ValidationError):
            found = form.model_validate(value)
    return found


def _repaired(value: object) -> Iterator[object]:
    """Yields what an object may have been meant to be."""
    if not isinstance(value, dict):
        return
    # Small models write a list or an object as a text (datachain-ai/datachain#1930).
    opened = {key: _opened(each) for key, each in value.items()}
    yield opened
    # Claude puts the form under a key (phenobarbital/ai-parrot#338), tools under "arguments".
    for each in opened.values():
        if isinstance(each, dict):
            yield {key: _opened(inner) for key, inner in each.items()}


def _opened(value: object) -> object:
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            return json.loads(value, strict=False)
    return value


def _unquoted(text: str) -> str:
    """Returns the text without typographic quotes, or what it is as a text in JSON."""
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
        if isinstance(value, str):
            return value
    return text.translate(_QUOTES)


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


async def ask_form(chat: Chat, form: type[Form], *, model: str) -> Form | None:
    """Returns the answer to a request for a form; None if it is cut off, withheld or invalid.

    Raises:
        FormRefused: the server knows no schemas; the error names the model.
        openai.APIError: as for `Chat.pieces`.
    """
    try:
        async for _ in chat.pieces():
            pass
    except openai.APIError as error:
        if is_bad_answer(error, chat.request):
            return None
        if names_change(error, "no response_format"):
            raise FormRefused(model=model) from error
        raise
    if chat.ending in {"length", "content_filter"}:
        return None
    return read_form(chat.reply, form)
