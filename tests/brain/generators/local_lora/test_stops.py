"""A reply ends with any token that its model, its adapter or its chat template ends one with."""

import json
from pathlib import Path
from typing import Any

import pytest

from brain.generators.local_lora.adapter_folders import stops_in
from brain.generators.local_lora.loading import LoadedModel, _stops
from brain.generators.local_lora.runner import TransformersRunner
from brain.generators.local_lora.tokenizing import ChatTokenizer
from brain.messages import ChatMessage
from tests.brain.generators.local_lora.tiny_model import (
    RunnerWrapper,
    reply,
    said,
    save_adapter,
    speaking,
)

CHATML = (
    "{% for m in messages %}<|user|>{{ m.role }}\n{{ m.content }}<|system|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|user|>assistant\n{% endif %}"
)
"""As ChatML, with the tokens that the tiny model has: <|system|> ends a turn."""
GLM = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}"
WITHOUT_SYSTEM = (
    "{% for m in messages %}{% if m.role != 'system' %}{{ m.content }}</s>{% endif %}{% endfor %}"
)


def token(loaded: LoadedModel, text: str) -> int:
    found: int = loaded.tokenizer.convert_tokens_to_ids(text)
    return found


@pytest.mark.parametrize(
    ("template", "mark"),
    [
        (CHATML, "<|system|>"),
        (GLM, "<|user|>"),
        ("{% for m in messages %}{{ m.content }} </s>{% endfor %}", "</s>"),
        ("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}", None),
        ("{{ raise_exception('one message alone, please') }}", None),
        ("no messages", None),
    ],
)
def test_what_ends_a_reply_in_the_template_ends_one(
    template: str, mark: str | None, loaded: LoadedModel
) -> None:
    chat = ChatTokenizer(loaded.tokenizer, chat_template=template)
    assert chat.stops == ({token(loaded, mark)} if mark else set())


@pytest.mark.parametrize(
    ("file", "content", "found"),
    [
        ("generation_config.json", {"eos_token_id": 3}, (3,)),
        ("generation_config.json", {"eos_token_id": [3, 4]}, (3, 4)),
        ("generation_config.json", {}, ()),
        ("generation_config.json", [], ()),
        ("tokenizer_config.json", {"eos_token": "<|user|>"}, ("<|user|>",)),
        ("tokenizer_config.json", {"eos_token": {"content": "<|user|>"}}, ("<|user|>",)),
        ("tokenizer_config.json", {"eos_token": None}, ()),
    ],
)
def test_the_files_of_an_adapter_tell_what_ends_a_reply(
    file: str, content: object, found: tuple[int | str, ...], tmp_path: Path
) -> None:
    assert stops_in(tmp_path) == ()
    (tmp_path / file).write_text(json.dumps(content))
    assert stops_in(tmp_path) == found
    (tmp_path / file).write_text("{broken")
    assert stops_in(tmp_path) == ()


def test_every_list_of_the_models_files_counts(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaded.model.generation_config, "eos_token_id", [2, 3])
    monkeypatch.setattr(loaded.model.config, "eos_token_id", 4)
    assert _stops(loaded.model, loaded.tokenizer) == {2, 3, 4, loaded.tokenizer.eos_token_id}


class Ending(RunnerWrapper):
    """Lets every reply say three tokens, then the one that its adapter ends with, then others."""

    mark = 0

    def __init__(self, runner: TransformersRunner) -> None:
        super().__init__(runner)
        self.steps = 0

    def step(self) -> list[int | None]:
        self.steps += 1
        tokens = super().step()
        return [self.mark if self.steps == 3 else each for each in tokens]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("chat_template.jinja", CHATML),
        ("tokenizer_config.json", json.dumps({"eos_token": "<|system|>"})),
        ("generation_config.json", json.dumps({"eos_token_id": [2]})),
    ],
)
async def test_an_adapter_ends_its_reply_with_a_token_of_its_own(
    file: str, content: str, loaded: LoadedModel, folder: Path, tmp_path: Path
) -> None:
    class Mine(Ending):
        mark = token(loaded, "<|system|>")

    calm = save_adapter(folder, tmp_path / "calm", seed=1)
    (calm / file).write_text(content)
    around: Any = Mine
    async with speaking(loaded, {"calm": calm}, around=around, reply_tokens=12) as generator:
        runner = generator._engine.runner
        assert isinstance(runner, Mine)
        pieces = [piece async for piece in generator.voiced("calm").stream(said("hello"))]
        assert runner.steps == 3, "it did not run on to its limit"
        assert "<|" not in "".join(pieces)
    async with speaking(loaded, around=around, reply_tokens=12) as generator:
        runner = generator._engine.runner
        assert await reply(generator, said("hello"))
        assert isinstance(runner, Mine)
        assert runner.steps > 3, "the base model does not end with it"


def test_a_template_that_leaves_the_system_out_has_its_words_in_the_persons(
    loaded: LoadedModel,
) -> None:
    chat = ChatTokenizer(loaded.tokenizer, chat_template=WITHOUT_SYSTEM)
    messages = [ChatMessage("system", "Be kind. "), *said("hello", "hi", "again")]
    assert chat.decode(chat.prompt(messages)) == "Be kind. \n\nhellohiagain"
