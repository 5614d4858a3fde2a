"""Lists the chat models that are offered for download; `chat_models.toml` holds them."""

import os
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from brain.generators.llama_cpp import PARALLEL_REQUESTS

FILE = Path(__file__).with_suffix(".toml")
WORKING_BYTES = 512 * 1024 * 1024
"""Memory in bytes for llama.cpp's buffers and for this program, beside the model and its cache."""

_Positive = Annotated[int, msgspec.Meta(gt=0)]


class ChatModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A GGUF file on the hub, and what has to be known to run it."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    """What people call it here."""
    repository: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    revision: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}$")]
    """The commit of the repository that has the file with this checksum."""
    file: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.gguf$")]
    """The file's name, on the hub and here: it has no folder, and begins with no dot."""
    size: _Positive
    """Bytes."""
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
    licence: str
    """The identifier of SPDX."""
    languages: tuple[str, ...]
    """Codes of the languages of the interface that it speaks; it may speak others as well."""
    context_tokens: _Positive
    """The context to run it with, in tokens, prompt and reply together."""
    cache_bytes: _Positive
    """Memory in bytes that one token of context takes."""
    thinks: bool
    """Whether it thinks before each reply unless it is told not to."""

    @property
    def memory_bytes(self) -> int:
        """Memory in bytes that it takes while it runs: the file, the cache, and the buffers."""
        cached = PARALLEL_REQUESTS * self.context_tokens * self.cache_bytes
        return self.size + cached + WORKING_BYTES


@cache
def chat_models() -> tuple[ChatModel, ...]:
    """Returns the models, smallest first. It reads a file."""
    tables = msgspec.toml.decode(FILE.read_bytes(), type=dict[str, tuple[ChatModel, ...]])
    return tables["model"]


def chat_model(name: str) -> ChatModel | None:
    """Returns the model of a name in any case, or None."""
    return next((model for model in chat_models() if model.name == name.casefold()), None)


def machine_memory() -> int | None:
    """Returns the memory of this machine in bytes, or None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
