"""`siliconfriend migrate`: what goes along beside memories, and what it says does not."""

import asyncio
from pathlib import Path
from uuid import uuid4

from storage.sqlite.store import SqliteStore
from tests.bots.conftest import Sandbox, memory
from tests.redis_server import emptied, shared_url

ME = "terminal:me"
GUILD = "discord:guild:1"
PAUSED = {"informed": "1", "paused:discord:9": "1"}
CHOSEN = {"setting:leavers": "1"}


def noted(file: Path, owner: str) -> dict[str, str]:
    async def read() -> dict[str, str]:
        store = await SqliteStore.open(file)
        try:
            return dict(await store.values.get(owner))
        finally:
            await store.close()

    return asyncio.run(read())


def ask(file: Path) -> None:
    async def write() -> None:
        store = await SqliteStore.open(file)
        try:
            for owner, values in ((ME, PAUSED), (GUILD, CHOSEN)):
                for name, value in values.items():
                    await store.values.set(owner, name, value)
        finally:
            await store.close()

    asyncio.run(write())


def test_who_paused_is_paused_after_a_migration_there_and_back(sandbox: Sandbox) -> None:
    sandbox.seed(memory("My cat Mochi", id="aaaa0001"))
    ask(sandbox.database)
    copy, back = sandbox.home / "copy.db", sandbox.home / "back.db"
    file = f"sqlite:{sandbox.database}"

    done = sandbox.run("migrate", file, f"sqlite:{copy}")
    assert done.exit_code == 0
    assert "Pauses, wishes and settings copied, and whatever else was noted: 3." in done.stdout
    assert done.stderr == ""
    assert noted(copy, ME) == PAUSED
    assert noted(copy, GUILD) == CHOSEN

    prefix = f"tests-{uuid4().hex}"
    sandbox.env["SILICONFRIEND_STORE_PREFIX"] = prefix
    try:
        done = sandbox.run("migrate", file, shared_url())
        assert done.exit_code == 0
        assert "noted: 3." in done.stdout
        done = sandbox.run("migrate", shared_url(), f"sqlite:{back}")
        assert done.exit_code == 0
        assert "noted: 2." in done.stdout
        assert "Not copied, because Redis cannot list them: settings of servers" in done.stderr
    finally:
        asyncio.run(emptied(shared_url(), prefix))
    assert noted(back, ME) == PAUSED
    assert noted(back, GUILD) == {}
