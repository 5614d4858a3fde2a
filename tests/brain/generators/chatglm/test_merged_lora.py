import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from torch import Tensor
from torch.nn import functional

from brain.generators.chatglm.merged_lora import convert_merged_lora, is_merged_lora
from tests.brain.generators.chatglm.models import small_model, tokenizer

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

RANK, ALPHA = 2, 8
SETTINGS = {
    "base_model_name_or_path": "THUDM/chatglm-6b",
    "bias": "none",
    "enable_lora": [True, False, True],
    "fan_in_fan_out": True,
    "inference_mode": True,
    "lora_alpha": ALPHA,
    "lora_dropout": 0.1,
    "merge_weights": False,
    "modules_to_save": None,
    "peft_type": "LORA",
    "r": RANK,
    "target_modules": ["query_key_value"],
    "task_type": "CAUSAL_LM",
}
OUTER = "base_model.model.transformer.layers.{}.attention.query_key_value.lora_{}.weight"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Two adapters in one for each layer, the upper halves as the kernel of a convolution."""
    torch.manual_seed(1)
    config = small_model().config
    width = config.hidden_size
    weights = {}
    for number in range(config.num_layers):
        weights[OUTER.format(number, "A")] = torch.randn(2 * RANK, width) * 0.3
        weights[OUTER.format(number, "B")] = torch.randn(2 * width, RANK, 1) * 0.3
    torch.save(weights, tmp_path / "adapter_model.bin")
    (tmp_path / "adapter_config.json").write_text(json.dumps(SETTINGS))
    return tmp_path


def change(lower: Tensor, upper: Tensor) -> Tensor:
    """What such a layer adds to its weights: a grouped convolution, zeros in between."""
    both = functional.conv1d(lower[None], upper, groups=2)[0]
    first, last = both.chunk(2)
    return torch.cat((first, torch.zeros_like(first), last)) * (ALPHA / RANK)


def test_the_new_form_changes_each_weight_as_the_old_one_did(old: Path, tmp_path: Path) -> None:
    assert is_merged_lora(old)
    convert_merged_lora(old, tmp_path / "new")
    assert not is_merged_lora(tmp_path / "new")
    held = torch.load(old / "adapter_model.bin")
    plain = small_model()
    tuned = PeftModel.from_pretrained(small_model(), str(tmp_path / "new")).merge_and_unload()
    for number, layer in enumerate(plain.transformer.layers):
        lower, upper = (held[OUTER.format(number, half)] for half in "AB")
        before = layer.attention.query_key_value.weight
        after = tuned.transformer.layers[number].attention.query_key_value.weight
        assert torch.allclose(after, before + change(lower, upper), atol=1e-5)


def test_the_answer_changes(old: Path, tmp_path: Path) -> None:
    convert_merged_lora(old, tmp_path / "new")
    ids = torch.tensor([tokenizer()("how are you").input_ids])
    tuned = PeftModel.from_pretrained(small_model(), str(tmp_path / "new"))
    assert not torch.allclose(tuned(ids).logits, small_model()(ids).logits, atol=0.1)


@pytest.mark.parametrize(
    "change_to",
    [{"enable_lora": None}, {"enable_lora": [True, True, True, True]}, {"r": 3}],
)
def test_what_does_not_fit_is_refused(
    change_to: dict[str, object], old: Path, tmp_path: Path
) -> None:
    (old / "adapter_config.json").write_text(json.dumps(SETTINGS | change_to))
    with pytest.raises(ValueError, match=r"form|fit"):
        convert_merged_lora(old, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_that_is_no_adapter_is_refused(old: Path, tmp_path: Path) -> None:
    (old / "adapter_model.bin").write_bytes(b"no tensors")
    with pytest.raises(ValueError, match="something else than tensors"):
        convert_merged_lora(old, tmp_path / "new")
    (old / "adapter_model.bin").unlink()
    with pytest.raises(ValueError, match="holds no"):
        convert_merged_lora(old, tmp_path / "new")
    assert not is_merged_lora(tmp_path / "nowhere")
