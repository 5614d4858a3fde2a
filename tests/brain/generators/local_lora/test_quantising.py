"""With the real library, on a processor: SmolLM2 in 8 and 4 bits, and what is refused."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch

from brain.errors import MissingPart
from brain.generators.local_lora.adapter_batch import AdapterStack
from brain.generators.local_lora.adapters import read_adapter
from brain.generators.local_lora.errors import QuantisationUnfit
from brain.generators.local_lora.loading import LoadedModel, load
from brain.generators.local_lora.tokenizing import ChatTokenizer
from tests.brain.generators.local_lora.tiny_model import (
    options,
    reply,
    said,
    save_adapter,
    save_model,
    speaking,
)

bitsandbytes: Any = pytest.importorskip("bitsandbytes", reason="it is in the extra [quantised]")

FRANCE = said("What is the capital of France?")
ROUND = {"intermediate_size": 128}
"""Four bits are packed in blocks of 64."""


@pytest.fixture(scope="module")
def tuned(smollm2: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two adapters made on the model in full."""
    root = tmp_path_factory.mktemp("smollm2")
    return {
        "calm": save_adapter(smollm2, root / "calm", seed=3, r=8),
        "merry": save_adapter(smollm2, root / "merry", seed=4, r=8, target_modules="all-linear"),
    }


def weight_bytes(loaded: LoadedModel) -> int:
    """Of parameters and buffers; what 4 bits are scaled by is kept beside them."""
    model: torch.nn.Module = loaded.model
    tensors = {id(each): each for each in (*model.parameters(), *model.buffers())}
    for layer in model.modules():
        state = getattr(getattr(layer, "weight", None), "quant_state", None)
        scales = getattr(getattr(layer, "weight", None), "SCB", None)
        for each in (getattr(state, "absmax", None), scales):
            if each is not None:
                tensors[id(each)] = each
    return sum(each.numel() * each.element_size() for each in tensors.values())


def changes(loaded: LoadedModel, adapters: dict[str, Path]) -> dict[str, torch.Tensor]:
    """What each adapter does to the logits of a prompt; the rows of all are in one batch."""
    stack = AdapterStack(loaded.model, dtype=loaded.dtype, device=loaded.device)
    layers, base = stack.shapes, loaded.base
    for name, folder in adapters.items():
        stack.add(name, read_adapter(folder, name=name, layers=layers, base=base))
    prompt = ChatTokenizer(loaded.tokenizer).prompt(FRANCE)
    rows = torch.tensor([prompt] * (len(adapters) + 1))
    stack.select([*adapters, None])
    with torch.no_grad():
        *changed, plain = loaded.model(input_ids=rows).logits
    stack.deactivate()
    return {name: (each - plain).flatten() for name, each in zip(adapters, changed, strict=True)}


# Four bits are coarse for a model as small as this one.
@pytest.mark.parametrize(("bits", "share", "alike"), [(8, 0.45, 0.85), (4, 0.35, 0.4)])
async def test_adapters_of_the_full_model_work_side_by_side_over_the_quantised_one(
    smollm2: Path, tuned: dict[str, Path], bits: int, share: float, alike: float
) -> None:
    full = load(options(model=str(smollm2), device="cpu"))
    small = load(options(model=str(smollm2), device="cpu", quantised=bits))
    # The embeddings stay in full; they are a fifth of this model, and less of a larger one.
    assert weight_bytes(small) < share * weight_bytes(full)
    intended, done = changes(full, tuned), changes(small, tuned)
    for name, other in (("calm", "merry"), ("merry", "calm")):
        near = torch.cosine_similarity(done[name], intended[name], dim=0)
        assert near > alike
        assert near > torch.cosine_similarity(done[name], intended[other], dim=0)
    async with speaking(small, tuned, reply_tokens=8) as generator:
        voices = [generator.voiced(name) for name in (None, *tuned)]
        france, calm, merry = await asyncio.gather(*(reply(voice, FRANCE) for voice in voices))
    assert "Paris" in france
    assert calm
    assert merry


async def test_a_quantised_model_says_which_bits_it_is_in(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "tiny", **ROUND)
    loaded = load(options(model=str(folder), device="cpu", quantised=4))
    async with speaking(loaded, quantised=4) as generator:
        assert generator.dtype == "float32, 4 bit"


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_every_kind_of_numbers_can_be_computed_with(tmp_path: Path, dtype: str, bits: int) -> None:
    folder = save_model(tmp_path / "tiny", **ROUND)
    loaded = load(options(model=str(folder), device="cpu", quantised=bits, dtype=dtype))
    with torch.no_grad():
        logits = loaded.model(input_ids=torch.tensor([[5, 6, 7]])).logits
    assert str(logits.dtype) == f"torch.{dtype}"
    assert logits.isfinite().all()


def test_a_gguf_file_is_not_quantised_again(tmp_path: Path) -> None:
    (tmp_path / "it.gguf").touch()
    with pytest.raises(QuantisationUnfit, match=r"it cannot .* 8 bits: a GGUF file has .*llama"):
        load(options(model=str(tmp_path / "it.gguf"), device="cpu", quantised=8))


def test_a_model_with_bits_of_its_own_is_not_quantised_again(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "tiny", **ROUND)
    path = folder / "config.json"
    own = {"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}}
    path.write_text(json.dumps({**json.loads(path.read_text()), **own}))
    with pytest.raises(QuantisationUnfit, match=r"tiny cannot .* 8 bits: it is quantised already"):
        load(options(model=str(folder), device="cpu", quantised=8))


def test_a_device_that_the_library_does_not_know_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitsandbytes, "supported_torch_devices", {"cuda"})
    with pytest.raises(QuantisationUnfit, match="does not know the device cpu"):
        load(options(model=str(folder), device="cpu", quantised=4))


def test_layers_that_cannot_be_computed_are_found_before_anybody_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise NotImplementedError("no kernel")

    monkeypatch.setattr(bitsandbytes.nn.Linear4bit, "forward", refuse)
    folder = save_model(tmp_path / "tiny", **ROUND)
    with pytest.raises(QuantisationUnfit, match="the device cpu cannot compute with layers of"):
        load(options(model=str(folder), device="cpu", quantised=4))


def test_without_the_library_the_extra_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    with pytest.raises(MissingPart, match=r"pip install 'siliconfriend\[quantised\]'"):
        load(options(model=str(folder), device="cpu", quantised=4))
