"""Opens the store, the embedder and the generator that the settings name.

Each is imported only when it is needed, as its library may not be installed.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import SecretStr

from bots.settings.addresses import SQLITE, sqlite_path
from bots.settings.answering_model import is_remote
from bots.settings.local_model_choice import LocalModel
from bots.settings.root import Settings
from bots.settings.sections import OPENAI_MODEL, OPENAI_URL, EmbedderSettings, ModelSettings
from brain.clock import SystemClock
from brain.errors import GeneratorError, MissingPart
from brain.messages import ChatMessage
from brain.ports import Embedder, Generator, MemoryStore, Values

if TYPE_CHECKING:
    from brain.generators.openai_memory import ServerMemory

OPENAI_EMBEDDER = "text-embedding-3-small"
CONTEXT_TOKENS = 16_384
"""Context of a server whose context the settings do not tell; current models hold more."""


class Diagnosable(MemoryStore, Protocol):
    """A store that can report its own condition."""

    async def diagnose(self) -> dict[str, str | int]:
        """Return the store's format, counts, size in bytes, and what else it knows of itself."""
        ...


class AsyncClosable(Protocol):
    """A part that holds connections or processes until it is closed."""

    async def aclose(self) -> None:
        """Close the part's connections and processes."""
        ...


Part = TypeVar("Part", bound=AsyncClosable)


class SilentGenerator:
    """A generator that writes nothing, for commands that ask no model, such as imports."""

    name = "nobody"
    context_tokens = 2
    reply_tokens = 1

    def count_tokens(self, text: str) -> int:
        """Return one token per character; no command uses the count."""
        return len(text)

    async def stream(
        self,
        messages: Sequence[ChatMessage],  # noqa: ARG002 the signature is given
    ) -> AsyncGenerator[str, None]:
        """Raise GeneratorError, since there is no model."""
        raise GeneratorError
        yield ""  # type: ignore[unreachable]  # makes this a generator


@asynccontextmanager
async def open_store(
    settings: Settings, *, address: str | None = None
) -> AsyncIterator[Diagnosable]:
    """Open the store alone, for what needs no model, and close it after the block.

    Args:
        settings: the settings of the installation.
        address: the address of a store to open in place of the one in the settings.

    Raises:
        StoreError, MissingPart: the store cannot be opened, or its driver is not installed.
    """
    store = await _store(settings, address or settings.store_address)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_embedder(settings: EmbedderSettings) -> AsyncIterator[Embedder]:
    """Open the embedder, and close it after the block. Raises MissingPart, EmbedderError."""
    async with AsyncExitStack() as stack:
        yield await _embedder(settings, stack)


@asynccontextmanager
async def open_generator(
    settings: ModelSettings, *, local: LocalModel | None = None, values: Values | None = None
) -> AsyncIterator[Generator]:
    """Open the model that answers, and close it after the block.

    Args:
        settings: the section of the model, with its fallbacks.
        local: a model to load in this process; None: the one that `settings` names.
        values: where to keep what is learnt about servers; None: nowhere.

    Raises:
        MissingPart, GeneratorError: a library is not installed, or the model cannot be started.
    """
    async with AsyncExitStack() as stack:
        opening = _local(local, stack) if local else _generator(settings, stack, values)
        generator = await opening
        if settings.fallbacks:
            generator = await _with_fallbacks(generator, settings, stack, values)
        yield generator


async def _store(settings: Settings, address: str) -> Diagnosable:
    if address.startswith(SQLITE):
        from storage.sqlite.store import SqliteStore  # noqa: PLC0415

        return await SqliteStore.open(sqlite_path(address))
    try:
        from storage.redis.store import RedisStore  # noqa: PLC0415
    except ImportError as exc:
        raise MissingPart(part="redis", command="pip install 'siliconfriend[redis]'") from exc
    return await RedisStore.open(
        address, prefix=settings.store_prefix, precision=settings.store_precision
    )


async def _generator(
    model: ModelSettings, stack: AsyncExitStack, values: Values | None
) -> Generator:
    from brain.generators.openai import OpenAIGenerator  # noqa: PLC0415
    from brain.generators.openai_memory import ServerMemory  # noqa: PLC0415

    if is_remote(model) and not model.file:
        return _closing(
            stack,
            OpenAIGenerator(
                model=model.name or OPENAI_MODEL,
                base_url=model.base_url or OPENAI_URL,
                api_key=_secret(model.api_key),
                context_tokens=model.context_tokens or CONTEXT_TOKENS,
                reply_tokens=model.reply_tokens,
                temperature=model.temperature,
                timeout_s=model.timeout_s,
                max_retries=model.max_retries,
                extra_body=model.options,
                thinking=model.thinking,
                thinking_tokens=model.thinking_tokens,
                longest_s=model.reply_s,
                sees=_sees(model.base_url, sees=model.sees),
                voices=model.voices,
                server=await _server(values, model.base_url),
            ),
        )
    from brain.generators import llama_cpp  # noqa: PLC0415
    from brain.generators.demonstration import DemonstrationGenerator  # noqa: PLC0415

    server = _closing(
        stack,
        await llama_cpp.start_bundled_model(file=model.file, context_tokens=model.context_tokens),
    )
    generator = OpenAIGenerator if model.file else DemonstrationGenerator
    return _closing(
        stack,
        generator(
            model=server.model,
            base_url=server.base_url,
            api_key=server.api_key,
            context_tokens=server.context_tokens,
            # The rest of the context is for memories.
            reply_tokens=min(model.reply_tokens, server.context_tokens // 4),
            temperature=server.temperature if model.temperature is None else model.temperature,
            timeout_s=model.timeout_s,
            max_retries=model.max_retries,
            extra_body={**server.extra_body, **model.options},
            thinking=model.thinking,
            thinking_tokens=min(model.thinking_tokens, server.context_tokens // 4),
            longest_s=model.reply_s,
            # The server has another port each time; the demonstration model does not think.
            server=await ServerMemory(
                values, address=f"file:{server.model}", is_plain=not model.file
            ).recall(),
        ),
    )


async def _local(chosen: LocalModel, stack: AsyncExitStack) -> Generator:
    from brain.generators.local_lora.generator import start_local_model  # noqa: PLC0415

    model = await start_local_model(chosen.options, adapters=chosen.adapters)
    return _closing(stack, model).voiced(chosen.adapter)


async def _server(values: Values | None, base_url: str | None) -> "ServerMemory":
    from brain.generators.openai_memory import ServerMemory  # noqa: PLC0415

    return await ServerMemory(values, address=base_url or OPENAI_URL).recall()


async def _with_fallbacks(
    preferred: Generator, model: ModelSettings, stack: AsyncExitStack, values: Values | None
) -> Generator:
    from brain.generators.failover import Failover  # noqa: PLC0415
    from brain.generators.openai import OpenAIGenerator  # noqa: PLC0415

    others = [
        _closing(
            stack,
            OpenAIGenerator(
                model=other.name,
                base_url=other.base_url or OPENAI_URL,
                api_key=_secret(other.api_key),
                context_tokens=other.context_tokens or model.context_tokens or CONTEXT_TOKENS,
                reply_tokens=model.reply_tokens,
                temperature=model.temperature,
                timeout_s=model.timeout_s,
                max_retries=model.max_retries,
                extra_body=other.options,
                thinking=model.thinking,
                thinking_tokens=model.thinking_tokens,
                longest_s=model.reply_s,
                sees=_sees(other.base_url, sees=other.sees),
                voices=other.voices,
                server=await _server(values, other.base_url),
            ),
        )
        for other in model.fallbacks
    ]
    return Failover([preferred, *others], clock=SystemClock())


def _sees(base_url: str | None, *, sees: bool | None) -> bool:
    from brain.generators.openai_client import is_openai  # noqa: PLC0415

    return is_openai(base_url) if sees is None else sees


async def _embedder(settings: EmbedderSettings, stack: AsyncExitStack) -> Embedder:
    if settings.kind == "openai":
        from brain.embedders.openai import OpenAIEmbedder  # noqa: PLC0415

        remote = _closing(
            stack,
            OpenAIEmbedder(
                model=settings.model or OPENAI_EMBEDDER,
                base_url=settings.base_url or OPENAI_URL,
                api_key=_secret(settings.api_key),
                dimensions=settings.dimensions,
            ),
        )
        await remote.start()
        return remote
    if settings.kind == "bundled" and find_spec("onnxruntime"):
        from brain.embedders.e5_small import E5SmallEmbedder  # noqa: PLC0415

        # It loads with the first text, so that a chat can begin before.
        return _closing(stack, E5SmallEmbedder(threads=settings.threads))
    if settings.kind == "onnx" and settings.model:
        from brain.embedders.onnx_file import OnnxEmbedder  # noqa: PLC0415

        file = _closing(stack, OnnxEmbedder(model=Path(settings.model), threads=settings.threads))
        await file.start()
        return file
    from brain.embedders.sentence_transformers import (  # noqa: PLC0415
        E5_SMALL,
        SentenceTransformersEmbedder,
    )

    # This is the same model and vector space as the bundled one, where onnxruntime has no wheel.
    local = _closing(
        stack,
        SentenceTransformersEmbedder(model=settings.model or E5_SMALL, device=settings.device),
    )
    await local.start()
    return local


def _secret(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def _closing(stack: AsyncExitStack, part: Part) -> Part:
    stack.push_async_callback(part.aclose)
    return part
