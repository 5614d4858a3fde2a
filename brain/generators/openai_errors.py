"""Maps errors of OpenAI's SDK to the brain's own errors and to reasons that may be shown."""

import re
from collections.abc import Collection, Mapping

import httpx2
import openai

from brain.errors import (
    GeneratorBusy,
    GeneratorCut,
    GeneratorError,
    GeneratorRefused,
    GeneratorUnreachable,
    PromptTooLong,
)
from brain.generators.openai_client import BodyTooLong
from brain.generators.openai_reading import AnswerCut, NoChatAnswer
from brain.network import causes_of, failure_values

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size"  # the codes of OpenAI and of llama.cpp
    r"|exceeds? the (available |maximum )?context|context size.{0,20}exceed"
    r"|context (length|window)|model length|max_seq_len|max_tokens must be at least 1"
    r"|(prompt|request|message|input)s?( body| is| are)? too (long|large)|prompt exceeds"
    r"|(maximum|max) number of tokens|too many (input |prompt )?tokens|reduce the length"
    # DashScope says "Range of input length should be", Gemini "input token count exceeds", TGI
    # "`inputs` tokens + `max_new_tokens` must be", GLM "Prompt 超长".
    r"|inputs?`? (length|tokens?|token count).{0,60}(should|must|exceed|longer)"
    r"|超长|过长|长度.{0,9}超",
    re.IGNORECASE | re.DOTALL,
)
_OVERLOADED = re.compile(r"server_?error|overload|rate_?limit|unavailable|timeout", re.IGNORECASE)
_UNPAID = re.compile(
    r"insufficient[_ ](?:account[_ ])?(?:quota|balance|credit|funds)|exceeded your current quota"
    r"|余额不足|欠费|arrearage",
    re.IGNORECASE,
)
"""OpenAI, DeepSeek, MiniMax, GLM, DashScope."""
_WITHHELD = re.compile(
    r"content[ _-]?(?:filter|polic|management|moderat|violat)|data_?inspection|responsible_?ai"
    r"|(?:inappropriate|prohibited|sensitive)[ _](?:content|word)|moderation|敏感|违规|不安全",
    re.IGNORECASE,
)
"""How servers say that they do not want to answer a text: OpenAI, Azure, DashScope, GLM."""
_MAY_WITHHOLD = frozenset({None, 400, 403, 422, 451})
_ECHOES = frozenset({"input", "body"})
"""Keys under which pydantic and FastAPI repeat the request: the person's words and all options."""
_WRONG_PATH = re.compile(r"endpoint|not found|no route|unknown path", re.IGNORECASE)
_RETRY_STATUSES = frozenset({408, 409, 425, 429})
_AFFORDABLE = re.compile(r"afford\D{0,20}(\d{1,6})\b", re.IGNORECASE)
"""OpenRouter: "You requested up to 512 tokens, but can only afford 87"."""
_VARYING = re.compile(r"[0-9a-f-]{8,}|\d+", re.IGNORECASE)
"""Parts of a refusal that change from one to the next, such as an id or a time."""
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_FILTERED = "The server's content filter withheld the reply."
_REASONS = {
    401: "The key was not accepted.",
    402: "The account has no credit left.",
    403: "The key may not use this model.",
    404: "The server does not know this model, or the address is wrong: is /v1 missing from it?",
    405: "The address is wrong: is /v1 missing from it?",
}
ANSWER_ERRORS = (
    openai.OpenAIError,
    httpx2.HTTPError,
    AnswerCut,
    NoChatAnswer,
    TimeoutError,
    UnicodeEncodeError,
)
"""All that is raised while a request is sent and its answer is read."""
_OTHER_REASONS: Mapping[type[Exception], str] = {
    BodyTooLong: "The server's answer has no end.",
    httpx2.DecodingError: "The server sent what is no chat reply.",
    NoChatAnswer: "{} Is /v1 missing from the address?",
    UnicodeEncodeError: "The key has characters that no key has.",
}
_TOO_LARGE = frozenset({400, 413, 422})
"""Statuses of refusals whose cause may be the length of the prompt, whatever they say."""


def empty_reason(ending: str, *, thought: bool) -> str:
    """Returns why a reply is empty.

    Args:
        ending: `openai_chat.Chat.ending`.
        thought: whether there were thoughts in its place.
    """
    if ending == "content_filter":
        return _FILTERED
    if thought:
        return (
            "It spent its tokens on thoughts and gave no reply; set "
            "SILICONFRIEND_MODEL__THINKING=off, or allow more SILICONFRIEND_MODEL__THINKING_TOKENS."
        )
    if ending == "length":
        return "It used up its tokens before the first word; allow longer replies."
    return "The reply was empty."


def refusal_reason(error: openai.OpenAIError) -> str:
    """Returns why a server refused, in fixed words: its own may repeat the key or the prompt."""
    code = getattr(error, "code", None)
    if is_unpaid(error):
        return _REASONS[402]
    status = status_of(error)
    if is_about_content(error):
        return _FILTERED
    if status is None:
        words = error_text(error) if isinstance(error, openai.APIError) else ""
        # LM Studio says so with the status 200.
        hint = " Is /v1 missing from the address?" if _WRONG_PATH.search(words) else ""
        return f"The server broke off with an error.{hint}"
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


def fingerprint(refusal: openai.APIError) -> int:
    """Returns a number that is the same for refusals that say the same."""
    words = _VARYING.sub("", f"{refusal.code} {error_text(refusal)}")
    return hash((status_of(refusal), words))


def is_too_long(error: openai.APIError) -> bool:
    """Returns whether a server says, in words that are known, that the prompt is too long."""
    described = f"{error.code} {error.type} {error_text(error)}"
    if status_of(error) == 429:  # noqa: PLR2004
        # A limit of tokens a minute, which this request exceeds by itself or with others.
        return "request too large" in described.lower()
    return status_of(error) not in {401, 403, 404} and bool(_TOO_LONG.search(described))


def is_unpaid(error: Exception) -> bool:
    """Returns whether a server says that there is no credit, for which it has no usual status."""
    words = f"{error.code} {error_text(error)}" if isinstance(error, openai.APIError) else ""
    return bool(_UNPAID.search(words))


def is_about_content(error: Exception) -> bool:
    """Returns whether a server does not want to answer what a prompt says, however long it is."""
    if not isinstance(error, openai.APIError) or status_of(error) not in _MAY_WITHHOLD:
        return False
    return bool(_WITHHELD.search(f"{error.code} {error_text(error)}"))


def is_too_large(error: openai.APIError) -> bool:
    """Returns whether fewer tokens, of the prompt or of the answer, may be accepted.

    Groq holds both against its limit of tokens a minute, OpenRouter against what credit is left.
    """
    return is_too_long(error) or status_of(error) in {402, 413}


def affordable_tokens(error: openai.APIError) -> int | None:
    """Returns for how many tokens of an answer there is credit left, where a server says so."""
    found = _AFFORDABLE.search(error_text(error)) if status_of(error) == 402 else None  # noqa: PLR2004
    return int(found[1]) if found else None


def map_error(
    error: Exception,
    *,
    model: str,
    address: str,
    is_large: bool = False,
    options: Collection[str] = (),
) -> GeneratorError:
    """Returns the brain's error to raise in place of the SDK's.

    Args:
        error: one of ANSWER_ERRORS.
        model: name of the model, as people are told.
        address: URL of the server, without a password.
        is_large: whether the prompt was so large that a shorter one may be accepted.
        options: names of the operator's own options, which are sent whatever the server says.
    """
    if is_proxys_refusal(error):
        return GeneratorUnreachable(address=address, **failure_values(error, address))
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIConnectionError):
        return _map_refusal(error, model=model, is_large=is_large, options=options)
    if isinstance(error, openai.OpenAIError) and not isinstance(error, openai.APIError):
        return GeneratorRefused(model=model, reason=refusal_reason(error))
    for kind, reason in _OTHER_REASONS.items():
        if isinstance(error, kind):
            return GeneratorRefused(model=model, reason=reason.format(error))
    if any(isinstance(cause, httpx2.LocalProtocolError) for cause in causes_of(error)):
        return GeneratorRefused(model=model, reason=_OTHER_REASONS[UnicodeEncodeError])
    return (
        GeneratorCut(model=model, address=address)
        if _has_answered(error)
        else GeneratorUnreachable(address=address, **failure_values(error, address))
    )


def is_proxys_refusal(error: BaseException) -> bool:
    """Returns whether a proxy wants a user and a password, or others (RFC 9110, 15.5.8)."""
    return isinstance(error, openai.APIStatusError) and error.status_code == 407  # noqa: PLR2004


def _has_answered(error: Exception) -> bool:
    """Returns whether a server was reached: it had begun its answer, or had said nothing yet."""
    if isinstance(error, openai.APITimeoutError):
        return isinstance(error.__cause__, httpx2.ReadTimeout)
    # The SDK wraps what fails before an answer begins.
    return not isinstance(error, openai.APIError)


def _map_refusal(
    error: openai.APIError, *, model: str, is_large: bool, options: Collection[str]
) -> GeneratorError:
    status, words = status_of(error), error_text(error)
    named = next((name for name in options if re.search(rf"\b{re.escape(name)}\b", words)), None)
    if named is not None and status in {400, 422}:
        reason = f"The server does not take {named}, which SILICONFRIEND_MODEL__OPTIONS names."
        return GeneratorRefused(model=model, reason=reason)
    if is_too_long(error):
        return PromptTooLong()
    if not is_unpaid(error) and _is_passing(status, f"{error.code} {error.type}"):
        return GeneratorBusy(model=model)
    refused = GeneratorRefused(model=model, reason=refusal_reason(error))
    if status == 413 or (is_large and status in _TOO_LARGE):  # noqa: PLR2004
        return PromptTooLong(otherwise=refused)
    return refused


def status_of(error: openai.OpenAIError) -> int | None:
    """Returns the HTTP status of the answer, or of an error within a stream, if there is one."""
    status = str(getattr(error, "status_code", None) or getattr(error, "code", None))
    return int(status) if re.fullmatch("[1-5][0-9][0-9]", status) else None


def _is_passing(status: int | None, kind: str) -> bool:
    if status is None:
        return bool(_OVERLOADED.search(kind))
    return status in _RETRY_STATUSES or status >= 500  # noqa: PLR2004
