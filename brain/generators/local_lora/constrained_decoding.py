"""Constrained decoding: for each next token, whether a JSON schema allows it.

llguidance compiles the schema to a grammar and finds the allowed tokens, in microseconds each.
White space between values is fixed, and lists, texts and numbers are bounded: a small model would
otherwise write blanks or repeat itself until it has used up its tokens.
"""

from copy import deepcopy
from threading import Lock
from typing import Any

from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer
from pydantic import BaseModel

from brain.errors import FormRefused

MOST_LIST_ITEMS = 40
"""Most items of a list, where the schema sets no limit."""
MOST_TEXT_CHARACTERS = 400
"""Most characters of a text, where the schema sets no limit."""
LARGEST_INTEGER = 999_999
"""Largest absolute value of an integer, where the schema sets no limit."""
_SPACING: Any = {"item_separator": ", ", "key_separator": ": ", "whitespace_flexible": False}
"""The white space that models have mostly been trained on."""


class FormGuide:
    """Fulfils `brain.generators.local_lora.requests.Guide` for one answer."""

    def __init__(self, matcher: LLMatcher, *, is_sampled: bool) -> None:
        """Takes a matcher that no other answer uses, and whether tokens are sampled."""
        self._matcher = matcher
        self._is_sampled = is_sampled

    @property
    def is_sampled(self) -> bool:
        """Whether tokens are sampled rather than the most likely one taken."""
        return self._is_sampled

    @property
    def is_over(self) -> bool:
        """Whether the form is complete, or the answer cannot be continued."""
        return self._matcher.is_stopped()

    def allowed(self) -> bytes:
        """Returns the allowed tokens, one bit each, the lowest bit of each byte first."""
        return self._matcher.compute_bitmask()

    def advance(self, token: int) -> None:
        """Continues with that token; a token that is not allowed ends the answer."""
        self._matcher.consume_token(token)


class GuideFactory:
    """Creates guides for one tokenizer. Safe to use from several threads."""

    def __init__(self, tokenizer: Any, *, stops: frozenset[int], model: str) -> None:  # noqa: ANN401
        """Keeps the arguments; the tokenizer is read when the first guide is created.

        Args:
            tokenizer: a tokenizer of transformers.
            stops: ids of tokens that end an answer.
            model: name of the model, as people are told.
        """
        self._tokenizer = tokenizer
        self._stops = sorted(stops)
        self._model = model
        self._lock = Lock()
        self._token_tables: LLTokenizer | None = None
        self._grammars: dict[type[BaseModel], LLMatcher] = {}

    def guide(self, form: type[BaseModel], *, is_sampled: bool = False) -> FormGuide:
        """Creates a guide for one answer; blocks for about a second the first time.

        Args:
            form: the pydantic model whose JSON schema the answer must follow.
            is_sampled: whether tokens are sampled rather than the most likely one taken.

        Raises:
            FormRefused: the tokenizer or the schema is not supported.
        """
        with self._lock:
            if form not in self._grammars:
                self._grammars[form] = self._compiled(form)
            return FormGuide(self._grammars[form].deep_copy(), is_sampled=is_sampled)

    def _compiled(self, form: type[BaseModel]) -> LLMatcher:
        # Any error is mapped, because the model works without forms too.
        try:
            if self._token_tables is None:
                self._token_tables = from_tokenizer(
                    self._tokenizer, eos_token=self._stops or None, slices=LLTokenizer.json_slices()
                )
            grammar = LLMatcher.grammar_from_json_schema(
                with_limits(form.model_json_schema()), overrides=_SPACING
            )
        except Exception as exc:
            raise FormRefused(model=self._model) from exc
        # A log level of 0, because it would print the offending text, which may be a person's
        # words.
        matcher = LLMatcher(self._token_tables, grammar, log_level=0)
        if matcher.is_error():
            raise FormRefused(model=self._model)
        return matcher


def with_limits(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema with limits on lists, texts and integers, and no additional keys."""
    limits: dict[str, dict[str, int]] = {
        "array": {"maxItems": MOST_LIST_ITEMS},
        "string": {"maxLength": MOST_TEXT_CHARACTERS},
        "integer": {"minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
    }
    limited = deepcopy(schema)
    unvisited: list[Any] = [limited]
    while unvisited:
        part = unvisited.pop()
        if isinstance(part, list):
            unvisited += part
        elif isinstance(part, dict):
            unvisited += part.values()
            kind = part.get("type")
            if kind == "object" and "properties" in part:
                part.setdefault("additionalProperties", False)
            elif isinstance(kind, str) and part.keys() <= _UNBOUNDED:
                part.update(limits.get(kind, {}))
    return limited


_UNBOUNDED = {"type", "items", "title", "description", "default", "examples"}
"""Keys of a schema part that has no limit of its own."""
