"""P-tuning v2 (arXiv 2110.07602): learned keys and values that stand before the first token."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from brain.generators.chatglm.configuration import ChatGLMConfig

DROPOUT = 0.1
"""Dropout probability while the prefix is trained."""
_WEIGHT_PREFIX = "transformer.prefix_encoder."
_FILES = ("model.safetensors", "pytorch_model.bin")


class PrefixEncoder(nn.Module):
    """Produces the learned keys and values of each layer."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__()
        if not config.pre_seq_len:
            raise ValueError("A prefix needs a length: set pre_seq_len.")
        self.length = config.pre_seq_len
        self.shape = (self.length, 2 * config.num_layers, config.num_attention_heads, -1)
        features = 2 * config.num_layers * config.hidden_size
        self.dropout = nn.Dropout(DROPOUT)
        if config.prefix_projection:
            self.embedding = nn.Embedding(self.length, config.hidden_size)
            self.trans: nn.Sequential | None = nn.Sequential(
                nn.Linear(config.hidden_size, config.hidden_size),
                nn.Tanh(),
                nn.Linear(config.hidden_size, features),
            )
        else:
            self.embedding = nn.Embedding(self.length, features)
            self.trans = None

    def forward(self, batch: int, dtype: torch.dtype) -> list[tuple[Tensor, Tensor]]:
        """Returns keys and values for each layer, each of shape (batch, heads, length, head)."""
        vectors = self.embedding.weight
        if self.trans is not None:
            vectors = self.trans(vectors)
        vectors = self.dropout(vectors.to(dtype).view(self.shape))
        layers = vectors.permute(1, 2, 0, 3)[:, None].expand(-1, batch, -1, -1, -1)
        return list(zip(layers[0::2], layers[1::2], strict=True))


def read_prefix(folder: Path) -> dict[str, Tensor]:
    """Reads the weights of the prefix encoder from a P-tuning v2 checkpoint.

    Code in a pickle is never run: only tensors are read.

    Returns:
        The tensors by their names within `PrefixEncoder`.

    Raises:
        FileNotFoundError: the folder holds no checkpoint.
        ValueError: the checkpoint holds no prefix, or something other than tensors.
    """
    path = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if path is None:
        raise FileNotFoundError(f"{folder} holds neither {' nor '.join(_FILES)}.")
    if path.suffix == ".safetensors":
        weights = load_file(path)
    else:
        try:
            weights = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as exc:  # pickle, zipfile and torch raise errors of their own
            raise ValueError(f"{path} holds something else than tensors.") from exc
    found = {
        name.removeprefix(_WEIGHT_PREFIX): tensor
        for name, tensor in weights.items()
        if name.startswith(_WEIGHT_PREFIX)
    }
    if "embedding.weight" not in found:
        raise ValueError(
            f"{path} holds no {_WEIGHT_PREFIX}embedding.weight: it is no P-tuning v2 prefix."
        )
    return found
