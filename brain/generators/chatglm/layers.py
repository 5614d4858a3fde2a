"""One layer of ChatGLM-6B; the parameters have the names of the published weights.

It is a post-norm transformer layer as in DeepNorm (arXiv 2203.00555): the residual is the
normalised input of a sublayer times sqrt(2 * layers), not the sum of all earlier outputs.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Cache
from transformers.modeling_layers import GradientCheckpointingLayer

from brain.generators.chatglm.configuration import ChatGLMConfig

ROTARY_BASE = 10_000

TensorPair = tuple[Tensor, Tensor]
"""Keys and values, or cosines and sines."""


class RotaryEmbedding(nn.Module):
    """Computes the angles of two-dimensional rotary positions (arXiv 2104.09864).

    The first half of each head is rotated by the index in the text, the second half by the index in
    the answer. The published weights list an `inv_freq` for each layer; it follows from the sizes,
    and is computed here in full precision rather than loaded in half precision.
    """

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__()
        self.width = config.hidden_size // config.num_attention_heads // 2

    def forward(self, positions: Tensor, dtype: torch.dtype) -> TensorPair:
        """Returns cosines and sines, each (batch, 1, length, 2, head / 2).

        Args:
            positions: (batch, 2, length), from `build_position_ids`.
            dtype: of the result; the angles are computed in float32.
        """
        steps = torch.arange(0, self.width, 2, device=positions.device, dtype=torch.float32)
        frequencies = ROTARY_BASE ** (-steps / self.width)
        angles = positions.transpose(1, 2)[..., None].float() * frequencies
        angles = torch.cat((angles, angles), dim=-1)[:, None]
        return angles.cos().to(dtype), angles.sin().to(dtype)


def rotate(heads: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Rotates queries or keys, (batch, heads, length, head), by angles of `RotaryEmbedding`."""
    halves = heads.view(*heads.shape[:-1], 2, -1)
    left, right = halves.chunk(2, dim=-1)
    rotated = halves * cosines + torch.cat((-right, left), dim=-1) * sines
    return rotated.flatten(start_dim=-2)


class Attention(nn.Module):
    """Self-attention over one fused projection.

    The projection holds query, key and value side by side for each head.
    """

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
        rotation: TensorPair,
        attention_mask: Tensor,
        prefix: TensorPair | None,
        cache: Cache | None,
    ) -> Tensor:
        """Maps (batch, length, hidden) to the same shape and adds keys and values to the cache.

        Args:
            hidden: the normalised input.
            rotation: cosines and sines, from `RotaryEmbedding`.
            attention_mask: (batch, 1, length, keys), True where a query attends to a key.
            prefix: learned keys and values to put before the first token, each (batch, heads,
                length, head); only in the first pass of a cache.
            cache: keys and values of earlier passes; None keeps none.
        """
        batch, length, _ = hidden.shape
        fused = self.query_key_value(hidden).view(batch, length, self.heads, -1).transpose(1, 2)
        query, key, value = fused.chunk(3, dim=-1)
        query, key = rotate(query, *rotation), rotate(key, *rotation)
        if prefix is not None:
            key = torch.cat((prefix[0], key), dim=2)
            value = torch.cat((prefix[1], value), dim=2)
        if cache is not None:
            key, value = cache.update(key, value, self.index)
        attended = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=attention_mask
        )
        output: Tensor = self.dense(attended.transpose(1, 2).flatten(-2))
        return output


class FeedForward(nn.Module):
    """Two linear layers with a GELU (its tanh approximation) between them."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(config.hidden_size, config.inner_hidden_size)
        self.dense_4h_to_h = nn.Linear(config.inner_hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """Maps (batch, length, hidden) to the same shape."""
        wide = functional.gelu(self.dense_h_to_4h(hidden), approximate="tanh")
        narrow: Tensor = self.dense_4h_to_h(wide)
        return narrow


class GLMBlock(GradientCheckpointingLayer):  # type: ignore[no-untyped-call]
    """One transformer layer: attention, then feed-forward."""

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
        rotation: TensorPair,
        attention_mask: Tensor,
        prefix: TensorPair | None,
        cache: Cache | None,
    ) -> Tensor:
        """Maps (batch, length, hidden) to the same shape.

        The arguments are those of `Attention.forward`, the input not being normalised yet.
        """
        normed = self.input_layernorm(hidden)
        attended = self.attention(
            normed, rotation=rotation, attention_mask=attention_mask, prefix=prefix, cache=cache
        )
        normed = self.post_attention_layernorm(normed * self.scale + attended)
        output: Tensor = normed * self.scale + self.mlp(normed)
        return output
