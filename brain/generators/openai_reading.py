"""Reads the answer to a chat request, in every shape in which servers are known to send one.

They send server-sent events, or one whole object although a stream was asked for, or a line of
JSON a piece; text in `delta`, in `message` or as a list of parts; thoughts under several names; and
errors with the status 200.
"""

import codecs
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai

from brain.generators.openai_client import BodyTooLong
from brain.generators.openai_pieces import Pieces

MOST_LINE_BYTES = 1_000_000
"""Longest event of a stream."""
MOST_BODY_BYTES = 2_000_000
"""Longest answer that is one object."""
_THOUGHTS = ("reasoning_content", "reasoning", "thinking", "reasoning_text")
"""Fields for thoughts: vLLM and DeepSeek, Ollama and OpenRouter, and others."""
_REASONS = ("finish_reason", "done_reason", "finishReason")
"""Fields for why an answer ended; the last one is Gemini's (jakobdylanc/llmcord#84)."""
_ERROR_KEYS = ("error", "detail", "message", "msg", "errors")
_UNREADABLE = object()
_LIMITS = frozenset(
    {"length", "max_tokens", "max_output_tokens", "max_completion_tokens", "model_length"}
    | {"model_context_window_exceeded"}
)
_FAILURES = frozenset(
    {"error", "abort", "aborted", "cancelled", "canceled", "timeout", "network_error"}
    | {"insufficient_system_resource", "engine_error", "internal_error"}
)
"""`finish_reason` of a reply that broke off: of OpenRouter, vLLM, GLM, DeepSeek."""
_WITHHELD = frozenset(
    {"sensitive", "safety", "recitation", "blocklist", "prohibited_content", "spii"}
    | {"image_safety", "error_toxic", "contentfilter", "guardrail_intervened"}
)
"""`finish_reason` of a reply that was withheld: of GLM, Gemini, Cohere, Bedrock."""


class NoChatAnswer(ValueError):
    """The server sent something else than an answer of this protocol; the text says what."""


class AnswerCut(Exception):
    """The answer ended before it was over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one event of an answer says."""

    text: str = ""
    is_whole: bool = False
    """Whether the text is that of the whole reply so far, in place of all before."""
    thought: str = ""
    ending: str = ""
    """Why the answer ended: `length`, `content_filter`, or something else that was meant to be."""
    tokens: int = 0
    """Tokens of prompt and answer so far, if the server counts them."""
    answer_tokens: int = 0
    """Those of the answer alone."""


class Answer:
    """One answer as it is read."""

    def __init__(self, response: httpx2.Response, *, most_bytes: int) -> None:
        """Takes a response whose body was not read yet, and the most bytes of it that are read."""
        self._response = response
        self._most_bytes = most_bytes
        self.ending = ""
        """As in `Part`; empty as long as the server told no reason."""
        self.is_reason_doubtful = False
        """Whether text followed a reason, as from servers that send one with each piece."""
        self.is_done = False
        """Whether the server said that nothing follows: `[DONE]`, or one whole object."""
        self.is_stream = False
        """Whether it came as events."""
        self._has_parts = False

    async def parts(self) -> AsyncGenerator[Part, None]:
        """Yields the parts that say anything.

        Raises:
            NoChatAnswer: it is no answer of this protocol.
            AnswerCut: the server broke it off.
            BodyTooLong: it goes on and on.
            openai.APIError: the server sent an error in its place.
            httpx2.HTTPError: the connection failed.
        """
        has_text = False
        texts, thoughts = Pieces(), Pieces()
        async with aclosing(self._objects()) as objects:
            async for data in objects:
                part = self._part(data, with_message=not has_text)
                if part is None:
                    continue
                self._has_parts = True
                has_text = has_text or bool(part.text)
                if part.ending in _FAILURES:
                    raise AnswerCut
                if self.ending and (part.text or part.thought):
                    # Text after the reason for an ending: this was not the end.
                    self.ending = ""
                    self.is_reason_doubtful = True
                self.ending = part.ending or self.ending
                if self.is_stream:
                    text, is_whole = texts.add(part.text)
                    thought, _ = thoughts.add(part.thought)
                    part = replace(part, text=text, is_whole=is_whole, thought=thought)
                yield part
        if not self._has_parts:
            raise NoChatAnswer("The server sent what is no chat reply.")

    def _part(self, data: object, *, with_message: bool) -> Part | None:
        if not isinstance(data, Mapping):
            return None
        if "choices" not in data and isinstance(result := data.get("result"), Mapping):
            data = result  # Workers AI (BerriAI/litellm#29833)
        choices = data.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else data
        if not isinstance(choice, Mapping):
            return None
        self._raise_if_error(data, choice)
        if choice is data and not ({"message", "response"} & data.keys() or choices == []):
            return None
        said = choice.get("delta")
        if not isinstance(said, Mapping) or not said:
            # In a stream, the whole message may come once more at its end. Without `choices`, it is
            # a piece.
            said = choice.get("message") if with_message or choice is data else None
        said = said if isinstance(said, Mapping) else {}
        text, thought = _texts(said.get("content"))
        text = text or _string(said.get("refusal")) or _string(choice.get("text"))
        text = text or _string(choice.get("response"))
        thought += next((found for key in _THOUGHTS if (found := _string(said.get(key)))), "")
        ending = next((told for key in _REASONS if (told := choice.get(key))), None)
        usage = data.get("usage")
        usage = usage if isinstance(usage, Mapping) else {}
        return Part(
            text=text,
            thought=thought,
            ending=_ending(ending),
            tokens=_number(usage.get("total_tokens")),
            answer_tokens=_number(usage.get("completion_tokens")),
        )

    def _raise_if_error(self, data: Mapping[str, Any], choice: Mapping[str, Any]) -> None:
        error = data.get("error") or choice.get("error")
        base = data.get("base_resp")
        if error is None and isinstance(base, Mapping) and base.get("status_code"):
            error = {"code": base["status_code"], "message": base.get("status_msg")}  # MiniMax
        if error is None and choice is data and "choices" not in data:
            has_error = any(isinstance(data.get(key), str | list) for key in _ERROR_KEYS)
            # FastChat says what is wrong under `text`.
            error = data if has_error or data.get("error_code") else None
        if error:
            raise self._error(error)

    def _error(self, body: object) -> openai.APIError:
        # The server's own words may repeat the prompt: they stand in the body alone.
        return openai.APIError("error in the answer", self._response.request, body=body)

    async def _objects(self) -> AsyncGenerator[object, None]:
        """Yields the JSON values of the body."""
        async with aclosing(self._lines()) as lines:
            first = b""
            while not first.strip():
                line = await anext(lines, None)
                if line is None:
                    return
                first = line
            if first.lstrip().startswith(b"<"):
                raise NoChatAnswer("The server sent a web page.")
            self.is_stream = not first.lstrip().startswith((b"{", b"["))
            values = self._events(first, lines) if self.is_stream else self._whole(first, lines)
            async with aclosing(values):
                async for value in values:
                    yield value

    async def _events(
        self, first: bytes, lines: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[object, None]:
        """Yields the data of server-sent events; an event may have several lines of data."""
        event, is_error = b"", False
        line: bytes | None = first
        while line is not None:
            name, _, data = line.partition(b":")
            data = data.strip()
            if not line.strip() and event:
                if b"error" in event.lower():
                    # OPEA sends an error of TGI as Python spells it (GenAIInfra, 487).
                    raise self._error(event.decode(errors="replace"))
                raise NoChatAnswer("The server sent what is no chat reply.")
            if name == b"event":
                is_error = data == b"error"
            elif name == b"data":
                if data.startswith(b"[DONE]"):
                    self.is_done = True
                    return
                event += data
                value = _loaded(event)
                if value is not _UNREADABLE:
                    yield {"error": value} if is_error and not _names_error(value) else value
                    event = b""
            line = await anext(lines, None)
        if event:
            raise AnswerCut

    async def _whole(
        self, first: bytes, lines: AsyncGenerator[bytes, None]
    ) -> AsyncGenerator[object, None]:
        """Yields the one object of the body, or one a line."""
        body = bytearray(first)
        async for line in lines:
            body += b"\n" + line
            if len(body) > MOST_BODY_BYTES:
                raise BodyTooLong("the answer is too long")
        value = _loaded(bytes(body))
        if value is not _UNREADABLE:
            self.is_done = True
            for one in value if isinstance(value, list) else [value]:
                yield one
            return
        for line in filter(bytes.strip, bytes(body).split(b"\n")):
            value = _loaded(line)
            if value is _UNREADABLE:
                raise AnswerCut
            self.is_done |= isinstance(value, Mapping) and value.get("done") is True
            yield value

    async def _lines(self) -> AsyncGenerator[bytes, None]:
        """Yields the lines of the body without their ends."""
        rest = bytearray()
        total = 0
        async for data in self._response.aiter_bytes():
            chunk = data if total else data.removeprefix(codecs.BOM_UTF8)
            total += len(data)
            first, *others = chunk.split(b"\n")
            rest += first
            longest = MOST_LINE_BYTES if self.is_stream else MOST_BODY_BYTES
            if len(rest) > longest or total > self._most_bytes:
                raise BodyTooLong("the answer is too long")
            for line in others:
                yield bytes(rest).rstrip(b"\r")
                rest = bytearray(line)
        if rest:
            yield bytes(rest).rstrip(b"\r")


def _loaded(data: bytes) -> Any:  # noqa: ANN401 whatever the server sent
    """Returns the JSON value; _UNREADABLE if the data is none, or none yet."""
    try:
        return json.loads(data)
    except UnicodeDecodeError as exc:
        raise NoChatAnswer("The server sent what is no chat reply.") from exc
    except (ValueError, RecursionError):
        return _UNREADABLE


def _names_error(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value.get("error"))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(content: object) -> tuple[str, str]:
    """Returns the text and the thoughts of a content, which may be a list of parts."""
    if isinstance(content, str):
        return content, ""
    texts = thoughts = ""
    for part in content if isinstance(content, list) else []:
        if isinstance(part, str):
            texts += part
        elif isinstance(part, Mapping):
            inner = next((part[key] for key in ("text", "content", "thinking") if key in part), "")
            text, thought = _texts(inner)
            if str(part.get("type", "text")) in {"text", "output_text", "refusal"}:
                texts, thoughts = texts + text, thoughts + thought
            else:
                thoughts += text + thought
    return texts, thoughts


def _ending(reason: object) -> str:
    # SGLang may say more (sgl-project/sglang#1407): {"type": "length", "length": 512}.
    told = reason.get("type") if isinstance(reason, Mapping) else reason
    ending = _string(told).lower()
    if ending in {"null", "none"}:
        return ""
    if ending in _WITHHELD:
        return "content_filter"
    return "length" if ending in _LIMITS else ending
