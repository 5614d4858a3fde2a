"""The bot in a process of its own, to be killed: `python -m tests.bots.telegram.process`.

Arguments: the folder of the memories, the root of the server, the token, what it does, and the
address of a Redis if the memories are there. With `hang` the model says nothing for ever, with
`answer` it answers, and with `unwritten` it answers, and the store writes no replies.
"""

import asyncio
import sys
from pathlib import Path

from bots.settings.platforms import TelegramSettings
from bots.settings.root import Settings
from bots.telegram.platform import TelegramPlatform
from brain.clock import SystemClock
from brain.memory.retention import COMPANION
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.bots.telegram.rig import services_of
from tests.doubles import ScriptedGenerator


class Observer(ScriptedGenerator):
    """A model that looks at pictures."""

    sees = True


async def _never(*_: object, **__: object) -> None:
    await asyncio.Event().wait()


async def _main(folder: str, root: str, token: str, what: str, redis: str = "") -> None:
    store: RedisStore | SqliteStore
    if redis:
        store = await RedisStore.open(redis)
    else:
        store = await SqliteStore.open(Path(folder) / "memories.db")
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    script = [asyncio.Event()] if what == "hang" else ["Here I am."]
    settings = Settings(
        data_dir=Path(folder),
        telegram=TelegramSettings.model_validate({"token": token, "api_base": root}),
    )
    if what == "unwritten":
        store.finish = _never  # type: ignore[method-assign, assignment]
    services = services_of(store, settings, Observer(script), SystemClock())
    await TelegramPlatform(services).serve()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
