"""Makes chat requests that a server accepts, and remembers what it does not.

Servers of OpenAI's protocol refuse options that others want: the role `system`, `max_tokens`, a
temperature, `response_format`, `stream_options`, images. A request that is refused is made anew
with one thing changed after the other, until the answer is another one. What the server says only
orders these tries: its words are in any language, and name the fault or not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import openai

from brain.generators.images import without_images
from brain.generators.openai_errors import (
    error_text,
    fingerprint,
    is_about_content,
    is_too_long,
    status_of,
)
from brain.generators.openai_messages import alternating, content_of, with_schema, without_system
from brain.generators.openai_prompt_limits import PromptLimits
from brain.messages import ChatMessage

MOST_USELESS = 32
_NO_MODEL = re.compile(
    r"model.{0,80}\b(?:not|no)\b|not.{0,20}found|unknown model|模型不存在", re.IGNORECASE
)
_BAD_ANSWER = re.compile(
    r"json_validate_failed|failed to (?:generate|validate|produce)"
    r"|d(?:oes|id) not (?:match|conform)|\b(?:output|answer|response|completion|generated)\b.{0,60}"
    r"\b(?:match|conform|invalid|valid json|parse)",
    re.IGNORECASE | re.DOTALL,
)
"""How servers such as Groq's say that the model's answer is not of the schema."""
_ALWAYS = frozenset({400, 404, 422})
"""Statuses of refusals that may be about an option whatever they say."""
_IF_NAMED = _ALWAYS | {405, 406, 415, 500, 501, 503}
"""Statuses of refusals that may be about an option that they name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What is asked, before it is put as this server wants it."""

    model: str
    messages: Sequence[ChatMessage]
    limit: int
    """Most tokens of the answer with its thoughts."""
    limit_name: str
    """`max_completion_tokens`, which OpenAI's newer models want, or `max_tokens`."""
    temperature: float | None = None
    schema: Mapping[str, Any] | None = None
    """The JSON schema that the answer has to fulfil."""
    is_schema_told: bool = False
    """Whether the schema is told in words rather than as an option."""
    thinking: Mapping[str, object] = field(default_factory=dict)
    """Options about thoughts, each under a name that some servers know."""
    options: Mapping[str, object] = field(default_factory=dict)
    """The operator's own options, which are never left out."""


CHANGES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(hint, re.IGNORECASE)
    for name, hint in {
        "no usage": r"stream_options|include_usage",
        "no response_format": r"response_?format|json|schema|structured|grammar|guided",
        "no images": r"image|picture|vision|multi-?modal|content.{0,40}(?:string|str\b)|图",
        "other limit": r"max_(?:completion_)?tokens",
        "no temperature": r"temperature|sampling",
        "no reasoning_effort": r"reasoning_?effort|effort",
        "no chat_template_kwargs": r"chat_template_kwargs|template_kwargs",
        "no think": r"\bthink\b|think(?:ing)?\b.{0,30}(?:support|param|field)",
        "no enable_thinking": r"enable_thinking",
        "no thinking": r"\bthinking\b",
        "no reasoning": r"\breasoning\b",
        "no system": r"system|developer|\brole",
        "alternating": r"alternat|consecutive|same role|\brole|last message|first message",
        "no limit": r"max_(?:completion_)?tokens|max_new_tokens",
        "no stream": r"\bstream(?:ing)?\b",
    }.items()
}
"""What can be changed, in the order of the tries, and words that name it."""


@dataclass(slots=True)
class ServerTraits:
    """What was learnt about a server while it is used."""

    changes: frozenset[str] = frozenset()
    """What is always changed for it."""
    doubtful: list[str] = field(default_factory=list)
    """Those of them that may be needless: each is left out of one request, to see."""
    working: frozenset[str] = frozenset()
    """Changes with which a request was accepted, if fewer may do."""
    accepted: set[str] = field(default_factory=set)
    """Changes that it needs not: it has answered without them where they would have mattered."""
    kinds: set[object] = field(default_factory=set)
    """Kinds of requests that were accepted, each with its changes."""
    useless: set[int] = field(default_factory=set)
    """Hashes of refusals against which no change helped, MOST_USELESS at most."""
    says_done: bool = False
    """Whether its streams end with `[DONE]`."""
    says_reason: bool = False
    """Whether its streams tell why they end."""
    is_plain: bool = False
    """Whether it is known to write no thoughts into its replies."""
    known: set[tuple[str, bool]] = field(default_factory=set)
    """Models of whom a whole reply was read, each with whether it was asked not to think."""
    unmarked: set[tuple[str, bool]] = field(default_factory=set)
    """Those of them whose thoughts were seen to begin without a mark."""
    thinking: set[str] = field(default_factory=set)
    """Models that were seen to think, so that a reply needs more tokens."""
    deaf: set[str] = field(default_factory=set)
    """Models that thought although they were asked not to."""
    separating: set[str] = field(default_factory=set)
    """Models whose thoughts come in a field of their own, beside a reply."""
    most_tokens: int | None = None
    """Tokens of prompt and answer together that it accepted after it had refused more."""
    prompt_limits: PromptLimits = field(default_factory=PromptLimits)
    endless: set[str] = field(default_factory=set)
    """Models whose thoughts left no room for a reply, and which are asked without them."""

    def remember(
        self,
        changes: frozenset[str],
        needed: frozenset[str],
        *,
        last_change: str | None,
        by_chance: bool,
    ) -> None:
        """Notes the changes with which a request was accepted.

        Args:
            changes: all of them.
            needed: those that changed what the server said.
            last_change: the one after which the server accepted it; None if it was none of its own.
            by_chance: whether the server may accept the same without that one.
        """
        if last_change is not None:
            # The last one may have done it alone; if not, all of them do.
            self.changes, self.working = needed | {last_change}, changes
            self.doubtful += [last_change] * by_chance
        elif changes > self.changes:
            self.changes, self.working = changes, frozenset()
            self.doubtful = sorted(changes - needed)
        else:
            self.working = frozenset()

    def learn(self, request: ChatRequest, changes: frozenset[str]) -> None:
        """Notes that the server accepted a request with these changes."""
        if (kind := (_kind_of(request), changes)) in self.kinds:
            return
        self.kinds.add(kind)
        body = request_body(request, changes)
        self.accepted.update(
            each
            for each in CHANGES.keys() - self.accepted - changes
            if request_body(request, changes | {each}) != body
        )

    def remember_useless(self, refusal: openai.APIError) -> None:
        """Notes that no change helped against a refusal."""
        if len(self.useless) == MOST_USELESS:
            self.useless.clear()
        self.useless.add(fingerprint(refusal))

    def next_change(
        self, request: ChatRequest, changes: frozenset[str], refusal: openai.APIError
    ) -> str | None:
        """Returns what to change after a refusal, the likeliest first; None if nothing is left."""
        status, words = status_of(refusal), error_text(refusal)
        is_other = is_too_long(refusal) or is_about_content(refusal)
        if is_other or status not in _IF_NAMED or is_bad_answer(refusal, request):
            return None
        body = request_body(request, changes)
        left = [
            change
            for change in CHANGES
            if change not in changes and request_body(request, changes | {change}) != body
        ]
        for change in left:
            if CHANGES[change].search(words):
                return change
        is_told = isinstance(refusal, openai.APIStatusError) and status in _ALWAYS
        if not is_told or (status == 404 and _NO_MODEL.search(words)):  # noqa: PLR2004
            return None
        if fingerprint(refusal) in self.useless:
            return None
        return next((change for change in left if change not in self.accepted), None)


def _kind_of(request: ChatRequest) -> tuple[object, ...]:
    """Returns what decides which changes would matter to a request."""
    roles = [message.role for message in request.messages]
    return (
        any(message.images for message in request.messages),
        request.schema is None,
        request.is_schema_told,
        request.temperature is None,
        tuple(request.thinking),
        "system" in roles,
        any(one == other for one, other in pairwise(roles)),
    )


def is_about_options(refusal: openai.APIError) -> bool:
    """Returns whether a refusal may be about an option of the request, whatever it says."""
    return status_of(refusal) in _ALWAYS


def names_change(refusal: openai.APIError, change: str) -> bool:
    """Returns whether a refusal speaks of what a change would leave out."""
    hint = CHANGES.get(change)
    named = hint and hint.search(error_text(refusal))
    return status_of(refusal) in _IF_NAMED and bool(named)


def is_bad_answer(refusal: openai.APIError, request: ChatRequest) -> bool:
    """Returns whether a server says that the model's answer does not match the schema."""
    return request.schema is not None and bool(_BAD_ANSWER.search(error_text(refusal)))


def request_body(request: ChatRequest, changes: frozenset[str]) -> dict[str, Any]:
    """Returns the JSON body of a request with these changes."""
    messages = list(request.messages)
    if "no images" in changes:
        messages = [without_images(message) for message in messages]
    schema = request.schema
    body: dict[str, Any] = {"model": request.model}
    if schema is not None and (request.is_schema_told or "no response_format" in changes):
        messages = with_schema(messages, schema)
    elif schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": schema, "strict": True},
        }
    # Ollama says nothing where nobody has spoken (can1357/oh-my-pi#7465).
    if "no system" in changes or all(message.role == "system" for message in messages):
        messages = without_system(messages)
    if "alternating" in changes:
        messages = alternating(messages)
    body["messages"] = [
        {"role": message.role, "content": content_of(message)} for message in messages
    ]
    if "no stream" not in changes:
        body["stream"] = True
        if "no usage" not in changes:
            body["stream_options"] = {"include_usage": True}
    if "no limit" not in changes:
        names = ("max_tokens", "max_completion_tokens")
        other = names[request.limit_name == names[0]]
        body[other if "other limit" in changes else request.limit_name] = request.limit
    if request.temperature is not None and "no temperature" not in changes:
        body["temperature"] = request.temperature
    body |= {name: value for name, value in request.thinking.items() if f"no {name}" not in changes}
    return {**body, **request.options}
