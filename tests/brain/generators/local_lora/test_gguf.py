from pathlib import Path

import pytest
import torch
from gguf import GGUFWriter
from transformers import AutoModelForCausalLM, AutoTokenizer

from brain.generators.local_lora.errors import ModelUnloadable
from brain.generators.local_lora.generator import start_local_model
from brain.generators.local_lora.loading import load
from tests.brain.generators.local_lora.tiny_model import MERGES, TEMPLATE, options, reply, said

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
}


def turned(weights: torch.Tensor, heads: int) -> torch.Tensor:
    """llama.cpp pairs neighbouring features where transformers pairs halves."""
    rows = weights.shape[0] // heads // 2
    return weights.view(heads, 2, rows, -1).swapaxes(1, 2).reshape(weights.shape)


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    """The tiny model, as llama.cpp keeps it."""
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = model.config
    writer = GGUFWriter(tmp_path / "tiny.gguf", "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokenizer.convert_ids_to_tokens(list(range(config.vocab_size))))
    writer.add_token_types([3] * 5 + [1] * (config.vocab_size - 5))
    writer.add_token_merges([" ".join(pair) for pair in MERGES])
    writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_chat_template(TEMPLATE)
    for name, weights in model.state_dict().items():
        path = name.removesuffix(".weight")
        if path.startswith("model.layers."):
            _, _, number, layer = path.split(".", 3)
            path = f"blk.{number}.{NAMES[layer]}"
        else:
            path = NAMES[path]
        if path.endswith(("attn_q", "attn_k")):
            many = config.num_attention_heads if path.endswith("q") else config.num_key_value_heads
            weights = turned(weights, many)  # noqa: PLW2901
        writer.add_tensor(f"{path}.weight", weights.contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tmp_path / "tiny.gguf"


async def test_a_gguf_file_says_what_its_folder_says(folder: Path, file: Path) -> None:
    found = []
    for model in (folder, file):
        generator = await start_local_model(options(model=str(model), device="cpu"))
        found.append(await reply(generator, said("Hello, the sea!")))
        assert generator.name == "tiny"
        assert generator.context_tokens == 512
        await generator.aclose()
    assert found[0] == found[1]


def test_a_broken_gguf_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(ModelUnloadable, match="broken could not be loaded"):
        load(options(model=str(tmp_path / "broken.gguf")))
