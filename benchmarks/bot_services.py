"""The services that the bots of `discord_bots` and `telegram_bots` run on, with quick parts."""

import asyncio
import sys
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from benchmarks.population import DIMENSIONS
from bots.bootstrap import open_embedder
from bots.conversation.ports import Delivery
from bots.screens import Caller
from bots.services import Services, build_services
from bots.settings.models import EmbedderSettings
from bots.settings.root import Settings
from brain.clock import SystemClock
from brain.companion import Companion
from brain.memory.record import Vector
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage, Incoming
from brain.ports import Embedder
from storage.sqlite.store import SqliteStore

DIRECTIONS = 8_192
MESSAGES_PER_MINUTE = 10_000
"""Of one person: limits are counted, and refuse nobody."""


async def open_services(
    settings: Settings, folder: Path, embedder: Embedder, *, thin: bool
) -> Services:
    """The whole with its memory in that folder; the model alone is one that answers at once.

    `thin` leaves the brain out: what is left is the way from the platform to it and back.
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
        generator=Answer(),
        clock=clock,
        curve=COMPANION,
        persona=persona,
    )
    services = build_services(companion, settings=settings, persona=persona)
    return replace(services, message_handler=Parrot()) if thin else services


Bare = Callable[[str, str], Awaitable[None]]
"""Serves an address with a token."""
Ours = Callable[[str, str, Callable[[Settings], Awaitable[Services]]], Awaitable[None]]
"""The same, given what makes services of the settings."""


async def run(bare: Bare, ours: Ours) -> None:
    """Run the bot that the command line names until it is killed."""
    kind, address, token, folder = sys.argv[1:5]

    async def serve(embedder: Embedder) -> None:
        async def make(settings: Settings) -> Services:
            return await open_services(settings, Path(folder), embedder, thin=kind == "thin")

        await ours(address, token, make)

    if kind == "bare":
        await bare(address, token)
    elif kind in {"thin", "quick"}:
        await serve(Quick())
    else:
        async with open_embedder(EmbedderSettings()) as real:
            await serve(real)


def main(bare: Bare, ours: Ours) -> None:
    """As a process."""
    asyncio.run(run(bare, ours))


class Parrot:
    """Fulfils `bots.conversation.ports.MessageHandler` without a brain."""

    async def answer(self, caller: Caller, incoming: Incoming, delivery: Delivery) -> None:  # noqa: ARG002
        """Say it again."""
        async with delivery.thinking():
            delivery.draft(incoming.text)
        await delivery.finish(incoming.text)

    async def remembered_text(self, caller: Caller, message: str) -> str | None:
        """Nothing is kept."""

    async def edit_message(self, caller: Caller, incoming: Incoming) -> None:
        """Nothing is kept."""

    async def delete_message(self, caller: Caller, message: str) -> None:
        """Nothing is kept."""

    async def forget_leaver(
        self, caller: Caller, is_there: Callable[[str], bool], *, until: datetime | None = None
    ) -> None:
        """Nothing is kept."""


class Quick:
    """Fulfils `brain.ports.Embedder` for next to nothing: a direction for each text."""

    name = "quick-384"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        random = np.random.default_rng(3)
        rows = random.standard_normal((DIRECTIONS, DIMENSIONS))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self._directions: list[Vector] = list(rows.astype(np.float32))

    async def query(self, text: str) -> Vector:
        """As for a passage."""
        return self._directions[zlib.crc32(text.encode()) % DIRECTIONS]

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One each."""
        return [await self.query(text) for text in texts]


class Answer:
    """Fulfils `brain.ports.Generator`: says the same at once, whatever it is asked."""

    name = "the same"
    context_tokens = 4_096
    reply_tokens = 256

    def count_tokens(self, text: str) -> int:
        """As many as a tokenizer would find, about."""
        return len(text.encode()) // 3 + 1

    async def stream(
        self,
        messages: Sequence[ChatMessage],  # noqa: ARG002 the signature is given
    ) -> AsyncGenerator[str, None]:
        """Two pieces."""
        yield "I see. "
        yield "Tell me more."
