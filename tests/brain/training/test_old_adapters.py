"""Adapters as peft wrote them in 2023: a few keys of JSON and a pickled dictionary of tensors."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel

from brain.training.chat_templates import BELLE
from tests.brain.generators.chatglm.models import small_model, tokenizer
from tests.brain.training.models import tiny_llama

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:Unexpected keyword")

RANK = 8
TARGETS = ["q_proj", "k_proj", "v_proj", "down_proj", "gate_proj", "up_proj"]


def settings(targets: list[str], *, alpha: int) -> dict[str, object]:
    return {
        "base_model_name_or_path": "a/model-of-2023",
        "bias": "none",
        "enable_lora": None,
        "fan_in_fan_out": False,
        "inference_mode": True,
        "lora_alpha": alpha,
        "lora_dropout": 0.05,
        "merge_weights": False,
        "modules_to_save": None,
        "peft_type": "LORA",
        "r": RANK,
        "target_modules": targets,
        "task_type": "CAUSAL_LM",
    }


def old_adapter(folder: Path, model: PreTrainedModel, targets: list[str], *, alpha: int) -> Path:
    torch.manual_seed(2)
    weights: dict[str, Tensor] = {}
    for name, layer in model.named_modules():
        if name.rpartition(".")[2] in targets:
            outer = f"base_model.model.{name}.lora_"
            held = layer.get_parameter("weight")
            weights[f"{outer}A.weight"] = torch.randn(RANK, held.shape[1]) * 0.2
            weights[f"{outer}B.weight"] = torch.randn(held.shape[0], RANK) * 0.2
    torch.save(weights, folder / "adapter_model.bin")
    (folder / "adapter_config.json").write_text(json.dumps(settings(targets, alpha=alpha)))
    return folder


def test_an_adapter_for_belle_loads_and_changes_what_its_prompt_form_is_answered(
    tmp_path: Path,
) -> None:
    folder = tiny_llama(template=BELLE)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    marks: Any = AutoTokenizer.from_pretrained(folder)
    said = [{"role": "user", "content": "我很难过"}]
    prompt = marks.apply_chat_template(said, add_generation_prompt=True, return_tensors="pt")
    assert marks.decode(prompt["input_ids"][0]) == "<s>Human: 我很难过\n\nAssistant:"

    asked = {"max_new_tokens": 8, "do_sample": False, "pad_token_id": 0}
    plain = model.generate(**prompt, **asked)
    before = model(**prompt).logits
    adapter = old_adapter(tmp_path, model, TARGETS, alpha=16)
    tuned: Any = PeftModel.from_pretrained(model, str(adapter))
    assert not torch.equal(tuned.generate(**prompt, **asked), plain)
    with tuned.disable_adapter():
        assert torch.allclose(tuned(**prompt).logits, before)


def test_each_weight_of_an_old_adapter_lands_where_it_belongs(tmp_path: Path) -> None:
    model: Any = AutoModelForCausalLM.from_pretrained(tiny_llama(), dtype=torch.float32)
    plain = model.model.layers[1].mlp.down_proj.weight.clone()
    tuned = PeftModel.from_pretrained(
        model, str(old_adapter(tmp_path, model, TARGETS, alpha=16))
    ).merge_and_unload()
    held = torch.load(tmp_path / "adapter_model.bin")
    name = "base_model.model.model.layers.1.mlp.down_proj.lora_"
    change = held[f"{name}B.weight"] @ held[f"{name}A.weight"] * (16 / RANK)
    assert torch.allclose(tuned.model.layers[1].mlp.down_proj.weight, plain + change, atol=1e-5)


def test_an_old_adapter_for_chatglm_loads_and_changes_the_answer(tmp_path: Path) -> None:
    model = small_model()
    ids = torch.tensor([tokenizer()("how are you").input_ids])
    plain = model(ids).logits
    adapter = old_adapter(tmp_path, model, ["query_key_value"], alpha=32)
    tuned: Any = PeftModel.from_pretrained(model, str(adapter))
    asked = {"max_new_tokens": 8, "min_new_tokens": 8, "do_sample": False}
    assert not torch.allclose(tuned(ids).logits, plain, atol=0.1)
    assert torch.equal(
        tuned.generate(input_ids=ids, **asked),
        tuned.generate(input_ids=ids, use_cache=False, **asked),
    )
