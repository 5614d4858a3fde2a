"""Maps errors of OpenAI's SDK to the brain's own errors and to reasons that may be shown."""

import re
from collections.abc import Mapping

import openai

from brain.errors import (
    GeneratorBusy,
    GeneratorError,
    GeneratorRefused,
    GeneratorUnreachable,
    PromptTooLong,
)

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size"  # the codes of OpenAI and of llama.cpp
    r"|exceeds? the (available |maximum )?context|context (length|window)|model length"
    r"|prompt( is)? too long|(maximum|max) number of tokens",
    re.IGNORECASE,
)
_OVERLOADED = re.compile(r"server_?error|overload|rate_?limit|unavailable|timeout", re.IGNORECASE)
_ECHOES = frozenset({"input", "body"})
"""Keys under which pydantic and FastAPI repeat the request: the person's words and all options."""
_RETRY_STATUSES = frozenset({408, 409, 425, 429})
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_REASONS = {
    401: "The key was not accepted.",
    402: "The account has no credit left.",
    403: "The key may not use this model.",
    404: "The server does not know this model, or the address is wrong.",
}


def refusal_reason(error: openai.OpenAIError) -> str:
    """Returns why a server refused, in fixed words: its own may repeat the key or the prompt."""
    code = getattr(error, "code", None)
    if code == "insufficient_quota":
        return _REASONS[402]
    status = _status(error)
    if status is None:
        return "The server broke off with an error."
    label = f"{status}, {code}" if _CODE.fullmatch(code or "") else f"{status}"
    return _REASONS.get(status, f"The server rejected the request ({label}).")


def error_text(error: openai.APIError) -> str:
    """Returns all that the server says about its error, whatever its shape, only to be searched.

    The SDK takes a message from `{"error": {"message": ...}}` alone; FastAPI sends `detail`, other
    servers send plain text or name the fields as keys. The text may repeat the key or the prompt,
    so it must be neither shown nor logged.
    """
    words = [error.message]
    parts = [error.body]
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, Mapping):
            words += map(str, part)
            parts += (value for key, value in part.items() if key not in _ECHOES)
        elif isinstance(part, list):
            parts += part
    return " ".join(words)


def map_error(error: openai.OpenAIError, *, model: str, address: str) -> GeneratorError:
    """Returns the brain's error to raise in place of the SDK's.

    Args:
        error: as the SDK raised it.
        model: name of the model, as people are told.
        address: URL of the server, without a password.
    """
    if isinstance(error, openai.APIConnectionError):
        return GeneratorUnreachable(address=address)
    if not isinstance(error, openai.APIError):
        return GeneratorRefused(model=model, reason=refusal_reason(error))
    status = _status(error)
    described = f"{error.code} {error.type} {error_text(error)}"
    if status not in {401, 403, 404, 429} and (status == 413 or _TOO_LONG.search(described)):  # noqa: PLR2004
        return PromptTooLong()
    if error.code != "insufficient_quota" and _is_passing(status, f"{error.code} {error.type}"):
        return GeneratorBusy(model=model)
    return GeneratorRefused(model=model, reason=refusal_reason(error))


def _status(error: openai.OpenAIError) -> int | None:
    """Returns the HTTP status of the answer, or of an error within a stream, if there is one."""
    status = str(getattr(error, "status_code", None) or getattr(error, "code", None))
    return int(status) if status.isdecimal() else None


def _is_passing(status: int | None, kind: str) -> bool:
    if status is None:
        return bool(_OVERLOADED.search(kind))
    return status in _RETRY_STATUSES or status >= 500  # noqa: PLR2004
