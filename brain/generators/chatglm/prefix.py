"""P-tuning v2 (arXiv 2110.07602): keys and values that are learned, before the first token."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from brain.generators.chatglm.configuration import ChatGLMConfig

DROPOUT = 0.1
_NAMES = "transformer.prefix_encoder."
_FILES = ("model.safetensors", "pytorch_model.bin")


class PrefixEncoder(nn.Module):
    """What each layer sees before the first token."""

    def __init__(self, config: ChatGLMConfig) -> None:
        super().__init__()
        if not config.pre_seq_len:
            raise ValueError("A prefix needs a length: set pre_seq_len.")
        self.length = config.pre_seq_len
        self.shape = (self.length, 2 * config.num_layers, config.num_attention_heads, -1)
        numbers = 2 * config.num_layers * config.hidden_size
        self.dropout = nn.Dropout(DROPOUT)
        if config.prefix_projection:
            self.embedding = nn.Embedding(self.length, config.hidden_size)
            self.trans: nn.Sequential | None = nn.Sequential(
                nn.Linear(config.hidden_size, config.hidden_size),
                nn.Tanh(),
                nn.Linear(config.hidden_size, numbers),
            )
        else:
            self.embedding = nn.Embedding(self.length, numbers)
            self.trans = None

    def forward(self, batch: int, dtype: torch.dtype) -> list[tuple[Tensor, Tensor]]:
        """For each layer keys and values, each (batch, heads, length, head)."""
        numbers = self.embedding.weight
        if self.trans is not None:
            numbers = self.trans(numbers)
        numbers = self.dropout(numbers.to(dtype).view(self.shape))
        layers = numbers.permute(1, 2, 0, 3)[:, None].expand(-1, batch, -1, -1, -1)
        return list(zip(layers[0::2], layers[1::2], strict=True))


def read_prefix(folder: Path) -> dict[str, Tensor]:
    """The weights of the encoder in a P-tuning v2 checkpoint, without their outer names.

    Code in the file is never run: pickled weights are read as tensors alone.

    Raises:
        FileNotFoundError: there is no checkpoint.
        ValueError: it holds no prefix, or something else than tensors.
    """
    path = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if path is None:
        raise FileNotFoundError(f"{folder} holds neither {' nor '.join(_FILES)}.")
    if path.suffix == ".safetensors":
        held = load_file(path)
    else:
        try:
            held = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as exc:  # pickle, zip and torch each have their own
            raise ValueError(f"{path} holds something else than tensors.") from exc
    found = {
        name.removeprefix(_NAMES): tensor
        for name, tensor in held.items()
        if name.startswith(_NAMES)
    }
    if "embedding.weight" not in found:
        raise ValueError(f"{path} holds no {_NAMES}embedding.weight: it is no P-tuning v2 prefix.")
    return found
