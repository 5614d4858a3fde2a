from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.generators.local_lora.loading import LoadedModel
from brain.generators.local_lora.tokenizing import ChatTokenizer, StreamDecoder
from brain.languages import languages
from brain.messages import ChatMessage
from tests.brain.generators.local_lora.tiny_model import reply, said, speaking

STRICT = (
    "{% for m in messages %}"
    "{% if m['role'] == 'system' %}{{ raise_exception('no system message') }}{% endif %}"
    "{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
)
TALK = [ChatMessage("system", "Be kind."), *said("Hi", "Hello!", "How are you?")]


@given(text=st.text())
def test_pieces_add_up_to_the_text_and_split_no_character(loaded: LoadedModel, text: str) -> None:
    chat = ChatTokenizer(loaded.tokenizer)
    whole = text.encode(errors="replace").decode()
    decoder = StreamDecoder(chat)
    pieces = [decoder.feed(token) for token in chat._encode(whole)]
    pieces.append(decoder.finish())
    assert "".join(pieces) == chat.decode(chat._encode(whole))
    if "\ufffd" not in whole and "<" not in whole:
        assert "".join(pieces) == whole
        assert not any("\ufffd" in piece for piece in pieces)


def test_bytes_that_are_no_character_are_not_held_back_for_ever(loaded: LoadedModel) -> None:
    chat = ChatTokenizer(loaded.tokenizer)
    broken = chat._encode("é")[0]
    decoder = StreamDecoder(chat)
    pieces = [decoder.feed(broken) for _ in range(9)]
    assert "".join(pieces).count("\ufffd") >= 6


def test_a_prompt_has_the_form_of_the_tokenizers_template(loaded: LoadedModel) -> None:
    chat = ChatTokenizer(loaded.tokenizer)
    shown = loaded.tokenizer.decode(chat.prompt(TALK))
    assert shown == (
        "<|system|>Be kind.</s><|user|>Hi</s><|assistant|>Hello!</s>"
        "<|user|>How are you?</s><|assistant|>"
    )


def test_a_model_without_a_template_is_asked_as_belle_is(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaded.tokenizer, "chat_template", None)
    chat = ChatTokenizer(loaded.tokenizer)
    assert loaded.tokenizer.decode(chat.prompt(TALK)) == (
        "<s>Be kind.\n\nHuman: Hi\n\nAssistant: Hello!</s>\n\nHuman: How are you?\n\nAssistant:"
    )


def test_a_template_that_knows_no_system_message_gets_it_with_the_first_words(
    loaded: LoadedModel,
) -> None:
    chat = ChatTokenizer(loaded.tokenizer, chat_template=STRICT)
    assert loaded.tokenizer.decode(chat.prompt(TALK)) == (
        "user: Be kind.\n\nHi\nassistant: Hello!\nuser: How are you?\n"
    )


def test_a_template_that_opens_the_thoughts_of_a_reply_is_noticed(loaded: LoadedModel) -> None:
    opening = ChatTokenizer(loaded.tokenizer, chat_template=f"{STRICT}assistant: <think>\n")
    assert opening.opens_thoughts(opening.prompt(said("Hi")))
    closed = ChatTokenizer(loaded.tokenizer, chat_template=f"{STRICT}<think>\n\n</think>\n\n")
    assert not closed.opens_thoughts(closed.prompt(said("Hi")))


def test_an_empty_prompt_and_a_lone_surrogate_have_tokens(loaded: LoadedModel) -> None:
    chat = ChatTokenizer(loaded.tokenizer, chat_template="{{ '' }}")
    assert chat.prompt(TALK) == [loaded.tokenizer.bos_token_id]
    assert chat.count("\ud800") == 1


def test_the_parts_of_a_text_count_for_no_less_than_the_whole(loaded: LoadedModel) -> None:
    chat = ChatTokenizer(loaded.tokenizer)
    lines = ["the sea is calm tonight", "你好，今天过得怎么样？"]
    assert chat.count("\n".join(lines)) <= sum(chat.count(line) + 1 for line in lines)
    assert chat.count("") == 0


class Script:
    """Says given tokens whatever it is asked."""

    def __init__(self, runner: Any, tokens: list[int]) -> None:  # noqa: ANN401
        self.stack = runner.stack
        self.tokens = iter(tokens)

    def open(self, adapter: str | None, tokens: int, guide: object) -> None: ...

    def read(self, _: int, __: list[int], *, last: bool) -> int | None:
        return next(self.tokens) if last else None

    def step(self) -> list[int]:
        return [next(self.tokens)]

    def close(self, slot: int, *, trim: bool = False) -> None: ...

    def reset(self) -> None: ...


async def test_thoughts_and_marks_of_the_format_are_not_said(loaded: LoadedModel) -> None:
    chat = ChatTokenizer(loaded.tokenizer)
    tokens = [*chat._encode("<think>hm</think> Good<s> day"), loaded.tokenizer.eos_token_id]
    around = lambda runner: Script(runner, tokens)  # noqa: E731
    async with speaking(loaded, around=around, reply_tokens=60) as generator:
        assert await reply(generator, said("Hi")) == "Good day"


@pytest.mark.parametrize(
    ("written", "words"), [("", "reply was empty"), ("<think>hm hm hm", "allow longer replies")]
)
async def test_silence_is_told_with_its_reason(
    loaded: LoadedModel, written: str, words: str
) -> None:
    chat = ChatTokenizer(loaded.tokenizer)
    tokens = [*chat._encode(written), loaded.tokenizer.eos_token_id]
    most = max(1, len(tokens) - 1)
    around = lambda runner: Script(runner, tokens)  # noqa: E731
    async with speaking(loaded, around=around, reply_tokens=most) as generator:
        with pytest.raises(Exception, match=words):
            await reply(generator, said("Hi"))


def test_every_sentence_stands_in_all_languages() -> None:
    locales = Path(__file__).parents[4] / "brain" / "languages"
    keys = [
        {
            line.partition(" = ")[0]
            for line in (locales / language / "local.ftl").read_text("utf-8").splitlines()
            if " = " in line
        }
        for language in languages()
    ]
    assert all(each == keys[0] for each in keys)
