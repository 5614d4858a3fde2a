"""A ChatGLM small enough for a test, with weights large enough to have opinions."""

from typing import Any

import torch

from brain.generators.chatglm.configuration import ChatGLMConfig
from brain.generators.chatglm.modelling import ChatGLMForConditionalGeneration
from brain.generators.chatglm.tokenizer import ChatGLMTokenizer
from tests.brain.generators.chatglm.doubles import CharacterPieces


def tokenizer() -> ChatGLMTokenizer:
    return ChatGLMTokenizer(pieces=CharacterPieces())


def small_config(**changes: object) -> ChatGLMConfig:
    marks = tokenizer()
    ids: dict[str, Any] = dict(
        zip(
            ("mask_token_id", "gmask_token_id", "bos_token_id", "eos_token_id"),
            map(marks.convert_tokens_to_ids, ("[MASK]", "[gMASK]", "<sop>", "<eop>")),
            strict=True,
        )
    )
    figures: dict[str, Any] = {
        "vocab_size": marks.vocab_size,
        "hidden_size": 32,
        "num_layers": 3,
        "num_attention_heads": 4,
        "inner_hidden_size": 64,
        "max_sequence_length": 128,
    }
    return ChatGLMConfig(**{**figures, **ids, **changes})


def small_model(**changes: object) -> Any:  # noqa: ANN401 its types want tensors of one kind
    torch.manual_seed(11)
    model = ChatGLMForConditionalGeneration(small_config(**changes))
    with torch.no_grad():
        for weights in model.parameters():
            if weights.ndim > 1:
                weights.normal_(std=0.5)
            else:
                weights.add_(torch.randn_like(weights) * 0.1)
    model.train(mode=False)
    return model
