"""Builds the services of the bots in `discord_bots` and `telegram_bots`, with quick models."""

import asyncio
import sys
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.population import DIMENSIONS
from bots.conversation.ports import Delivery
from bots.opening import open_embedder
from bots.screens import Caller
from bots.services import Services, build_services
from bots.settings.root import Settings
from bots.settings.sections import EmbedderSettings
from brain.clock import SystemClock
from brain.companion import Companion
from brain.memory.record import Vector
from brain.memory.retention import COMPANION
from brain.messages import UTC_ZONE, ChatMessage, Incoming
from brain.ports import Embedder
from storage.sqlite.store import SqliteStore

VECTORS = 8_192
MESSAGES_PER_MINUTE = 10_000
"""The limit for one person, so high that it is checked but never reached."""


async def open_services(
    settings: Settings, folder: Path, embedder: Embedder, *, thin: bool
) -> Services:
    """Opens the services of a bot, with a generator that answers at once.

    Args:
        settings: the settings of the bot.
        folder: the folder of the SQLite store.
        embedder: makes the vectors.
        thin: whether to replace the brain by an echo, which leaves the path from the platform to
            the brain and back.
    """
    clock = SystemClock()
    store = await SqliteStore.open(folder / "memories.db")
    await store.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )

    def persona(_: str) -> str:
        return "You are a friend."

    companion = Companion(
        store=store,
        embedder=embedder,
        generator=FixedGenerator(),
        clock=clock,
        curve=COMPANION,
        persona=persona,
    )
    services = build_services(companion, settings=settings, persona=persona)
    return replace(services, message_handler=EchoHandler()) if thin else services


ServeBare = Callable[[str, str], Awaitable[None]]
"""Serves a minimal bot, given the address of the platform and a token."""
ServeOurs = Callable[[str, str, Callable[[Settings], Awaitable[Services]]], Awaitable[None]]
"""Serves the whole bot, given address, token, and a function that opens services."""


async def run(bare: ServeBare, ours: ServeOurs) -> None:
    """Runs the bot that the command line names, until the process is killed.

    Args:
        bare: serves the minimal bot.
        ours: serves the whole bot.
    """
    kind, address, token, folder = sys.argv[1:5]

    async def serve(embedder: Embedder) -> None:
        async def make(settings: Settings) -> Services:
            return await open_services(settings, Path(folder), embedder, thin=kind == "thin")

        await ours(address, token, make)

    if kind == "bare":
        await bare(address, token)
    elif kind in {"thin", "quick"}:
        await serve(HashedEmbedder())
    else:
        async with open_embedder(EmbedderSettings()) as real:
            await serve(real)


def main(bare: ServeBare, ours: ServeOurs) -> None:
    """The entry point of the bot's process."""
    asyncio.run(run(bare, ours))


class EchoHandler:
    """A `bots.conversation.ports.MessageHandler` that repeats messages and keeps none."""

    async def admit(
        self,
        caller: Caller,  # noqa: ARG002
        delivery: Delivery,  # noqa: ARG002
        *,
        waiting: int,  # noqa: ARG002
        said_at: datetime | None = None,  # noqa: ARG002
    ) -> bool:
        """Admit every message."""
        return True

    async def answer(self, caller: Caller, incoming: Incoming, delivery: Delivery) -> None:  # noqa: ARG002
        """Deliver the message's own text as the reply."""
        async with delivery.thinking():
            delivery.draft(incoming.text)
        await delivery.finish(incoming.text)

    async def remembered_text(self, caller: Caller, message: str) -> str | None:
        """Does nothing, because no message is kept."""

    async def zone_of(self, caller: Caller) -> ZoneInfo:  # noqa: ARG002
        """Returns UTC."""
        return UTC_ZONE

    async def edit_message(self, caller: Caller, incoming: Incoming) -> None:
        """Does nothing, because no message is kept."""

    async def delete_message(self, caller: Caller, message: str) -> None:
        """Does nothing, because no message is kept."""

    async def forget_leaver(
        self, caller: Caller, is_there: Callable[[str], bool], *, until: datetime | None = None
    ) -> None:
        """Does nothing, because no message is kept."""


class HashedEmbedder:
    """An embedder (`brain.ports.Embedder`) that looks up a random vector by a text's checksum."""

    name = "quick-384"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        random = np.random.default_rng(3)
        rows = random.standard_normal((VECTORS, DIMENSIONS))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self._vectors: list[Vector] = list(rows.astype(np.float32))

    async def query(self, text: str) -> Vector:
        """Returns the vector that the text's checksum selects."""
        return self._vectors[zlib.crc32(text.encode()) % VECTORS]

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Returns the vector of each text."""
        return [await self.query(text) for text in texts]


class FixedGenerator:
    """A generator (`brain.ports.Generator`) that gives the same reply at once."""

    name = "the same"
    context_tokens = 4_096
    reply_tokens = 256

    def count_tokens(self, text: str) -> int:
        """Returns about as many tokens as a tokenizer would count."""
        return len(text.encode()) // 3 + 1

    async def stream(
        self,
        messages: Sequence[ChatMessage],  # noqa: ARG002 the signature is given
    ) -> AsyncGenerator[str, None]:
        """Yields a fixed reply in two pieces."""
        yield "I see. "
        yield "Tell me more."
