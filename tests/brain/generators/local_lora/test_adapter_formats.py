"""Adapters that bring more than plain pairs: a template, the form of 2023, a prefix."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer

from brain.generators.chatglm.merged_lora import convert_merged_lora
from brain.generators.local_lora.adapter_folders import template_in
from brain.generators.local_lora.adapters import PICKLED_WEIGHTS, LayerShape, read_adapter
from brain.generators.local_lora.errors import (
    AdapterDamaged,
    AdapterHoldsCode,
    AdapterMissing,
    AdapterUnsupported,
    TemplateBroken,
)
from brain.generators.local_lora.generator import start_local_model
from brain.generators.local_lora.loading import LoadedModel, describe
from tests.brain.generators.chatglm.models import small_config, small_model, tokenizer
from tests.brain.generators.local_lora.tiny_model import options, reply, said, speaking

HELLO = said("Hello, sea!")
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{% endfor %}"
LAYER = "transformer.layers.{}.attention.query_key_value"


def talkative() -> Any:  # noqa: ANN401 as small_model
    """Of what it may say, all but letters is the least likely."""
    model, marks = small_model(), tokenizer()
    blank = [n for n in range(marks.vocab_size) if not str(marks.decode([n])).strip("<>_ \n\t")]
    named = [n for n in range(marks.vocab_size) if len(str(marks.convert_ids_to_tokens(n))) > 1]
    with torch.no_grad():
        model.lm_head.weight[blank + named] = 0
    return model


@pytest.fixture
def calm(adapters: dict[str, Path], tmp_path: Path) -> Path:
    """A copy to add to."""
    return shutil.copytree(adapters["calm"], tmp_path / "calm")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """For ChatGLM, as peft 0.2 wrote it."""
    folder = tmp_path / "old"
    folder.mkdir()
    torch.manual_seed(1)
    weights = {}
    for number in range(3):
        path = f"base_model.model.{LAYER.format(number)}"
        weights[f"{path}.lora_A.weight"] = torch.randn(4, 32) * 0.3
        weights[f"{path}.lora_B.weight"] = torch.randn(64, 2, 1) * 0.3
    torch.save(weights, folder / PICKLED_WEIGHTS)
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 8, "enable_lora": [True, False, True]}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """For the same ChatGLM, by P-tuning v2."""
    folder = tmp_path / "prefix"
    folder.mkdir()
    torch.manual_seed(5)
    weights = torch.randn(5, 2 * 3 * 32)
    torch.save(
        {"transformer.prefix_encoder.embedding.weight": weights}, folder / "pytorch_model.bin"
    )
    return folder


@pytest.fixture
def chatglm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its folder; the tokenizer, which needs a file of Google's library, is a double."""
    folder = tmp_path / "chatglm"
    talkative().save_pretrained(folder)
    monkeypatch.setattr(
        AutoTokenizer, "from_pretrained", lambda *_, **__: tokenizer(), raising=True
    )
    return str(folder)


async def test_an_adapter_is_asked_in_the_form_it_was_tuned_on(
    loaded: LoadedModel, calm: Path, adapters: dict[str, Path]
) -> None:
    (calm / "chat_template.jinja").write_text(TEMPLATE)
    async with speaking(loaded, {"calm": calm, "bare": adapters["calm"]}) as generator:
        own = await reply(generator.voiced("calm"), HELLO)
        assert own != await reply(generator.voiced("bare"), HELLO)
    async with speaking(loaded, {"bare": adapters["calm"]}, chat_template=TEMPLATE) as generator:
        assert await reply(generator.voiced("bare"), HELLO) == own
        # The operator's template wins over the adapter's.
        (calm / "chat_template.jinja").write_text("never")
        await generator.load_adapter("calm", calm)
        assert await reply(generator.voiced("calm"), HELLO) == own


def test_a_template_of_older_tokenizers_is_found(calm: Path) -> None:
    assert template_in(calm) is None
    (calm / "tokenizer_config.json").write_text("[]")
    assert template_in(calm) is None
    (calm / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE}))
    assert template_in(calm) == TEMPLATE


async def test_a_broken_template_is_refused_before_anybody_is_answered(
    loaded: LoadedModel, calm: Path, folder: Path
) -> None:
    (calm / "chat_template.jinja").write_text("{% for")
    async with speaking(loaded) as generator:
        with pytest.raises(AdapterDamaged, match="chat_template"):
            await generator.load_adapter("calm", calm)
    with pytest.raises(TemplateBroken, match="chat template of tiny"):
        await start_local_model(options(model=str(folder), chat_template="{{ nothing.at.all }}"))


async def test_an_adapter_of_peft_0_2_speaks_as_its_new_form_does(old: Path) -> None:
    convert_merged_lora(old, old.parent / "new")
    layers = {LAYER.format(number): LayerShape(32, 96) for number in range(3)}
    read, new = (
        read_adapter(old.parent / name, name=name, layers=layers, base="")
        for name in ("old", "new")
    )
    assert read.pairs.keys() == new.pairs.keys() == layers.keys()
    for path, pair in read.pairs.items():
        assert all(torch.equal(*each) for each in zip(pair, new.pairs[path], strict=True))
    model = describe(
        talkative(), tokenizer(), options(), dtype=torch.float32, device=torch.device("cpu")
    )
    async with speaking(model, {"old": old}) as generator:
        assert await reply(generator.voiced("old"), HELLO) != await reply(generator, HELLO)


class Code:
    """What runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("ran",)


def test_an_adapter_of_peft_0_2_is_trusted_no_more_than_others(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({"x.lora_A.weight": Code()}, old / PICKLED_WEIGHTS)
    with pytest.raises(AdapterHoldsCode):
        read_adapter(old, name="old", layers={}, base="")
    (old / PICKLED_WEIGHTS).write_bytes(pickle.dumps([1]))
    with pytest.raises(AdapterDamaged):
        read_adapter(old, name="old", layers={}, base="")
    torch.save([1], old / PICKLED_WEIGHTS)
    with pytest.raises(AdapterDamaged):
        read_adapter(old, name="old", layers={}, base="")
    assert capsys.readouterr().out == ""


async def test_chatglm_speaks_with_a_prefix(chatglm: str, prefix: Path) -> None:
    replies = []
    for chosen in (None, prefix):
        generator = await start_local_model(options(model=chatglm, device="cpu", prefix=chosen))
        replies.append(await reply(generator, HELLO))
        await generator.aclose()
    model = talkative()
    model.load_prefix(prefix)
    marks: Any = tokenizer()
    text = marks.apply_chat_template(
        [{"role": "user", "content": "Hello, sea!"}], tokenize=False, add_generation_prompt=True
    )
    ids = torch.tensor([marks(text, add_special_tokens=False)["input_ids"]])
    written = model.generate(ids, do_sample=False, max_new_tokens=12)[0, ids.shape[1] :]
    assert replies[1] == marks.decode(written.tolist(), skip_special_tokens=True)
    assert replies[0] != replies[1]


async def test_a_prefix_where_it_cannot_be_is_refused(
    loaded: LoadedModel, chatglm: str, prefix: Path
) -> None:
    async with speaking(loaded) as generator:
        with pytest.raises(AdapterUnsupported, match="P-tuning"):
            await generator.load_adapter("soft", prefix)
    torch.save(
        {"transformer.prefix_encoder.embedding.weight": torch.zeros(5, small_config().num_layers)},
        prefix / "pytorch_model.bin",
    )
    with pytest.raises(AdapterDamaged):
        await start_local_model(options(model=chatglm, prefix=prefix))
    with pytest.raises(AdapterMissing):
        await start_local_model(options(model=chatglm, prefix=prefix / "nowhere"))


async def test_a_prefix_is_for_chatglm_alone(folder: Path, prefix: Path) -> None:
    with pytest.raises(AdapterUnsupported, match="P-tuning"):
        await start_local_model(options(model=str(folder), prefix=prefix))
