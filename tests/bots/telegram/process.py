"""The bot in a process of its own, to be killed: `python -m tests.bots.telegram.process`.

Arguments: the folder of the memories, the root of the server, the token, and what the model does:
`hang` says nothing for ever, `answer` answers.
"""

import asyncio
import sys
from pathlib import Path

from bots.settings.platforms import TelegramSettings
from bots.settings.root import Settings
from bots.telegram.platform import TelegramPlatform
from brain.clock import SystemClock
from brain.memory.retention import COMPANION
from storage.sqlite.store import SqliteStore
from tests.bots.telegram.rig import services_of
from tests.doubles import ScriptedGenerator


class Observer(ScriptedGenerator):
    """A model that looks at pictures."""

    sees = True


async def _main(folder: str, root: str, token: str, what: str) -> None:
    store = await SqliteStore.open(Path(folder) / "memories.db")
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    script = [asyncio.Event()] if what == "hang" else ["Here I am."]
    settings = Settings(
        telegram=TelegramSettings.model_validate({"token": token, "api_base": root})
    )
    services = services_of(store, settings, Observer(script), SystemClock())
    await TelegramPlatform(services).serve()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
