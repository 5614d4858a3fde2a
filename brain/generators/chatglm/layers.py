"""One layer of ChatGLM-6B, with the names of its published weights.

It is a post-norm transformer in the DeepNorm manner (arXiv 2203.00555): what a sublayer adds to is
its own normalised input times sqrt(2 * layers), not the sum so far.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Cache
from transformers.modeling_layers import GradientCheckpointingLayer

from brain.generators.chatglm.configuration import ChatGLMConfig

ROTARY_BASE = 10_000

KeysValues = tuple[Tensor, Tensor]


class Rotary(nn.Module):
    """The angles of two-dimensional rotary positions (arXiv 2104.09864).

    Half of each head turns with the place in the text, half with the place in the answer. The
    published index lists `inv_freq` of each layer; it follows from the sizes, and is computed here
    in full precision instead of being read in half.
    """

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__()
        self.width = config.hidden_size // config.num_attention_heads // 2

    def forward(self, positions: Tensor, dtype: torch.dtype) -> KeysValues:
        """Cosines and sines (batch, 1, length, 2, head / 2) of positions (batch, 2, length)."""
        steps = torch.arange(0, self.width, 2, device=positions.device, dtype=torch.float32)
        speeds = ROTARY_BASE ** (-steps / self.width)
        angles = positions.transpose(1, 2)[..., None].float() * speeds
        angles = torch.cat((angles, angles), dim=-1)[:, None]
        return angles.cos().to(dtype), angles.sin().to(dtype)


def turn(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotate (batch, heads, length, head) by those angles."""
    halves = heads.view(*heads.shape[:-1], 2, -1)
    left, right = halves.chunk(2, dim=-1)
    turned = halves * cosines + torch.cat((-right, left), dim=-1) * sines
    return turned.flatten(start_dim=-2)


class Attention(nn.Module):
    """Self-attention; queries, keys and values lie side by side for each head."""

    def __init__(self, config: ChatGLMConfig, index: int) -> None:
        super().__init__()
        self.index = index
        self.heads = config.num_attention_heads
        self.query_key_value = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(
        self,
        hidden: Tensor,
        *,
        angles: KeysValues,
        seen: Tensor,
        prefix: KeysValues | None,
        cache: Cache | None,
    ) -> Tensor:
        """(batch, length, hidden) to the same; keys and values go into the cache."""
        batch, length, _ = hidden.shape
        mixed = self.query_key_value(hidden).view(batch, length, self.heads, -1).transpose(1, 2)
        query, key, value = mixed.chunk(3, dim=-1)
        query, key = turn(query, *angles), turn(key, *angles)
        if prefix is not None:
            key = torch.cat((prefix[0], key), dim=2)
            value = torch.cat((prefix[1], value), dim=2)
        if cache is not None:
            key, value = cache.update(key, value, self.index)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        mixed_heads: Tensor = self.dense(found.transpose(1, 2).flatten(-2))
        return mixed_heads


class FeedForward(nn.Module):
    """Wide, GELU (its tanh form), narrow."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(config.hidden_size, config.inner_hidden_size)
        self.dense_4h_to_h = nn.Linear(config.inner_hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """(batch, length, hidden) to the same."""
        wide = functional.gelu(self.dense_h_to_4h(hidden), approximate="tanh")
        narrow: Tensor = self.dense_4h_to_h(wide)
        return narrow


class GLMBlock(GradientCheckpointingLayer):  # type: ignore[no-untyped-call]
    """Attention and feed-forward."""

    def __init__(self, config: ChatGLMConfig, index: int) -> None:
        super().__init__()
        self.scale = (2 * config.num_layers) ** 0.5
        self.input_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layernorm_epsilon)
        self.attention = Attention(config, index)
        self.post_attention_layernorm = nn.LayerNorm(
            config.hidden_size, eps=config.layernorm_epsilon
        )
        self.mlp = FeedForward(config)

    def forward(
        self,
        hidden: Tensor,
        *,
        angles: KeysValues,
        seen: Tensor,
        prefix: KeysValues | None,
        cache: Cache | None,
    ) -> Tensor:
        """(batch, length, hidden) to the same."""
        normed = self.input_layernorm(hidden)
        attended = self.attention(normed, angles=angles, seen=seen, prefix=prefix, cache=cache)
        normed = self.post_attention_layernorm(normed * self.scale + attended)
        fed: Tensor = normed * self.scale + self.mlp(normed)
        return fed
