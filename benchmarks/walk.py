"""What one plain message passes through in our own code, counted and listed.

    python -m benchmarks.walk          the figures
    python -m benchmarks.walk --list   what was counted as well, each in the order of its first call

One private text message goes to the whole bot over a played Telegram, with its memories in SQLite.
Its author is known, was told what is kept, and has said so much that recall finds what the
conversation at hand does not hold. Embedder and model cost nothing and are not counted.

The walk begins with the answer to the poll that brings the message and ends when every task of ours
that began meanwhile is over: the reply is delivered, the turn written, the inbox cleared of it.

files        of `bots`, `brain` and `storage` in which one of the functions is written
functions    code objects of ours that ran on the thread of the event loop, lambdas and generator
             expressions included; comprehensions are part of the function around them, as in
             Python 3.12, and what decorators such as `dataclass` write is not ours
classes      in whose body one of these functions is written: a store that is put together from
             eight classes counts as many
store calls  of methods of `brain.ports.MemoryStore` and of its `values`, by whoever was given it
frames       of ours on the stack when the model begins, from the task of the intake on

What the store does on its own threads is left out.
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
"""Each is told of before the walk: more than the conversation at hand holds."""


class Walk:
    """Notes what runs while it is recorded."""

    def __init__(self) -> None:
        self.functions: dict[CodeType, None] = {}
        self.calls: list[str] = []
        self.frames: list[CodeType] = []
        """The outermost first."""
        self._is_on = False

    @asynccontextmanager
    async def recorded(self) -> AsyncIterator[None]:
        """Note what runs until the block is left and all tasks that began meanwhile are over."""
        async with _to_the_end():
            self._is_on = True
            sys.setprofile(self._profile)
            yield
        sys.setprofile(None)
        self._is_on = False

    def watched(self, store: MemoryStore) -> MemoryStore:
        """The store, recording the name of each method that is called."""

        def called(name: str) -> None:
            if self._is_on:
                self.calls.append(name)

        return cast("MemoryStore", Watched(store, called))

    def model_begins(self) -> None:
        """To be called by the model, which need not be ours."""
        frame: FrameType | None = sys._getframe()  # noqa: SLF001 the documented way to it
        while self._is_on and frame is not None:
            if _is_ours(frame.f_code):
                self.frames.insert(0, frame.f_code)
            frame = frame.f_back

    def _profile(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and _is_ours(code) and code.co_name not in COMPREHENSIONS:
            self.functions[code] = None


class Watched:
    """Stands for a store and tells `called` the name of each method that is asked for."""

    def __init__(self, watched: object, called: Callable[[str], None]) -> None:
        self._watched = watched
        self._called = called

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        found = getattr(self._watched, name)
        if name == "values":
            return Watched(found, lambda method: self._called(f"values.{method}"))
        self._called(name)
        return found


class Directions:
    """Fulfils `brain.ports.Embedder`: made-up vectors, the same every time."""

    name = "directions"
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self._population = Population()

    async def query(self, text: str) -> Vector:  # noqa: ARG002
        """The next one."""
        return self._population.vector()

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One each."""
        return [await self.query(text) for text in texts]


class Speaker:
    """Fulfils `brain.ports.Generator`: says two pieces at once, whatever it is asked."""

    name = "speaker"
    context_tokens = 4_096
    reply_tokens = 512

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def count_tokens(self, text: str) -> int:
        """Four characters a token."""
        return len(text) // 4 + 1

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:  # noqa: ARG002
        """See the port."""
        self._walk.model_begins()
        for piece in ("I see. ", "Tell me more."):
            yield piece


def _is_ours(code: CodeType) -> bool:
    return code.co_filename.startswith(OURS)


def _tasks() -> set[asyncio.Task[Any]]:
    """Those that run a coroutine of ours."""
    return {
        task
        for task in asyncio.all_tasks()
        if _is_ours(getattr(task.get_coro(), "cr_code", _tasks.__code__))
    }


@asynccontextmanager
async def _to_the_end() -> AsyncIterator[None]:
    """Leave the block when all tasks of ours that began in it are over."""
    before = _tasks()
    yield
    while begun := _tasks() - before:
        await asyncio.wait(begun)


@asynccontextmanager
async def _bot(walk: Walk) -> AsyncIterator[World]:
    """The whole bot, on a Telegram that lets it say as much as it likes."""
    server, embedder = TelegramServer(), Directions()
    server.world.flood.enforced = False
    await server.start()
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "memories.db")
        await store.check_embedder(curve=COMPANION, embedder=embedder.name, dimensions=DIMENSIONS)

        def persona(_: str) -> str:
            return "You are a friend."

        companion = Companion(
            store=walk.watched(store),
            embedder=embedder,
            generator=Speaker(walk),
            clock=SystemClock(),
            curve=COMPANION,
            persona=persona,
        )
        telegram = {"token": server.token, "api_base": server.root}
        settings = Settings(telegram=TelegramSettings.model_validate(telegram))
        services = build_services(companion, settings=settings, persona=persona)
        # However slow the machine is, the reply is there before a draft of it would be shown.
        platform = TelegramPlatform(services, draft_after_s=60.0)
        serving = asyncio.create_task(platform.serve())
        while not platform.is_healthy:  # noqa: ASYNC110 listening is no call that the world sees
            await asyncio.sleep(0.01)
        yield server.world
        await platform.stop()
        await serving
        await store.close()
    await server.stop()


async def walked() -> Walk:
    """One message, after what was said before it."""
    walk = Walk()
    async with _bot(walk) as world:
        ann = world.user("Ann")
        chat = world.private(ann)
        for number, thing in enumerate(THINGS):
            async with _to_the_end():
                world.say(ann, chat, f"I have bought a {thing}.")
                # Besides the replies there is a line about what is kept.
                await world.reply(chat, count=number + 2)
        async with walk.recorded():
            world.say(ann, chat, "What did I say of the cat?")
            await world.reply(chat, count=len(THINGS) + 2)
    return walk


def show(walk: Walk, *, everything: bool) -> None:
    """Print the figures, and what was counted as well where `everything` is wanted."""
    files: dict[str, list[str]] = {}
    for code in walk.functions:
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
    methods = ", ".join(f"{count} {name}" for name, count in sorted(Counter(walk.calls).items()))
    print(f"{'store calls':12}{len(walk.calls):5}     {methods}")
    print(f"{'frames':12}{len(walk.frames):5}")
    if everything:
        print("\nstore calls", *walk.calls, sep="\n    ")
        print("\nframes", *(code.co_qualname for code in walk.frames), sep="\n    ")
        for file, names in files.items():
            print(f"\n{file}", *names, sep="\n    ")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="list what is counted")
    show(asyncio.run(walked()), everything=parser.parse_args().list)
