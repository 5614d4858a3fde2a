import asyncio
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from bots.__main__ import siliconfriend
from brain.generators.openai_memory import ServerMemory
from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.creation import new_memory
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION
from brain.messages import Person, Place
from storage.sqlite.store import SqliteStore
from tests.bots import forked
from tests.bots.model_server import ModelServer, model_server

ROOT = Path(__file__).parents[2]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
GENEROUS_SECONDS = 120
"""No test hangs longer, and none asserts how long it took."""


@dataclass
class Sandbox:
    """A home of its own for the command, and ways to run it."""

    home: Path
    env: dict[str, str]
    server: ModelServer
    _children: list[forked.Terminal] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return Path(self.env["SILICONFRIEND_DATA_DIR"])

    @property
    def database(self) -> Path:
        return self.data / "memories.db"

    @property
    def config(self) -> Path:
        return self.home / "config" / "siliconfriend"

    def start(self, *args: str, stdin: bytes = b"") -> CompletedProcess[bytes]:
        """The command in a process of its own."""
        return forked.run(*args, env=self.env, cwd=ROOT, stdin=stdin, timeout_s=GENEROUS_SECONDS)

    def open_terminal(self, *args: str) -> forked.Terminal:
        """The command at a terminal."""
        env = {**self.env, "PROMPT_TOOLKIT_NO_CPR": "1", "TERM": "xterm"}
        child = forked.Terminal(*args, env=env, cwd=ROOT, timeout_s=GENEROUS_SECONDS)
        self._children.append(child)
        return child

    def run(self, *args: str, stdin: str = "") -> Result:
        """The command in this process."""
        return CliRunner().invoke(siliconfriend, args, input=stdin, env=self.env)

    def seed(self, *memories: Memory) -> None:
        """Put memories into the store, as an import does."""

        async def add() -> None:
            store = await SqliteStore.open(self.database)
            try:
                await store.add(memories, [None] * len(memories))
            finally:
                await store.close()

        asyncio.run(add())

    def know(self, model: str) -> None:
        """Let a model be known from an earlier chat: even its first reply is shown as it comes."""

        async def add() -> None:
            store = await SqliteStore.open(self.database)
            try:
                memory = await ServerMemory(store.values, address=self.server.url).recall()
                memory.traits.known.add((model, False))
                await memory.keep()
            finally:
                await store.close()

        asyncio.run(add())

    def close(self) -> None:
        for child in self._children:
            child.close()


@pytest.fixture(scope="session")
def _server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def sandbox(
    _server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    _server.prompts.clear()
    _server.keys.clear()
    _server.hung_up.clear()
    _server.began.clear()
    for name in [n for n in os.environ if re.match(r"(SILICONFRIEND|OPENAI)_|HF_ENDPOINT", n)]:
        monkeypatch.delenv(name)
    own = {
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "share"),
        "LC_ALL": "en_US.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "200",
        "SILICONFRIEND_DATA_DIR": str(tmp_path / "data"),
        "SILICONFRIEND_ZONE": "UTC",
        "SILICONFRIEND_MODEL__BASE_URL": _server.url,
        "SILICONFRIEND_MODEL__NAME": "echo",
        "SILICONFRIEND_MODEL__MAX_RETRIES": "0",
        "SILICONFRIEND_EMBEDDER__KIND": "openai",
        "SILICONFRIEND_EMBEDDER__BASE_URL": _server.url,
        "SILICONFRIEND_EMBEDDER__MODEL": "words",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    sandbox = Sandbox(tmp_path, dict(os.environ), _server)
    yield sandbox
    sandbox.close()


def memory(
    text: str,
    *,
    id: str,  # noqa: A002 the field's own name
    name: str = "me",
    said_at: datetime | None = None,
    kind: Kind = Kind.TURN,
    reply: str | None = None,
    sources: Sequence[str] = (),
    strength: float = 100.0,
) -> Memory:
    """A memory of the person of that name at the terminal; said now unless told otherwise."""
    return new_memory(
        id=MemoryId(id),
        person=Person(PersonId(f"terminal:{name}")),
        place=Place(PlaceId(f"terminal:{name}"), private=True),
        kind=kind,
        text=text,
        reply=reply,
        said_at=said_at or datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1),
        language="en",
        curve=COMPANION,
        strength=strength,
        sources=tuple(map(MemoryId, sources)),
    )


OSAKA = memory("I moved to Osaka.", id="bbbb0002")
KYOTO = replace(
    memory("I live in Kyoto.", id="aaaa0001", said_at=OSAKA.said_at - timedelta(days=9)),
    ended_by=OSAKA.id,
)
REPLACED = (KYOTO, OSAKA)
"""A turn, and the one that says otherwise."""
