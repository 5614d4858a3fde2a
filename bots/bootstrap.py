"""Opens a companion with the store and models that the settings name: the composition root.

Parts open in the order store, embedder, generator (`bots.opening`), and close in the reverse order,
after the turns under way have been written.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bots.opening import SilentGenerator, open_embedder, open_generator, open_store
from bots.settings.answering_model import uses_demonstration_model
from bots.settings.loading import interface_language, load, zone_of
from bots.settings.local_model_choice import local_model
from bots.settings.persona import persona
from bots.settings.root import Settings
from brain.care import Care
from brain.clock import SystemClock
from brain.companion import Companion, prepare
from brain.errors import EmbedderChanged, TurnsLost
from brain.memory.retention import Curve
from brain.ports import Clock, Embedder, Generator, MemoryStore
from brain.turns.options import TurnOptions

if TYPE_CHECKING:
    from bots.services import Services

log = logging.getLogger(__name__)


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
            generator = await stack.enter_async_context(
                open_generator(settings.model, local=local, values=store.values)
            )
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
