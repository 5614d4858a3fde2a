"""From messages to tokens, and from tokens to text, piece by piece."""

from collections.abc import Sequence
from typing import Any

from brain.messages import ChatMessage

PLAIN_TEMPLATE = (
    "{{ bos_token }}"
    "{% for m in messages %}"
    "{% if m['role'] == 'user' %}Human: {{ m['content'] }}\n\nAssistant:"
    "{% elif m['role'] == 'assistant' %} {{ m['content'] }}{{ eos_token }}\n\n"
    "{% else %}{{ m['content'] }}\n\n{% endif %}"
    "{% endfor %}"
)
"""For tokenizers that bring no template: the form that BELLE was tuned on."""
REPLACEMENT = "\ufffd"
LONGEST_CHARACTER = 4
"""Tokens that one character may take, when each is a byte."""


class ChatText:
    """A tokenizer's two ways. Safe to use from several threads."""

    def __init__(self, tokenizer: Any, *, chat_template: str | None = None) -> None:  # noqa: ANN401
        """`chat_template` is used in place of the tokenizer's."""
        self._tokenizer = tokenizer
        self._template = chat_template or tokenizer.chat_template or PLAIN_TEMPLATE
        # Its own encoder: the wrapper changes settings in place at each call, which fails when
        # another thread is encoding.
        self._encoder = getattr(tokenizer, "backend_tokenizer", None)

    def prompt(self, messages: Sequence[ChatMessage]) -> list[int]:
        """The tokens to be continued."""
        from jinja2 import TemplateError  # noqa: PLC0415 it comes with transformers

        turns = [{"role": m.role, "content": _encodable(m.content)} for m in messages]
        try:
            text = self._render(turns)
        except TemplateError:
            # Some models know no system message, or insist on turns by turns.
            text = self._render(_merged(turns))
        tokens = self._encode(text)
        if tokens:
            return tokens
        marks = (self._tokenizer.bos_token_id, self._tokenizer.eos_token_id)
        return [next((mark for mark in marks if mark is not None), 0)]

    def count(self, text: str) -> int:
        """Tokens of a text by itself."""
        return len(self._encode(_encodable(text)))

    def decode(self, tokens: Sequence[int]) -> str:
        """Without the tokens that are marks of the format."""
        text: str = self._tokenizer.decode(
            list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

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


class PieceDecoder:
    """Tokens in, text out as soon as it can no longer change."""

    def __init__(self, text: ChatText) -> None:
        self._text = text
        self._tokens: list[int] = []
        self._start = 0
        """Decoding begins here: what stands before a token can change how it is written."""
        self._shown = 0
        """Tokens whose text was given."""

    def feed(self, token: int) -> str:
        """The text that this token completes; often it is only part of a character."""
        self._tokens.append(token)
        whole = len(self._tokens)
        if self._until(whole).endswith(REPLACEMENT):
            # The beginning of a character, or none: then the oldest cannot belong to one.
            if whole - self._shown < LONGEST_CHARACTER:
                return ""
            return self._give(self._shown + 1)
        return self._give(whole)

    def finish(self) -> str:
        """What is left, when the reply is over."""
        return self._give(len(self._tokens))

    def _until(self, end: int) -> str:
        before = self._text.decode(self._tokens[self._start : self._shown])
        return self._text.decode(self._tokens[self._start : end])[len(before) :]

    def _give(self, end: int) -> str:
        piece = self._until(end)
        self._start, self._shown = self._shown, end
        return piece


def _merged(turns: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """What the system says becomes part of what the person says; no two turns of one side."""
    merged: list[dict[str, str]] = []
    for turn in turns:
        role = "assistant" if turn["role"] == "assistant" else "user"
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += "\n\n" + turn["content"]
        else:
            merged.append({"role": role, "content": turn["content"]})
    return merged


def _encodable(text: str) -> str:
    """A lone surrogate has no tokens."""
    return text.encode(errors="replace").decode()
