"""Counts the project's own code that one plain message passes through.

    python -m benchmarks.walk          prints the figures
    python -m benchmarks.walk --list   also lists what was counted, by first call

One private text message is sent to the whole bot on a simulated Telegram, with memories in SQLite.
Its author is known, has read the privacy notice, and has said enough that recall finds memories
outside the current conversation. The embedder and the model cost nothing and are not counted.

Counting begins with the answer to the poll that brings the message, and ends when every task that
began meanwhile is over: the reply is delivered, the turn written, the message out of the inbox.

files        files of `bots`, `brain` and `storage` that define one of the functions
functions    code objects that ran on the thread of the event loop, including lambdas and generator
             expressions; comprehensions are part of the function around them, as in Python 3.12,
             and functions that decorators such as `dataclass` generate do not count
classes      classes whose body defines one of these functions; a store that is composed of eight
             classes counts as eight
store calls  calls of methods of `brain.ports.MemoryStore` and of its `values`
frames       frames of the project on the stack when the model begins, from the intake's task on

The work of the store on its own threads is left out.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, cast

from benchmarks.population import DIMENSIONS, Population
from bots.services import build_services
from bots.settings.platforms import TelegramSettings
from bots.settings.root import Settings
from bots.telegram.platform import TelegramPlatform
from brain.clock import SystemClock
from brain.companion import Companion
from brain.memory.record import Vector
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage
from brain.ports import MemoryStore
from storage.sqlite.store import SqliteStore
from tests.platforms.telegram.server import TelegramServer
from tests.platforms.telegram.world import World

ROOT = Path(__file__).parents[1]
ROOMS = ("bots", "brain", "storage")
OURS = tuple(f"{ROOT / room}/" for room in ROOMS)
COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>"}
THINGS = ("cat", "violin", "boat", "kettle", "camera", "ladder", "piano", "tent", "lamp", "bike")
"""Each is mentioned in a message before the trace; only recall finds the oldest of them."""


class CallTrace:
    """Records the functions, store calls and stack frames of one message."""

    def __init__(self) -> None:
        self.functions: dict[CodeType, None] = {}
        self.calls: list[str] = []
        self.frames: list[CodeType] = []
        """Outermost first."""
        self._is_on = False

    @asynccontextmanager
    async def recorded(self) -> AsyncIterator[None]:
        """Record until the block is left and all tasks that began meanwhile are over."""
        async with _to_the_end():
            self._is_on = True
            sys.setprofile(self._profile)
            yield
        sys.setprofile(None)
        self._is_on = False

    def recording_store(self, store: MemoryStore) -> MemoryStore:
        """Returns the store in a proxy that records the name of each method that is called."""

        def called(name: str) -> None:
            if self._is_on:
                self.calls.append(name)

        return cast("MemoryStore", RecordingProxy(store, called))

    def model_begins(self) -> None:
        """Record the frames on the stack; the generator calls it when it begins."""
        frame: FrameType | None = sys._getframe()  # noqa: SLF001 the documented way to it
        while self._is_on and frame is not None:
            if _is_ours(frame.f_code):
                self.frames.insert(0, frame.f_code)
            frame = frame.f_back

    def _profile(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and _is_ours(code) and code.co_name not in COMPREHENSIONS:
            self.functions[code] = None


class RecordingProxy:
    """Passes everything on to a store, and calls `called` with the name of each method used."""

    def __init__(self, store: object, called: Callable[[str], None]) -> None:
        self._store = store
        self._called = called

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        found = getattr(self._store, name)
        if name == "values":
            return RecordingProxy(found, lambda method: self._called(f"values.{method}"))
        self._called(name)
        return found


class FixedEmbedder:
    """An embedder (`brain.ports.Embedder`) that gives the same series of vectors in each run."""

    name = "fixed"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._population = Population()

    async def query(self, text: str) -> Vector:  # noqa: ARG002
        """Returns the next vector, whatever the text."""
        return self._population.vector()

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Returns a vector for each text."""
        return [await self.query(text) for text in texts]


class FixedGenerator:
    """A generator (`brain.ports.Generator`) that gives the same reply at once."""

    name = "fixed"
    context_tokens = 4_096
    reply_tokens = 512

    def __init__(self, trace: CallTrace) -> None:
        self._trace = trace

    def count_tokens(self, text: str) -> int:
        """Returns a token for every four characters."""
        return len(text) // 4 + 1

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:  # noqa: ARG002
        """Yields a fixed reply in two pieces."""
        self._trace.model_begins()
        for piece in ("I see. ", "Tell me more."):
            yield piece


def _is_ours(code: CodeType) -> bool:
    return code.co_filename.startswith(OURS)


def _tasks() -> set[asyncio.Task[Any]]:
    """Return the tasks that run a coroutine of this project."""
    return {
        task
        for task in asyncio.all_tasks()
        if _is_ours(getattr(task.get_coro(), "cr_code", _tasks.__code__))
    }


@asynccontextmanager
async def _to_the_end() -> AsyncIterator[None]:
    """Leave the block when all tasks of this project that began in it are over."""
    before = _tasks()
    yield
    while begun := _tasks() - before:
        await asyncio.wait(begun)


@asynccontextmanager
async def _bot(trace: CallTrace) -> AsyncIterator[World]:
    """Run the whole bot on a simulated Telegram without rate limits."""
    server, embedder = TelegramServer(), FixedEmbedder()
    server.world.flood.enforced = False
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(curve=COMPANION, embedder=embedder.name, dimensions=DIMENSIONS)

        def persona(_: str) -> str:
            return "You are a friend."

        companion = Companion(
            store=trace.recording_store(store),
            embedder=embedder,
            generator=FixedGenerator(trace),
            clock=SystemClock(),
            curve=COMPANION,
            persona=persona,
        )
        telegram = {"token": server.token, "api_base": server.root}
        settings = Settings(
            data_dir=Path(folder), telegram=TelegramSettings.model_validate(telegram)
        )
        services = build_services(companion, settings=settings, persona=persona)
        # On any machine the reply is complete before a draft of it would be shown.
        platform = TelegramPlatform(services, draft_after_s=60.0)
        serving = asyncio.create_task(platform.serve())
        while not platform.is_healthy:  # noqa: ASYNC110 listening is no call that the world sees
            await asyncio.sleep(0.01)
        yield server.world
        await platform.stop()
        await serving
        await store.close()
    await server.stop()


async def trace_one_message() -> CallTrace:
    """Returns the trace of one message, sent after a conversation."""
    trace = CallTrace()
    async with _bot(trace) as world:
        ann = world.user("Ann")
        chat = world.private(ann)
        for number, thing in enumerate(THINGS):
            async with _to_the_end():
                world.say(ann, chat, f"I have bought a {thing}.")
                # The first reply is preceded by the privacy notice.
                await world.reply(chat, count=number + 2)
        async with _to_the_end():
            # Whatever is computed once is computed now, such as the wording of "today".
            world.say(ann, chat, "What did I say of the lamp?")
            await world.reply(chat, count=len(THINGS) + 2)
        async with trace.recorded():
            world.say(ann, chat, "What did I say of the cat?")
            await world.reply(chat, count=len(THINGS) + 3)
    return trace


def show(trace: CallTrace, *, everything: bool) -> None:
    """Print the figures, and with `everything` also what was counted."""
    files: dict[str, list[str]] = {}
    for code in trace.functions:
        file = str(Path(code.co_filename).relative_to(ROOT))
        files.setdefault(file, []).append(code.co_qualname)
    functions = [(file, *name.split(".")) for file, names in files.items() for name in names]
    classes = {each[:2] for each in functions if each[2:] and each[2] != "<locals>"}
    print(f"{'':12}{'all':>5}", *(f"{room:>8}" for room in ROOMS))
    for name, found in (
        ("files", list(files)),
        ("functions", [file for file, *_ in functions]),
        ("classes", [file for file, *_ in classes]),
    ):
        each = Counter(file.partition("/")[0] for file in found)
        print(f"{name:12}{len(found):5}", *(f"{each[room]:8}" for room in ROOMS))
    methods = ", ".join(f"{count} {name}" for name, count in sorted(Counter(trace.calls).items()))
    print(f"{'store calls':12}{len(trace.calls):5}     {methods}")
    print(f"{'frames':12}{len(trace.frames):5}")
    if everything:
        print("\nstore calls", *trace.calls, sep="\n    ")
        print("\nframes", *(code.co_qualname for code in trace.frames), sep="\n    ")
        for file, names in files.items():
            print(f"\n{file}", *names, sep="\n    ")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="list what is counted")
    show(asyncio.run(trace_one_message()), everything=parser.parse_args().list)
