import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, DynamicCache

from brain.errors import MissingPart
from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.modelling import ChatGLMForConditionalGeneration
from brain.generators.chatglm.positions_and_masks import build_position_ids
from brain.generators.chatglm.registration import register
from tests.brain.generators.chatglm.models import small_config, small_model, tokenizer
from tests.brain.generators.chatglm.reference import logits as by_hand

TEXTS = ["hello, how are you", "hi"]


def ids_of(text: str, answer: str = "") -> list[int]:
    marks = tokenizer()
    return [*marks(text).input_ids, *marks.encode(answer, add_special_tokens=False)]


def test_the_logits_are_those_of_the_description() -> None:
    model = small_model().double()
    ids = ids_of("how are you", "well")
    with torch.no_grad():
        found = model(torch.tensor([ids])).logits[0]
        expected = by_hand(ids, model.state_dict(), model.config)
    assert found.shape == (len(ids), model.config.vocab_size)
    assert torch.allclose(found, expected, atol=1e-4)  # angles are float32


def test_with_a_cache_the_logits_are_those_without() -> None:
    model = small_model()
    prompt, ids = len(ids_of("how are you")), torch.tensor([ids_of("how are you", "very well")])
    whole = model(ids, use_cache=False).logits
    cache = DynamicCache(config=model.config)
    places = build_position_ids(ids, torch.ones_like(ids), model.config)
    parts = []
    for begin, end in [
        (0, prompt),
        (prompt, prompt + 3),
        *((at, at + 1) for at in range(prompt + 3, ids.shape[1])),
    ]:
        found = model(ids[:, begin:end], position_ids=places[..., begin:end], past_key_values=cache)
        parts.append(found.logits)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-4)


def test_generation_with_a_cache_says_what_it_says_without() -> None:
    model = small_model()
    ids = torch.tensor([ids_of("how are you")])
    asked = {"max_new_tokens": 12, "min_new_tokens": 12, "do_sample": False}
    with_cache = model.generate(ids, **asked)
    assert torch.equal(with_cache, model.generate(ids, use_cache=False, **asked))
    assert len(set(with_cache[0, ids.shape[1] :].tolist())) > 3


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_changes_no_logits(side: str) -> None:
    model, marks = small_model(), tokenizer()
    marks.padding_side = side
    batch = marks(TEXTS, padding=True, return_tensors="pt")
    found = model(**batch).logits
    for row, text in enumerate(TEXTS):
        alone = model(torch.tensor([ids_of(text)])).logits[0]
        real = batch["attention_mask"][row].bool()
        assert torch.allclose(found[row][real], alone, atol=1e-4)
    assert torch.isfinite(found).all()


def test_a_batch_says_what_each_would_say_alone() -> None:
    model, marks = small_model(), tokenizer()
    asked = {"max_new_tokens": 8, "min_new_tokens": 8, "do_sample": False}
    batch = marks(TEXTS, padding=True, return_tensors="pt")
    together = model.generate(**batch, **asked)[:, batch["input_ids"].shape[1] :]
    for row, text in enumerate(TEXTS):
        ids = torch.tensor([ids_of(text)])
        assert together[row].tolist() == model.generate(ids, **asked)[0, ids.shape[1] :].tolist()


def test_half_precision_stays_finite_and_close() -> None:
    model = small_model()
    ids = torch.tensor([ids_of("how are you", "well")])
    exact = model(ids).logits.softmax(-1)
    rough = model.bfloat16()(ids).logits.float().softmax(-1)
    assert (exact - rough).abs().max() < 0.2


def test_the_loss_is_that_of_the_next_token() -> None:
    model = small_model()
    ids = torch.tensor([ids_of("how are you", "well")])
    labels = ids.clone()
    labels[:, : len(ids_of("how are you"))] = -100
    found = model(ids, labels=labels)
    picked = found.logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
    wanted = picked[labels[:, 1:] != -100]
    assert torch.allclose(found.loss, -wanted.mean(), atol=1e-5)


def published_names(layers: int) -> set[str]:
    """As `pytorch_model.bin.index.json` of ChatGLM-6B lists them."""
    parts = [
        "input_layernorm.weight",
        "input_layernorm.bias",
        "attention.rotary_emb.inv_freq",
        "attention.query_key_value.weight",
        "attention.query_key_value.bias",
        "attention.dense.weight",
        "attention.dense.bias",
        "post_attention_layernorm.weight",
        "post_attention_layernorm.bias",
        "mlp.dense_h_to_4h.weight",
        "mlp.dense_h_to_4h.bias",
        "mlp.dense_4h_to_h.weight",
        "mlp.dense_4h_to_h.bias",
    ]
    return {
        "transformer.word_embeddings.weight",
        "transformer.final_layernorm.weight",
        "transformer.final_layernorm.bias",
        "lm_head.weight",
        *(f"transformer.layers.{number}.{part}" for number in range(layers) for part in parts),
    }


def test_names_and_sizes_are_those_of_the_published_weights() -> None:
    with torch.device("meta"):
        model = ChatGLMForConditionalGeneration(ChatGLMConfig())
    held = {name: tuple(weights.shape) for name, weights in model.state_dict().items()}
    computed = {f"transformer.layers.{n}.attention.rotary_emb.inv_freq" for n in range(28)}
    assert held.keys() | computed == published_names(28)
    assert held["transformer.word_embeddings.weight"] == held["lm_head.weight"] == (130528, 4096)
    layer = "transformer.layers.27."
    assert held[layer + "attention.query_key_value.weight"] == (3 * 4096, 4096)
    assert held[layer + "attention.query_key_value.bias"] == (3 * 4096,)
    assert held[layer + "attention.dense.weight"] == (4096, 4096)
    assert held[layer + "mlp.dense_h_to_4h.weight"] == (16384, 4096)
    assert held[layer + "mlp.dense_4h_to_h.weight"] == (4096, 16384)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder as it was published: with the rotary buffers, and with code of its own."""
    model = small_model()
    model.save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    for number in range(model.config.num_layers):
        name = f"transformer.layers.{number}.attention.rotary_emb.inv_freq"
        weights[name] = torch.full((2,), 7.0, dtype=torch.float16)
    assert weights.keys() == published_names(model.config.num_layers)
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    settings = json.loads((tmp_path / "config.json").read_text())
    settings["auto_map"] = {
        "AutoConfig": "configuration_chatglm.ChatGLMConfig",
        "AutoModelForCausalLM": "modeling_chatglm.ChatGLMForConditionalGeneration",
    }
    (tmp_path / "config.json").write_text(json.dumps(settings))
    for name in ("configuration_chatglm", "modeling_chatglm"):
        (tmp_path / f"{name}.py").write_text("raise AssertionError('remote code was run')\n")
    return tmp_path


def test_a_published_folder_loads_whole_without_its_code(published: Path) -> None:
    register()
    register()
    auto: Any = AutoModelForCausalLM
    model, told = auto.from_pretrained(published, output_loading_info=True)
    assert isinstance(model, ChatGLMForConditionalGeneration)
    assert not any(told[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    ids = torch.tensor([ids_of("hi", "yes")])
    assert torch.allclose(model(ids).logits, small_model()(ids).logits, atol=1e-5)


def test_its_tokenizer_needs_one_more_package_and_says_so(published: Path) -> None:
    register()
    (published / "ice_text.model").write_bytes(b"x")
    (published / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "ChatGLMTokenizer", "num_image_tokens": 0})
    )
    with pytest.raises(MissingPart, match="sentencepiece"):
        AutoTokenizer.from_pretrained(published)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"multi_query_attention": True, "padded_vocab_size": 65024}, "ChatGLM2"),
        ({"quantization_bit": 4}, "4 bits"),
        ({"position_encoding_2d": False}, "two-dimensional"),
    ],
)
def test_what_only_shares_the_name_is_refused(
    settings: dict[str, object], said: str, tmp_path: Path
) -> None:
    register()
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "chatglm", **settings}))
    with pytest.raises(ValueError, match=said):
        AutoConfig.from_pretrained(tmp_path)


def test_a_filled_cache_without_positions_is_refused() -> None:
    model = small_model()
    found = model(torch.tensor([ids_of("hi")]))
    with pytest.raises(ValueError, match="position_ids"):
        model(torch.tensor([[20]]), past_key_values=found.past_key_values)


def test_without_ids_nothing_can_be_placed() -> None:
    with pytest.raises(ValueError, match="input_ids"):
        small_model()(inputs_embeds=torch.zeros(1, 2, small_config().hidden_size))
