"""ChatGLM-6B once more, written down number by number from its description, to compare with."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from brain.generators.chatglm.configuration import ChatGLMConfig


def logits(ids: Sequence[int], weights: Mapping[str, Tensor], config: ChatGLMConfig) -> Tensor:
    """(length, vocabulary) of one prompt `text [gMASK] <sop> answer`."""
    assert config.bos_token_id is not None
    begin = list(ids).index(config.bos_token_id)
    mask = list(ids).index(config.gmask_token_id)
    places = [
        (index, 0) if index < begin else (mask, index - begin + 1) for index in range(len(ids))
    ]

    def linear(name: str, given: Tensor) -> Tensor:
        return given @ weights[f"{name}.weight"].T + weights.get(f"{name}.bias", torch.zeros(1))

    def norm(name: str, given: Tensor) -> Tensor:
        centred = given - given.mean()
        spread = (centred.pow(2).mean() + config.layernorm_epsilon).sqrt()
        return centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    hidden = [weights["transformer.word_embeddings.weight"][token] for token in ids]
    alpha = math.sqrt(2 * config.num_layers)
    size = config.hidden_size // config.num_attention_heads
    for number in range(config.num_layers):
        layer = f"transformer.layers.{number}"
        inputs = [norm(f"{layer}.input_layernorm", each) for each in hidden]
        mixed = [linear(f"{layer}.attention.query_key_value", each) for each in inputs]
        heads = [each.view(config.num_attention_heads, 3, size) for each in mixed]
        after = []
        for query_at in range(len(ids)):
            last = max(begin - 1, query_at)
            found = []
            for head in range(config.num_attention_heads):
                query = turned(heads[query_at][head, 0], places[query_at])
                keys = [turned(heads[at][head, 1], places[at]) for at in range(last + 1)]
                scores = torch.stack([query @ key / math.sqrt(size) for key in keys])
                shares = scores.softmax(0)
                values = torch.stack([heads[at][head, 2] for at in range(last + 1)])
                found.append(shares @ values)
            attended = linear(f"{layer}.attention.dense", torch.cat(found))
            inner = norm(f"{layer}.post_attention_layernorm", inputs[query_at] * alpha + attended)
            wide = linear(f"{layer}.mlp.dense_h_to_4h", inner)
            bent = (
                0.5 * wide * (1 + torch.tanh(math.sqrt(2 / math.pi) * (wide + 0.044715 * wide**3)))
            )
            after.append(inner * alpha + linear(f"{layer}.mlp.dense_4h_to_h", bent))
        hidden = after
    final = [norm("transformer.final_layernorm", each) for each in hidden]
    return torch.stack([linear("lm_head", each) for each in final])


def turned(head: Tensor, place: tuple[int, int]) -> Tensor:
    """Its first half turned by the place in the text, its second by that in the answer."""
    width = head.shape[0] // 2
    result = head.clone()
    for half, at in enumerate(place):
        for pair in range(width // 2):
            angle = at * 10_000 ** (-2 * pair / width)
            left, right = half * width + pair, half * width + pair + width // 2
            result[left] = head[left] * math.cos(angle) - head[right] * math.sin(angle)
            result[right] = head[right] * math.cos(angle) + head[left] * math.sin(angle)
    return result
