"""Sends commands and scripts to Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial
from hashlib import sha1
from importlib.resources import files
from typing import Any

from hiredis import pack_command
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, ResponseError

from brain.errors import StoreMisconfigured, StoreUnavailable
from brain.memory.record import RECALLED
from storage.redis.errors import IndexMissing, mapped_errors
from storage.redis.keys import Keys
from storage.redis.rows import Value

Command = Sequence[Value]

CONNECTIONS = 32
"""The most connections at once; further calls wait for one."""
SCAN_COUNT = 2_000
"""Keys that Redis looks at per step of a scan."""
_SHARED = ("common.lua", "changes.lua", "reinforce.lua")
_WITHOUT_PERSON = {"lock", "unlock", "acquire_conversation"}


@cache
def source(script: str) -> str:
    """Return the text of a script, with the shared functions inserted below its first line."""
    folder = files("storage.redis") / "scripts"
    own = (folder / f"{script}.lua").read_text("utf-8")
    if script in _WITHOUT_PERSON:
        return own
    flags, _, body = own.partition("\n")
    kinds = ", ".join(f"{kind} = true" for kind in sorted(RECALLED))
    shared = "\n".join((folder / name).read_text("utf-8") for name in _SHARED)
    return f"{flags}\nlocal RECALLED = {{ {kinds} }}\n{shared}{body}"


@cache
def _name(script: str) -> str:
    """Return the SHA-1 by which Redis calls a script."""
    return sha1(source(script).encode(), usedforsecurity=False).hexdigest()


def read_scripts() -> None:
    """Read all scripts into the cache, so that no file is read on the event loop later."""
    for file in (files("storage.redis") / "scripts").iterdir():
        source(file.name.removesuffix(".lua"))


class Connection:
    """A pool of connections to one Redis. Whatever goes wrong is raised as StoreError."""

    def __init__(self, url: str, *, keys: Keys, timeout_s: float) -> None:
        """Read the address; no connection is opened yet.

        Args:
            url: an address that begins with redis://, rediss:// or unix://, with user and password
                where there are any.
            keys: the names of all keys of the store.
            timeout_s: the most seconds that one round trip may take.

        Raises:
            StoreMisconfigured: the address cannot be read.
        """
        self.keys = keys
        self._timeout_s = timeout_s
        self.timeout_ms = int(timeout_s * 1_000)
        self.heal: Callable[[], Awaitable[None]] = _cannot_heal
        """Builds a missing index anew; set by the store, which knows its schema."""
        try:
            pool: ConnectionPool = ConnectionPool.from_url(
                url,
                max_connections=CONNECTIONS,
                # `limited` sets a timeout: the client's own, set for each part, take longer than a
                # PING.
                socket_timeout=None,
                socket_connect_timeout=None,
                # Without retries: an answer that was lost does not tell whether the command ran,
                # and a repeated `archive` would answer that there was nothing to archive.
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        except (ValueError, TypeError):
            # Not chained, because the message may quote the address, and with it the password.
            reason = "its address cannot be read; expected redis://user:password@host:6379/0"
            raise StoreMisconfigured(reason=reason) from None
        self.client: Redis = Redis(connection_pool=pool)
        """The client, to be used only within `limited`."""
        self._room = asyncio.Semaphore(CONNECTIONS)
        self.address = _address(pool.connection_kwargs)

    async def send(self, *command: Value) -> Any:  # noqa: ANN401 as the command answers
        """Send one command and return its answer."""
        [answer] = await self.pipeline([command])
        return answer

    async def pipeline(self, commands: Iterable[Command], *, atomic: bool = False) -> list[Any]:
        """Send several commands in one round trip, and return their answers.

        Args:
            commands: the commands.
            atomic: whether they run in one transaction.
        """
        commands = list(commands)
        try:
            return await self.attempt(commands, atomic=atomic)
        except IndexMissing:
            # The database was emptied while the store is open.
            await self.heal()
        try:
            return await self.attempt(commands, atomic=atomic)
        except IndexMissing as error:
            raise StoreUnavailable(reason="the search index of Redis is missing") from error

    async def search(self, commands: Sequence[Command]) -> list[Any]:
        """Send several commands in one round trip, and return their answers.

        This takes half as long as `pipeline`, in which the client packs the commands in Python.
        """
        try:
            return await self._send_all(commands)
        except IndexMissing:
            return await self.pipeline(commands)

    async def run(self, script: str, key: str, *values: Value) -> Any:  # noqa: ANN401
        """Run a script in one atomic step, and return its answer.

        Args:
            script: the name of the script.
            key: the key of the person (see common.lua).
            values: the arguments of the script.
        """
        [answer] = await self.run_all(script, [(key, *values)])
        return answer

    async def run_all(
        self, script: str, calls: Iterable[Command], *, keys: int = 1, atomic: bool = False
    ) -> list[Any]:
        """Run a script several times in one round trip, and return the answers.

        Args:
            script: the name of the script.
            calls: for each call its keys, then its arguments.
            keys: how many keys each call has.
            atomic: whether all calls run in one transaction; each by itself always does.
        """
        commands = [("EVALSHA", _name(script), keys, *call) for call in calls]
        # One script is atomic by itself.
        several = atomic and len(commands) > 1
        attempt = partial(self.attempt, atomic=True) if several else self._send_all
        try:
            return await attempt(commands)
        except NoScriptError:
            # Redis was restarted or is new, and does not know the script: none of the calls ran.
            await self.send("SCRIPT LOAD", source(script))
        return await attempt(commands)

    async def scan(self, pattern: str) -> AsyncIterator[list[bytes]]:
        """Yield the keys that match a pattern, in batches; a key may come twice."""
        cursor = 0
        while True:
            answer = await self.send("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT)
            cursor = int(answer[0])
            if answer[1]:
                yield answer[1]
            if cursor == 0:
                return

    async def close(self) -> None:
        """Close every connection."""
        with mapped_errors():
            await self.client.aclose()
            await self.client.connection_pool.disconnect()

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[None]:
        """Wait until a connection is free, and limit the block to `timeout_s` seconds."""
        with mapped_errors():
            async with self._room, asyncio.timeout(self._timeout_s):
                yield

    async def attempt(self, commands: Sequence[Command], *, atomic: bool = False) -> list[Any]:
        """Do what `pipeline` does without healing. Raises IndexMissing and StoreError."""
        async with self.limited():
            if len(commands) == 1:
                # redis-py leaves its oldest method without types.
                one = self.client.execute_command(*commands[0])  # type: ignore[no-untyped-call]
                return [await one]
            pipe = self.client.pipeline(transaction=atomic)
            for command in commands:
                pipe.execute_command(*command)
            # The client's own exceptions would quote the command, and so the person's words.
            answers = list(await pipe.execute(raise_on_error=False))
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return answers

    async def _send_all(self, commands: Sequence[Command]) -> list[Any]:
        """Send commands without what the client does for each of them; for every message."""
        # The stub of `pack_command` allows only one argument.
        packed = b"".join(pack_command(tuple(command)) for command in commands)  # type: ignore[arg-type]
        pool = self.client.connection_pool
        async with self.limited():
            connection = await pool.get_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.send_packed_command(packed)
                answers = [await _answer(connection) for _ in commands]
            except BaseException:
                # The next user of the connection must not read the rest of these answers.
                await connection.disconnect(nowait=True)
                raise
            finally:
                await pool.release(connection)
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return answers


async def _answer(connection: AbstractConnection) -> Any:  # noqa: ANN401 as the command answers
    try:
        return await connection.read_response()
    except ResponseError as error:
        return error


async def _cannot_heal() -> None:
    raise StoreUnavailable(reason="the search index of Redis is missing")


def _address(options: Mapping[str, Any]) -> str:
    """Return the address of Redis without user and password, for messages."""
    if "path" in options:
        return f"unix://{options['path']}"
    host, port = options.get("host", "localhost"), options.get("port", 6379)
    return f"redis://{host}:{port}/{options.get('db', 0)}"
