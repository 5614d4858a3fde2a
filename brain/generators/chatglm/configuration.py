"""The configuration of ChatGLM-6B, with the field names of its published `config.json`."""

from typing import Any, ClassVar

from huggingface_hub.dataclasses import strict
from transformers import PreTrainedConfig

_LATER_MODELS = ("multi_query_attention", "padded_vocab_size", "ffn_hidden_size")
"""Fields of ChatGLM2 and ChatGLM3, which share the model type but have another architecture."""


@strict
class ChatGLMConfig(PreTrainedConfig):  # type: ignore[no-untyped-call]
    """The configuration of ChatGLM-6B; the defaults are those of the published model.

    Raises:
        ValueError: the folder holds ChatGLM2 or ChatGLM3, its weights are packed (int4, int8), or
            its positions are not two-dimensional.
    """

    model_type = "chatglm"
    keys_to_ignore_at_inference: ClassVar[list[str]] = ["past_key_values"]
    attribute_map: ClassVar[dict[str, str]] = {
        "num_hidden_layers": "num_layers",
        "intermediate_size": "inner_hidden_size",
        "max_position_embeddings": "max_sequence_length",
    }

    vocab_size: int = 130_528
    hidden_size: int = 4096
    num_layers: int = 28
    num_attention_heads: int = 32
    inner_hidden_size: int = 16_384
    layernorm_epsilon: float = 1e-5
    max_sequence_length: int = 2048
    initializer_range: float = 0.02
    use_cache: bool = True
    tie_word_embeddings: bool = False
    pad_token_id: int | None = 3
    mask_token_id: int = 130_000
    gmask_token_id: int = 130_001
    bos_token_id: int | None = 130_004
    """`<sop>`: attention is bidirectional before it and causal from it on."""
    eos_token_id: int | list[int] | None = 130_005
    """`<eop>`, which ends an answer."""
    pre_seq_len: int | None = None
    """P-tuning v2: number of positions with learned keys and values before the first token."""
    prefix_projection: bool = False
    """P-tuning v2: whether a small network computes them from one vector for each position."""
    position_encoding_2d: bool = True
    quantization_bit: int = 0

    def __post_init__(self, **kwargs: Any) -> None:  # noqa: ANN401 as the base class has it
        """Refuses checkpoints that share the model type but are not plain ChatGLM-6B."""
        if any(name in kwargs for name in _LATER_MODELS):
            raise ValueError(
                "This is ChatGLM2 or ChatGLM3, another architecture than ChatGLM-6B. Use GLM-4, "
                "which needs no code of its own, or serve it behind an OpenAI-compatible address."
            )
        if self.quantization_bit:
            raise ValueError(
                "These weights of ChatGLM-6B are packed to "
                f"{self.quantization_bit} bits. Take the full ones, and quantise while loading."
            )
        if not self.position_encoding_2d:
            raise ValueError(
                "ChatGLM-6B has two-dimensional positions; this configuration has not."
            )
        super().__post_init__(**kwargs)  # type: ignore[no-untyped-call]
