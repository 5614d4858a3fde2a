import asyncio
import os
import pickle
import shutil
import warnings
from contextlib import aclosing
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from brain.generators.local_lora.adapter_batch import AdapterStack
from brain.generators.local_lora.adapter_folders import CONFIG
from brain.generators.local_lora.adapters import PICKLED_WEIGHTS, SAFE_WEIGHTS, read_adapter
from brain.generators.local_lora.errors import (
    AdapterDamaged,
    AdapterHoldsCode,
    AdapterMisfit,
    AdapterMissing,
    AdapterOfOtherBase,
    AdapterRefused,
    AdapterUnsupported,
    ModelTooLarge,
)
from brain.generators.local_lora.loading import LoadedModel
from tests.brain.generators.local_lora.tiny_model import (
    RunnerWrapper,
    reply,
    rewrite_config,
    said,
    save_adapter,
    save_model,
    speaking,
)

IDS = torch.tensor([[5, 40, 200, 17, 260, 9]])
HELLO = said("Hello, sea!")
Adapters = dict[str, Path]


@pytest.fixture
def calm(adapters: Adapters, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(adapters["calm"], tmp_path / "calm")


def make_old(folder: Path) -> None:
    """As peft wrote it in the spring of 2023."""
    torch.save(load_file(folder / SAFE_WEIGHTS), folder / PICKLED_WEIGHTS)
    (folder / SAFE_WEIGHTS).unlink()
    (folder / CONFIG).write_text(
        '{"base_model_name_or_path": "BelleGroup/BELLE-LLAMA-7B-2M", "bias": "none",'
        ' "enable_lora": null, "fan_in_fan_out": false, "inference_mode": true, "lora_alpha": 8,'
        ' "lora_dropout": 0.05, "merge_weights": false, "modules_to_save": null,'
        ' "peft_type": "LORA", "r": 4, "target_modules": ["q_proj", "v_proj", "down_proj"],'
        ' "task_type": "CAUSAL_LM"}'
    )


def close(ours: torch.Tensor, theirs: torch.Tensor) -> None:
    """Equal but for the order of sums: the scaling is in the weights here, and after them there."""
    torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)


def by_peft(folder: Path, adapter: Path) -> torch.Tensor:
    """The library's own logits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        base: Any = AutoModelForCausalLM.from_pretrained(folder)
        model = PeftModel.from_pretrained(base, str(adapter))
    with torch.no_grad():
        logits: torch.Tensor = model(input_ids=IDS).logits
    return logits


def by_stack(folder: Path, adapter: Path) -> torch.Tensor:
    """Ours."""
    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    stack = AdapterStack(model, dtype=torch.float32, device=torch.device("cpu"))
    stack.add("it", read_adapter(adapter, name="it", layers=stack.shapes, base="tiny"))
    stack.select(["it"])
    with torch.no_grad():
        logits: torch.Tensor = model(input_ids=IDS).logits
    return logits


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"r": 3, "lora_alpha": 7},
        {"use_rslora": True},
        {"target_modules": "all-linear", "r": 20},
        {"rank_pattern": {"q_proj": 2, "layers.1.mlp.down_proj": 6}},
        {"alpha_pattern": {"v_proj": 3}, "rank_pattern": {".*q_proj": 1}},
        {"layers_to_transform": [1]},
    ],
    ids=str,
)
def test_an_adapter_gives_the_logits_that_peft_gives(
    folder: Path, tmp_path: Path, config: dict[str, Any]
) -> None:
    adapter = save_adapter(folder, tmp_path / "it", seed=4, **config)
    close(by_stack(folder, adapter), by_peft(folder, adapter))


def test_an_adapter_of_2023_gives_the_logits_that_peft_gives(folder: Path, calm: Path) -> None:
    new = by_peft(folder, calm)
    make_old(calm)
    close(by_stack(folder, calm), new)


def test_a_configuration_with_keys_missing_or_unknown_is_read(folder: Path, calm: Path) -> None:
    new = by_stack(folder, calm)
    rewrite_config(calm, r=None, lora_alpha=None, peft_type=None, bias=None, of_next_year=[1])
    close(by_stack(folder, calm), new)


def test_weights_named_for_their_adapter_are_read(folder: Path, calm: Path) -> None:
    new = by_stack(folder, calm)
    weights = load_file(calm / SAFE_WEIGHTS)
    named = {key.replace(".weight", ".default.weight"): value for key, value in weights.items()}
    save_file(named, calm / SAFE_WEIGHTS)
    close(by_stack(folder, calm), new)


class Code:
    """What runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("ran",)


def hold_code(folder: Path) -> None:
    make_old(folder)
    torch.save({"base_model.model.x.lora_A.weight": Code()}, folder / PICKLED_WEIGHTS)


def hold_bare_code(folder: Path) -> None:
    make_old(folder)
    (folder / PICKLED_WEIGHTS).write_bytes(pickle.dumps(Code()))


def spoil_old(folder: Path) -> None:
    make_old(folder)
    (folder / PICKLED_WEIGHTS).write_text("<html>")


def cut(folder: Path) -> None:
    path = folder / SAFE_WEIGHTS
    path.write_bytes(path.read_bytes()[:-100])


def hold_a_list(folder: Path) -> None:
    make_old(folder)
    torch.save([1, 2], folder / PICKLED_WEIGHTS)


def change(folder: Path, match: str, **to: Any) -> None:  # noqa: ANN401
    """Change the weights whose name holds `match`."""
    path = folder / SAFE_WEIGHTS
    weights = load_file(path)
    for key in [key for key in weights if match in key]:
        value = weights.pop(key)
        if "name" in to:
            weights[key.replace(match, to["name"])] = value
        elif "value" in to:
            weights[key] = to["value"](value).contiguous()
    save_file(weights, path)


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda f: (f / CONFIG).unlink(), AdapterMissing, CONFIG),
        (lambda f: (f / SAFE_WEIGHTS).unlink(), AdapterMissing, SAFE_WEIGHTS),
        (shutil.rmtree, AdapterMissing, CONFIG),
        (lambda f: (f / CONFIG).write_text("{"), AdapterDamaged, CONFIG),
        (lambda f: (f / CONFIG).write_text("[]"), AdapterDamaged, CONFIG),
        (cut, AdapterDamaged, SAFE_WEIGHTS),
        (spoil_old, AdapterDamaged, PICKLED_WEIGHTS),
        (hold_a_list, AdapterDamaged, PICKLED_WEIGHTS),
        (lambda f: change(f, "lora_B"), AdapterDamaged, "damaged"),
        (lambda f: change(f, "lora_B", value=lambda v: v * torch.nan), AdapterDamaged, "damaged"),
        (hold_code, AdapterHoldsCode, "code"),
        (hold_bare_code, AdapterHoldsCode, "code"),
        (lambda f: rewrite_config(f, peft_type="PREFIX_TUNING"), AdapterUnsupported, "PREFIX_"),
        (lambda f: rewrite_config(f, use_dora=True), AdapterUnsupported, "use_dora"),
        (lambda f: rewrite_config(f, bias="all"), AdapterUnsupported, "bias"),
        (lambda f: rewrite_config(f, modules_to_save=["x"]), AdapterUnsupported, "modules_to"),
        (lambda f: rewrite_config(f, enable_lora=[True]), AdapterDamaged, PICKLED_WEIGHTS),
        (lambda f: change(f, "lora_A", name="lora_C"), AdapterUnsupported, "lora_C"),
        (lambda f: change(f, "q_proj", name="w_pack"), AdapterMisfit, "w_pack"),
        (lambda f: change(f, "lora_A", value=lambda v: v[:, 1:]), AdapterMisfit, "-> 64 in the ad"),
        (lambda f: change(f, "lora_A", value=lambda v: v[1:]), AdapterMisfit, "proj is -"),
        (lambda f: change(f, "lora_A", value=lambda v: v[0]), AdapterMisfit, "proj is -"),
    ],
)
def test_a_bad_adapter_is_refused_with_a_sentence(  # noqa: PLR0917 fixtures and parameters
    folder: Path,
    calm: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Any,  # noqa: ANN401
    error: type[AdapterRefused],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    spoil(calm)
    with pytest.raises(AdapterRefused) as caught:
        by_stack(folder, calm)
    assert type(caught.value) is error
    assert words in str(caught.value)
    assert "it" in str(caught.value)
    assert not (tmp_path / "ran").exists()


def test_an_adapter_that_names_another_model_on_the_hub_is_refused(
    loaded: LoadedModel, calm: Path
) -> None:
    rewrite_config(calm, base_model_name_or_path="BelleGroup/BELLE-7B")
    stack = AdapterStack(loaded.model, dtype=loaded.dtype, device=loaded.device)
    layers = stack.shapes
    with pytest.raises(AdapterOfOtherBase, match="BELLE-7B"):
        read_adapter(calm, name="calm", layers=layers, base="meta-llama/Llama-2-7b-hf")
    for base in ("bellegroup/belle-7b", "/models/of-mine"):
        assert read_adapter(calm, name="calm", layers=layers, base=base).rank == 4
    other = {"base": "meta-llama/Llama-2-7b-hf", "any_base": True}
    assert read_adapter(calm, name="calm", layers=layers, **other).pairs  # type: ignore[arg-type]


def test_an_adapter_of_a_model_with_other_sizes_is_refused(folder: Path, tmp_path: Path) -> None:
    wide = save_model(tmp_path / "wide", hidden_size=128)
    adapter = save_adapter(wide, tmp_path / "adapter", seed=1)
    with pytest.raises(AdapterMisfit, match=r"-> 128 in the adapter and .* -> 64 in the model"):
        by_stack(folder, adapter)


async def test_a_refused_adapter_leaves_the_others_as_they_are(
    loaded: LoadedModel, adapters: Adapters, calm: Path
) -> None:
    cut(calm)
    async with speaking(loaded, {"calm": adapters["calm"]}) as generator:
        before = await reply(generator.voiced("calm"), HELLO)
        with pytest.raises(AdapterDamaged):
            await generator.load_adapter("calm", calm)
        assert await reply(generator.voiced("calm"), HELLO) == before


async def test_an_adapter_that_does_not_fit_into_memory_is_told_by_its_name(
    loaded: LoadedModel, calm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise torch.OutOfMemoryError("CUDA out of memory")

    async with speaking(loaded) as generator:
        with monkeypatch.context() as patch:
            patch.setattr(torch.Tensor, "contiguous", full)
            with pytest.raises(ModelTooLarge, match=r"^calm does not fit into the memory of cpu"):
                await generator.load_adapter("calm", calm)
        assert generator.voices == ()
        await generator.load_adapter("calm", calm)
        assert await reply(generator.voiced("calm"), HELLO)


async def test_an_adapter_can_be_replaced_while_one_speaks_through_it(
    loaded: LoadedModel, adapters: Adapters
) -> None:
    async with speaking(loaded, adapters, around=RunnerWrapper) as generator:
        calm = await reply(generator.voiced("calm"), HELLO)
        merry = await reply(generator.voiced("merry"), HELLO)
        async with aclosing(generator.voiced("calm").stream(HELLO)) as pieces:
            begun = await anext(pieces)
            around = generator._engine.runner
            assert isinstance(around, RunnerWrapper)
            around.gate.clear()
            swap = asyncio.ensure_future(generator.load_adapter("calm", adapters["merry"]))
            around.gate.set()
            assert begun + "".join([piece async for piece in pieces]) == calm
            await swap
        assert await reply(generator.voiced("calm"), HELLO) == merry != calm
        kept = [key.split("#")[0] for key in generator._engine.runner.stack._adapters]
        assert sorted(kept) == ["calm", "merry", "wise"], "the one before is gone"


async def test_a_closed_generator_leaves_the_model_as_it_was(
    loaded: LoadedModel, adapters: Adapters
) -> None:
    with torch.no_grad():
        before = loaded.model(input_ids=IDS).logits
        async with speaking(loaded, adapters) as generator:
            assert await reply(generator.voiced("wise"), HELLO)
        assert torch.equal(loaded.model(input_ids=IDS).logits, before)


async def test_views_are_named_for_their_adapter(loaded: LoadedModel, adapters: Adapters) -> None:
    async with speaking(loaded, adapters) as generator:
        assert generator.name == "tiny"
        assert generator.voiced("calm").name == "tiny (calm)"
        assert generator.voiced("calm").voiced(None).name == "tiny"
