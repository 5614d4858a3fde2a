"""The list of models is whole, and in the order that it promises."""

import msgspec
import pytest

from brain.hub.chat_models import ChatModel, chat_model, chat_models
from brain.languages import languages
from tests.brain.hub.hub_server import tiny_model


def test_names_and_files_are_told_apart() -> None:
    models = chat_models()
    assert len({model.name for model in models}) == len(models)
    assert len({model.file for model in models}) == len(models)
    assert chat_model("QWEN3-4B") == chat_model("qwen3-4b")
    assert chat_model("nobody") is None


def test_the_smallest_comes_first() -> None:
    sizes = [model.size for model in chat_models()]
    assert sizes == sorted(sizes)


def test_english_and_chinese_are_spoken_and_licences_are_free() -> None:
    for model in chat_models():
        assert set(model.languages) <= set(languages())
        assert model.licence in {"Apache-2.0", "MIT"}
    assert sum({"en", "zh"} <= set(model.languages) for model in chat_models()) > 3


def test_memory_is_more_than_the_file() -> None:
    model = tiny_model(b"x" * 100, context_tokens=1000, cache_bytes=10)
    assert model.memory_bytes == 100 + 2 * 1000 * 10 + 512 * 1024 * 1024


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", "../x.gguf"),
        ("file", ".hidden.gguf"),
        ("file", "model.bin"),
        ("repository", "../x"),
        ("repository", "one"),
        ("sha256", "a" * 63),
        ("revision", "main"),
        ("size", 0),
    ],
)
def test_an_entry_that_could_leave_its_place_is_refused(field: str, value: object) -> None:
    entry = msgspec.to_builtins(tiny_model(b"x")) | {field: value}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(entry, ChatModel)
