import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import psutil  # type: ignore[import-untyped]
import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    Gemma3TextConfig,
    LlamaForCausalLM,
    MistralConfig,
    Qwen3Config,
)

from brain.errors import MissingPart
from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.modelling import ChatGLMForConditionalGeneration
from brain.generators.local_lora import loading
from brain.generators.local_lora.errors import (
    AdapterMissing,
    DeviceMissing,
    ModelMissing,
    ModelTooLarge,
    ModelUnfit,
    ModelUnloadable,
)
from brain.generators.local_lora.generator import start_local_model
from brain.generators.local_lora.loading import LoadedModel, describe, load
from brain.generators.local_lora.memory_budget import free_bytes
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.runner import TransformersRunner
from brain.generators.local_lora.sampling import Sampler
from tests.brain.generators.local_lora.tiny_model import options, reply, said, save_model

CPU = torch.device("cpu")
SIZES: dict[str, Any] = {
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.3,
    "head_dim": 8,
    "eos_token_id": 1,
    "bos_token_id": 2,
    "pad_token_id": 0,
}
MIXED: dict[str, Any] = {
    "layer_types": ["sliding_attention", "full_attention"],
    "sliding_window": 8,
}


class NoTokenizer:
    """For models that are only run."""

    eos_token_id = None


def described(config: Any) -> LoadedModel:  # noqa: ANN401
    """A model of random weights."""
    torch.manual_seed(3)
    auto: Any = AutoModelForCausalLM
    model = auto.from_config(config).eval()
    return describe(model, NoTokenizer(), options(), dtype=torch.float32, device=CPU)


def by_runner(loaded: LoadedModel, prompts: list[list[int]], steps: int) -> list[list[int]]:
    """One batch, the prompts read in two parts where that may be."""
    runner = TransformersRunner(loaded, sampler=Sampler(None, temperature=0, device=CPU))
    replies: list[list[int]] = []
    for slot, prompt in enumerate(prompts):
        runner.open(None, len(prompt) + steps)
        if not loaded.layout.needs_whole_prompt and len(prompt) > 1:
            assert runner.read(slot, prompt[:-1], last=False) is None
            prompt = prompt[-1:]  # noqa: PLW2901
        token = runner.read(slot, prompt, last=True)
        assert token is not None
        replies.append([token])
    for _ in range(steps - 1):
        for written, token in zip(replies, runner.step(), strict=True):
            assert token is not None
            written.append(token)
    return replies


def by_transformers(loaded: LoadedModel, prompt: list[int], steps: int) -> list[int]:
    ids = torch.tensor([prompt])
    output = loaded.model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=steps,
        min_new_tokens=steps,
        eos_token_id=None,
    )
    found: list[int] = output[0, len(prompt) :].tolist()
    return found


@pytest.mark.parametrize(
    "config",
    [
        MistralConfig(**SIZES, sliding_window=8),
        Qwen3Config(**SIZES),
        Qwen3Config(**SIZES, **MIXED, use_sliding_window=True),
        Gemma3TextConfig(**SIZES, **MIXED),
    ],
    ids=["all in a window", "all see all", "mixed", "mixed, Gemma"],
)
def test_models_with_windows_say_what_transformers_gives(config: Any) -> None:  # noqa: ANN401
    loaded = described(config)
    prompts = [[5, 9, 77], list(range(20, 60)), [200], list(range(100, 117))]
    expected = [by_transformers(loaded, prompt, 10) for prompt in prompts]
    assert by_runner(loaded, prompts, 10) == expected


@pytest.mark.parametrize("prefix", [None, 5])
def test_chatglm_with_its_two_positions_says_what_its_own_loop_gives(prefix: int | None) -> None:
    special: dict[str, Any] = {"gmask_token_id": 101, "mask_token_id": 100, "bos_token_id": 104}
    config = ChatGLMConfig(
        vocab_size=120,
        hidden_size=32,
        num_layers=2,
        num_attention_heads=4,
        inner_hidden_size=48,
        max_sequence_length=128,
        initializer_range=0.3,
        eos_token_id=105,
        pre_seq_len=prefix,
        **special,
    )
    torch.manual_seed(3)
    model: Any = ChatGLMForConditionalGeneration(config)
    model.eval()
    loaded = describe(model, NoTokenizer(), options(), dtype=torch.float32, device=CPU)
    prompts = [[7, 8, 9, 101, 104], [*range(20, 60), 101, 104], [50, 101, 104, 30, 31]]
    expected = [by_transformers(loaded, prompt, 10) for prompt in prompts]
    assert by_runner(loaded, prompts, 10) == expected


def test_a_model_with_a_memory_of_another_kind_is_unfit() -> None:
    config = Qwen3Config(**SIZES)
    loaded = described(config)
    loaded.model.config.layer_types = ["linear_attention", "full_attention"]
    with pytest.raises(ModelUnfit, match="linear_attention"):
        describe(loaded.model, NoTokenizer(), options(), dtype=torch.float32, device=CPU)


def test_the_context_is_what_model_setting_and_memory_allow(
    loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def context(**changes: Any) -> int:  # noqa: ANN401
        return describe(
            loaded.model, loaded.tokenizer, options(**changes), dtype=torch.float32, device=CPU
        ).context_tokens

    assert context() == 512
    assert context(context_tokens=300) == 300
    assert context(context_tokens=9000) == 512
    # Keys and values, 2 layers, 2 heads of 16, 4 bytes: 512 a token.
    monkeypatch.setattr(loaded.model.config, "max_position_embeddings", 9000)
    monkeypatch.setattr(loading, "free_bytes", lambda _: 512 * 700)
    assert context() == 700


def test_a_model_beside_which_there_is_no_memory_to_speak_is_too_large(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "free_bytes", lambda _: 512 * 511)
    with pytest.raises(ModelTooLarge, match="tiny does not fit into the memory of cpu"):
        load(options(model=str(folder), device="cpu"))
    # Who asks for less gets it.
    assert load(options(model=str(folder), device="cpu", context_tokens=500)).cache_tokens == 511


def test_what_the_system_holds_of_files_is_free_for_conversations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = SimpleNamespace(total=64 << 30, free=1 << 30, available=40 << 30)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: found)
    assert free_bytes(CPU) == 20 << 30


def test_on_a_processor_weights_have_32_bits(loaded: LoadedModel) -> None:
    assert loaded.dtype == loaded.model.dtype == torch.float32
    assert loaded.device == CPU


def test_another_precision_can_be_asked_for(folder: Path) -> None:
    assert load(options(model=str(folder), dtype="bfloat16")).model.dtype == torch.bfloat16


@pytest.mark.parametrize("model", ["/nowhere/model", "./model", "~/a/b/c", "a/b/c", "x/y.gguf"])
def test_a_model_that_is_not_there_is_missing(model: str) -> None:
    with pytest.raises(ModelMissing, match="There is no model at"):
        load(options(model=model))


def test_a_folder_without_a_model_is_unloadable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnloadable, match="could not be loaded"):
        load(options(model=str(tmp_path)))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"model_type": "chatglm", "padded_vocab_size": 65024}, r"\(This is ChatGLM2 or ChatGLM3"),
        ({"model_type": "chatglm", "quantization_bit": 4}, r"packed to 4 bits.*loading\)\. Is it"),
        ({"model_type": "it", "auto_map": {"AutoConfig": "x.Y"}}, "contains custom code"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_model_is_told_before_its_tokenizer_is_missed(
    tmp_path: Path, config: dict[str, Any], words: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelUnloadable, match=words):
        load(options(model=str(tmp_path)))


def test_a_hub_that_cannot_be_reached_is_told() -> None:
    with pytest.raises(ModelUnloadable, match="couldn't connect"):
        load(options(model="nobody/nothing"))


def test_a_damaged_model_is_unloadable(tmp_path: Path) -> None:
    model = save_model(tmp_path / "model")
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelUnloadable, match="model could not be loaded"):
        load(options(model=str(model)))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
        MemoryError(),
    ],
    ids=repr,
)
def test_a_model_too_large_for_the_memory_is_told_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(LlamaForCausalLM, "__init__", full)
    with pytest.raises(ModelTooLarge, match="tiny does not fit into the memory of cpu"):
        load(options(model=str(folder), device="cpu"))


def test_what_reads_gguf_files_is_named_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "find_spec", lambda _: None)
    (tmp_path / "model.gguf").touch()
    with pytest.raises(MissingPart, match=r"pip install 'siliconfriend\[local\]'"):
        load(options(model=str(tmp_path / "model.gguf")))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 MiB."),
        RuntimeError("CUDA error: out of memory"),
    ],
    ids=repr,
)
def test_a_device_that_others_have_filled_is_not_called_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(torch, "zeros", full)
    with pytest.raises(ModelTooLarge, match="tiny does not fit into the memory of cuda:0"):
        load(options(model=str(folder), device="cuda:0"))


@pytest.mark.parametrize("device", ["cuda:97", "frob", "meta"])
def test_a_device_that_is_not_there_is_named(folder: Path, device: str) -> None:
    with pytest.raises(DeviceMissing, match=f"no device {device} on this machine"):
        load(options(model=str(folder), device=device))


async def test_without_torch_the_extra_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brain.generators.local_lora.loading", None)
    with pytest.raises(MissingPart, match=r"pip install 'siliconfriend\[local\]'"):
        await start_local_model(options(model=str(folder)))


async def test_a_model_starts_with_its_adapters(folder: Path, adapters: dict[str, Path]) -> None:
    generator = await start_local_model(options(model=str(folder)), adapters=adapters)
    try:
        assert generator.voices == ("calm", "merry", "wise")
        assert generator.name == "tiny"
        assert await reply(generator.voiced("calm"), said("Hi"))
    finally:
        await generator.aclose()


async def test_a_start_with_a_bad_adapter_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AdapterMissing):
        await start_local_model(options(model=str(folder)), adapters={"it": tmp_path})


def test_a_model_is_named_for_what_it_was_loaded_from() -> None:
    names = {
        model: LocalOptions(model=model).name
        for model in ("Qwen/Qwen3-8B", "/models/belle-7b/", "~/it.gguf", "gpt2")
    }
    assert list(names.values()) == ["Qwen3-8B", "belle-7b", "it", "gpt2"]
    assert LocalOptions(model="gpt2", label="Mia").name == "Mia"


def test_nothing_heavy_is_imported_before_a_model_is_started() -> None:
    heavy = "{'torch', 'transformers', 'jinja2', 'safetensors'} & set(sys.modules)"
    code = f"import sys, brain.generators.local_lora.generator; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
