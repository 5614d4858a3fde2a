"""Turns messages into tokens by a chat template, and tokens into text piece by piece."""

from collections.abc import Collection, Sequence
from typing import Any

from brain.generators.thinking_filter import ends_in_thoughts
from brain.messages import ChatMessage

PLAIN_TEMPLATE = (
    "{{ bos_token }}"
    "{% for m in messages %}"
    "{% if m['role'] == 'user' %}Human: {{ m['content'] }}\n\nAssistant:"
    "{% elif m['role'] == 'assistant' %} {{ m['content'] }}{{ eos_token }}\n\n"
    "{% else %}{{ m['content'] }}\n\n{% endif %}"
    "{% endfor %}"
)
"""Template for tokenizers that come without one: the format that BELLE was trained on."""
REPLACEMENT = "\ufffd"
_SAID = "Hello0there"
"""A reply that no template contains."""
LONGEST_CLOSING = 64
"""Most characters of a mark that ends a reply."""
LONGEST_OPENING = 16
"""Most tokens of a mark that opens thoughts, with the white space after it."""
LONGEST_CHARACTER = 4
"""Most tokens of one character, when each token is a byte."""


class ChatTokenizer:
    """Encodes prompts and decodes replies with one tokenizer. Safe to use from several threads."""

    def __init__(
        self,
        tokenizer: Any,  # noqa: ANN401
        *,
        chat_template: str | None = None,
        stops: Collection[int | str] = (),
    ) -> None:
        """Takes a tokenizer of transformers.

        Args:
            tokenizer: the tokenizer.
            chat_template: Jinja template to use in place of the tokenizer's own.
            stops: tokens that end a reply, by their ids or as text, besides that of the template.
        """
        self._tokenizer = tokenizer
        self._template = chat_template or tokenizer.chat_template or PLAIN_TEMPLATE
        # Encodes with the backend tokenizer, because the wrapper changes settings in place at each
        # call, which fails while another thread is encoding.
        self._encoder = getattr(tokenizer, "backend_tokenizer", None)
        vocabulary = tokenizer.get_vocab()
        known = {vocabulary.get(each, -1) if isinstance(each, str) else each for each in stops}
        self.stops = frozenset(known - {-1} | self._template_stops())
        """Ids of tokens that end a reply, besides those of the model."""

    def _template_stops(self) -> set[int]:
        """Returns the token that the template puts at the end of a reply; none if it is no mark.

        A model that was tuned with the template ends its replies with it, whatever the base model's
        own token is: `<|im_end|>` of ChatML, or the `<|user|>` of GLM that begins the next turn.
        """
        from jinja2 import TemplateError  # noqa: PLC0415 it comes with transformers

        asked, said = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": _SAID}
        try:
            text = self._render([asked, said, asked])
        except TemplateError:
            return set()
        after = self._encode(text.rpartition(_SAID)[2].lstrip()[:LONGEST_CLOSING])
        return set(after[:1]) & set(self._tokenizer.get_added_vocab().values())

    def prompt(self, messages: Sequence[ChatMessage]) -> list[int]:
        """Returns the tokens of a prompt, up to where the reply begins."""
        from jinja2 import TemplateError  # noqa: PLC0415 it comes with transformers

        turns = [{"role": m.role, "content": _encodable(m.content)} for m in messages]
        try:
            text = self._render(turns)
        except TemplateError:
            # Some templates refuse system messages, or two messages of one side in a row.
            text = self._render(_merged(turns))
        if any(t["role"] == "system" and t["content"].strip() not in text for t in turns):
            # Others leave system messages out without a word.
            text = self._render(_merged(turns))
        tokens = self._encode(text)
        if tokens:
            return tokens
        marks = (self._tokenizer.bos_token_id, self._tokenizer.eos_token_id)
        return [next((mark for mark in marks if mark is not None), 0)]

    def count(self, text: str) -> int:
        """Returns the number of tokens of a text by itself."""
        return len(self._encode(_encodable(text)))

    def decode(self, tokens: Sequence[int]) -> str:
        """Returns the text of tokens, without special tokens."""
        text: str = self._tokenizer.decode(
            list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

    def opens_thoughts(self, prompt: Sequence[int]) -> bool:
        """Returns whether the template opened the thoughts of the reply at the prompt's end."""
        end = self._tokenizer.decode(list(prompt[-LONGEST_OPENING:]), skip_special_tokens=False)
        return ends_in_thoughts(end)

    def _render(self, turns: Sequence[dict[str, str]]) -> str:
        text: str = self._tokenizer.apply_chat_template(
            list(turns),
            chat_template=self._template,
            tokenize=False,
            add_generation_prompt=True,
        )
        return text

    def _encode(self, text: str) -> list[int]:
        if self._encoder is not None:
            return list(self._encoder.encode(text, add_special_tokens=False).ids)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])


class StreamDecoder:
    """Decodes a reply token by token and returns text as soon as it can no longer change."""

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._start = 0
        """Index of the first token to decode, because the tokens before a new one can change how it
        is written."""
        self._returned = 0
        """Number of tokens whose text was returned."""

    def feed(self, token: int) -> str:
        """Returns the text that this token completes; none if it is only part of a character."""
        self._tokens.append(token)
        whole = len(self._tokens)
        if self._text_until(whole).endswith(REPLACEMENT):
            # Either the character is incomplete, or the bytes are none. In the latter case the
            # oldest token cannot belong to a character.
            if whole - self._returned < LONGEST_CHARACTER:
                return ""
            return self._take_text(self._returned + 1)
        return self._take_text(whole)

    def finish(self) -> str:
        """Returns the remaining text when the reply has ended."""
        return self._take_text(len(self._tokens))

    def _text_until(self, end: int) -> str:
        before = self._tokenizer.decode(self._tokens[self._start : self._returned])
        return self._tokenizer.decode(self._tokens[self._start : end])[len(before) :]

    def _take_text(self, end: int) -> str:
        piece = self._text_until(end)
        self._start, self._returned = self._returned, end
        return piece


def _merged(turns: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Returns turns that alternate: system messages join those of the person."""
    merged: list[dict[str, str]] = []
    for turn in turns:
        role = "assistant" if turn["role"] == "assistant" else "user"
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += "\n\n" + turn["content"]
        else:
            merged.append({"role": role, "content": turn["content"]})
    return merged


def _encodable(text: str) -> str:
    """Replaces lone surrogates, which no tokenizer can encode."""
    return text.encode(errors="replace").decode()
