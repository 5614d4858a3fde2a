"""Forms over one's own model: of each next token, whether a JSON schema allows it.

llguidance reads the schema as a grammar and tells the tokens that may follow, in microseconds
each. Between two values there is one space at most, and lists and texts have an end: a small model
would otherwise write blanks, or the same again, until its room is used up.
"""

from copy import deepcopy
from threading import Lock
from typing import Any

from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer
from pydantic import BaseModel

from brain.errors import FormRefused

MOST_ITEMS = 40
"""Of a list, where the form sets no limit of its own."""
MOST_CHARACTERS = 400
"""Of a text, likewise."""
LARGEST = 999_999
"""Whole number, with a minus the smallest, likewise."""
_SPACING: Any = {"item_separator": ", ", "key_separator": ": ", "whitespace_flexible": False}
"""As models have mostly read it."""


class FormGuide:
    """Fulfils `brain.generators.local_lora.requests.Guide` for one answer."""

    def __init__(self, matcher: LLMatcher, *, drawn: bool) -> None:
        """`matcher` is this answer's own."""
        self._matcher = matcher
        self._drawn = drawn

    @property
    def drawn(self) -> bool:
        """Whether the tokens are drawn, rather than the likeliest taken."""
        return self._drawn

    @property
    def is_over(self) -> bool:
        """Whether the form is complete, or cannot be gone on with."""
        return self._matcher.is_stopped()

    def allowed(self) -> bytes:
        """One bit a token, the lowest of each byte first."""
        return self._matcher.compute_bitmask()

    def take(self, token: int) -> None:
        """Go on from that token; one that does not fit ends the answer."""
        self._matcher.consume_token(token)


class Guides:
    """One for each answer by one tokenizer. Safe to use from several threads."""

    def __init__(self, tokenizer: Any, *, stops: frozenset[int], model: str) -> None:  # noqa: ANN401
        """Reads nothing yet.

        Args:
            tokenizer: of transformers.
            stops: tokens that end an answer.
            model: as people know it.
        """
        self._tokenizer = tokenizer
        self._stops = sorted(stops)
        self._model = model
        self._lock = Lock()
        self._tables: LLTokenizer | None = None
        self._grammars: dict[type[BaseModel], LLMatcher] = {}

    def guide(self, form: type[BaseModel], *, drawn: bool = False) -> FormGuide:
        """A new one; blocks, the first time for a second.

        Args:
            form: its JSON schema is the grammar.
            drawn: whether the tokens are to be drawn, rather than the likeliest taken.

        Raises FormRefused: the tokenizer cannot be read, or the schema has what no grammar has.
        """
        with self._lock:
            if form not in self._grammars:
                self._grammars[form] = self._compiled(form)
            return FormGuide(self._grammars[form].deep_copy(), drawn=drawn)

    def _compiled(self, form: type[BaseModel]) -> LLMatcher:
        # Whatever is wrong: without forms all else goes on.
        try:
            if self._tables is None:
                self._tables = from_tokenizer(
                    self._tokenizer, eos_token=self._stops or None, slices=LLTokenizer.json_slices()
                )
            grammar = LLMatcher.grammar_from_json_schema(
                bounded(form.model_json_schema()), overrides=_SPACING
            )
        except Exception as exc:
            raise FormRefused(model=self._model) from exc
        # It would print what it does not like, and that may be what somebody said.
        matcher = LLMatcher(self._tables, grammar, log_level=0)
        if matcher.is_error():
            raise FormRefused(model=self._model)
        return matcher


def bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with an end to every list, text and whole number, and with no keys but its own."""
    limits: dict[str, dict[str, int]] = {
        "array": {"maxItems": MOST_ITEMS},
        "string": {"maxLength": MOST_CHARACTERS},
        "integer": {"minimum": -LARGEST, "maximum": LARGEST},
    }
    found = deepcopy(schema)
    left: list[Any] = [found]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left += part
        elif isinstance(part, dict):
            left += part.values()
            kind = part.get("type")
            if kind == "object" and "properties" in part:
                part.setdefault("additionalProperties", False)
            elif isinstance(kind, str) and part.keys() <= _UNBOUNDED:
                part.update(limits.get(kind, {}))
    return found


_UNBOUNDED = {"type", "items", "title", "description", "default", "examples"}
"""Keys of what has no limit of its own."""
