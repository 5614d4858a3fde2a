"""The words of one answer: its reply, told from the thoughts of its model."""

import re
from dataclasses import replace

from brain.generators.openai_reading import Part
from brain.generators.openai_requests import ServerTraits
from brain.generators.thinking_filter import ThinkingFilter, has_mark
from brain.generators.thinking_marks import is_musing
from brain.ports import Replacement

_REASONERS = re.compile(
    r"\br1\b|qwq|qwen-?3|think|reason|magistral|gpt-oss|glm-?(?:4\.[5-9]|[5-9]|z1)|seed-oss"
    r"|nemotron|exaone|hunyuan|minimax-m|deephermes|smollm3|olmo-?3|mimo|apriel|granite-?3\.[23]",
    re.IGNORECASE,
)
"""Names of models that may think: what one says until its limit, without a mark, are thoughts."""


class Reply:
    """A reply as it is read."""

    def __init__(
        self, traits: ServerTraits, *, model: str, is_thinking_off: bool, is_form: bool
    ) -> None:
        """Begins a reply.

        Args:
            traits: what is known of the server, and is added to.
            model: the model that is asked.
            is_thinking_off: whether it was asked not to think.
            is_form: whether the answer is a form rather than a reply.
        """
        self.text = ""
        self.has_thoughts = False
        self.tokens = 0
        """Tokens of prompt and answer as the server counts them; 0 if it does not."""
        self.answer_tokens = 0
        """Those of the answer with its thoughts."""
        self.read_characters = 0
        """Characters that were read, with those of thoughts."""
        self._traits = traits
        self._key = (model, is_thinking_off)
        self._is_form = is_form
        self._filter = ThinkingFilter(is_held=self._key in traits.unmarked)
        # The end of thoughts may be their only mark, as their beginning may stand in the prompt: a
        # reply of a model that is not known is shown when it is whole.
        self._may_think = not (traits.is_plain or self._key in traits.known or is_form)
        self._held = "" if self._may_think else None
        """Words that are held back because they may be thoughts; None: none are."""
        self._thoughts = ""
        """Thoughts that came in a field of their own."""

    @property
    def is_over(self) -> bool:
        """Whether the model's turn has ended, whatever follows."""
        return self._filter.is_over

    def read(self, part: Part) -> list[str]:
        """Takes a part of the answer and returns what can be shown of it."""
        if part.is_whole:
            shown, self.text, self.read_characters = self.text, "", 0
            self._filter = ThinkingFilter(is_held=self._key in self._traits.unmarked)
            self._held = "" if self._may_think else None
            text = "".join(self.read(replace(part, is_whole=False)))
            return self._pass_on(Replacement(text)) if shown else [text] * bool(text)
        self.tokens = part.tokens or self.tokens
        self.answer_tokens = part.answer_tokens or self.answer_tokens
        self.read_characters += len(part.text) + len(part.thought)
        self._thoughts += part.thought
        if part.thought:
            self._filter.has_thoughts = True
        if self._held is None and not self.text and self._repeats_thoughts(part.text):
            self._held = ""
        if self._held is not None:
            self._held += part.text
            is_clear = bool(self._thoughts) and not self._repeats_thoughts(self._held)
            if not (is_clear or has_mark(self._held)):
                return []
            text, self._held = self._held, None
            return self._pass_on(self._filter.feed(text))
        return self._pass_on(self._filter.feed(part.text))

    def _repeats_thoughts(self, words: str) -> bool:
        """Whether words that come beside thoughts may be these once more (jundot/omlx#2457).

        Elsewhere in its thoughts, a model drafts its reply.
        """
        return bool(words.strip()) and self._thoughts.strip().startswith(words.strip())

    def finish(self, *, is_cut: bool) -> list[str]:
        """Returns what was held back, and notes what was learnt about the model.

        Args:
            is_cut: whether the answer reached its limit.
        """
        model, is_off = self._key
        traits, seen = self._traits, self._filter
        is_whole = not is_cut
        held = self._held or ""
        # Words that reached the limit before any mark may be thoughts without an end.
        is_lost = self._held is not None and not is_whole and self._sounds_like_thoughts(held)
        is_lost |= not is_whole and self._repeats_thoughts(held)
        pieces = [] if is_lost else self._pass_on(seen.feed(held))
        pieces += self._pass_on(seen.finish())
        if not (is_whole or is_off or seen.has_thoughts) and is_musing(self.text):
            # They were never ended, and have been shown.
            pieces += self._pass_on(Replacement())
            traits.unmarked.add(self._key)
            is_lost = True
        is_lost |= seen.is_held and not self.text and self.read_characters > 0
        self.has_thoughts = seen.has_thoughts or is_lost
        if not self.text and is_off and is_whole and model not in traits.separating:
            # The parser of such a server takes every word for a thought, though none was asked for.
            again = ThinkingFilter()
            pieces += self._pass_on(again.feed(self._thoughts)) + self._pass_on(again.finish())
        if self.has_thoughts or (self.text and is_whole and not self._is_form):
            traits.known.add(self._key)
        if seen.is_held and is_whole and not seen.has_thoughts:
            # It thinks no longer: without a mark, this cannot be told from thoughts.
            traits.unmarked.discard(self._key)
        if self.has_thoughts:
            filled = not (self.text or is_whole) and model in traits.thinking
            if filled or seen.is_endless:
                # There was room for thoughts, and they filled it; or nothing tells their end.
                traits.endless.add(model)
            traits.thinking.add(model)
            if is_off:
                traits.deaf.add(model)
        if self._thoughts and self.text and not is_off:
            traits.separating.add(model)
        if seen.is_unmarked and not self._thoughts:
            traits.unmarked.add(self._key)
        return pieces

    def _sounds_like_thoughts(self, words: str) -> bool:
        model, is_off = self._key
        return is_musing(words) or bool(_REASONERS.search(model) and not is_off)

    def _pass_on(self, piece: str) -> list[str]:
        is_new = isinstance(piece, Replacement)
        self.text = piece if is_new else self.text + piece
        return [piece] if piece or is_new else []
