"""The client, and how commands and scripts are sent through it."""

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
"""The most at once; whoever comes then waits."""
SCAN_COUNT = 2_000
_SHARED = ("common.lua", "changes.lua", "reinforce.lua")
_WITHOUT_PERSON = {"lock", "unlock", "acquire"}


@cache
def source(script: str) -> str:
    """The text of a script, with what it shares with the others below its first line."""
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
    """By which Redis calls it."""
    return sha1(source(script).encode(), usedforsecurity=False).hexdigest()


def read_scripts() -> None:
    """Read them all: files are not to be read on the event loop later."""
    for file in (files("storage.redis") / "scripts").iterdir():
        source(file.name.removesuffix(".lua"))


class Connection:
    """A pool of connections to one Redis. Everything that goes wrong comes out as StoreError."""

    def __init__(self, url: str, *, keys: Keys, timeout_s: float) -> None:
        """Read the address; nothing is opened yet.

        Args:
            url: redis://, rediss:// or unix://, with user and password where there are any.
            keys: the names of everything that is kept.
            timeout_s: the longest that one round trip may take, in seconds.
        """
        self.keys = keys
        self._timeout_s = timeout_s
        self.timeout_ms = int(timeout_s * 1_000)
        self.heal: Callable[[], Awaitable[None]] = _cannot_heal
        """Builds the index anew; set by whoever knows its schema."""
        try:
            pool: ConnectionPool = ConnectionPool.from_url(
                url,
                max_connections=CONNECTIONS,
                # `limited` sets one: the client's own, anew for each part, take longer than a PING.
                socket_timeout=None,
                socket_connect_timeout=None,
                # Without repetition: an answer that was lost says nothing about what was done, and
                # a second `archive` would truthfully answer that there was nothing left to do.
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        except (ValueError, TypeError):
            # Not chained: the message may quote the address, and with it the password.
            reason = "its address cannot be read; expected redis://user:password@host:6379/0"
            raise StoreMisconfigured(reason=reason) from None
        self.client: Redis = Redis(connection_pool=pool)
        """To be used in `limited` alone."""
        self._room = asyncio.Semaphore(CONNECTIONS)
        self.address = _address(pool.connection_kwargs)

    async def send(self, *command: Value) -> Any:  # noqa: ANN401 as the command answers
        """One command."""
        [answer] = await self.pipeline([command])
        return answer

    async def pipeline(self, commands: Iterable[Command], *, atomic: bool = False) -> list[Any]:
        """Several commands in one round trip; atomic: in one transaction."""
        commands = list(commands)
        try:
            return await self.attempt(commands, atomic=atomic)
        except IndexMissing:
            # Somebody emptied the database under an open store.
            await self.heal()
        try:
            return await self.attempt(commands, atomic=atomic)
        except IndexMissing as error:
            raise StoreUnavailable(reason="the search index of Redis is missing") from error

    async def search(self, commands: Sequence[Command]) -> list[Any]:
        """Several commands in one round trip, their answers as they come.

        What `pipeline` does, at half its price: it packs commands in Python, and one by one.
        """
        try:
            return await self._send_all(commands)
        except IndexMissing:
            return await self.pipeline(commands)

    async def run(self, script: str, key: str, *values: Value) -> Any:  # noqa: ANN401
        """Run a script: one atomic step. `key` is the person's (see common.lua)."""
        [answer] = await self.run_all(script, [(key, *values)])
        return answer

    async def run_all(
        self, script: str, calls: Iterable[Command], *, keys: int = 1, atomic: bool = False
    ) -> list[Any]:
        """Run a script several times in one round trip; atomic: all or nothing."""
        commands = [("EVALSHA", _name(script), keys, *call) for call in calls]
        # One script is atomic by itself.
        several = atomic and len(commands) > 1
        attempt = partial(self.attempt, atomic=True) if several else self._send_all
        try:
            return await attempt(commands)
        except NoScriptError:
            # Redis is new, or was started anew, and does not know it: none of the calls ran.
            await self.send("SCRIPT LOAD", source(script))
        return await attempt(commands)

    async def scan(self, pattern: str) -> AsyncIterator[list[bytes]]:
        """The keys that match, in batches; some may come twice."""
        cursor = 0
        while True:
            answer = await self.send("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT)
            cursor = int(answer[0])
            if answer[1]:
                yield answer[1]
            if cursor == 0:
                return

    async def close(self) -> None:
        """Let go of every connection."""
        with mapped_errors():
            await self.client.aclose()
            await self.client.connection_pool.disconnect()

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[None]:
        """A connection's worth of room, waited for without end, and then `timeout_s` to use it."""
        with mapped_errors():
            async with self._room, asyncio.timeout(self._timeout_s):
                yield

    async def attempt(self, commands: Sequence[Command], *, atomic: bool = False) -> list[Any]:
        """The same, without healing. Raises IndexMissing."""
        async with self.limited():
            if len(commands) == 1:
                # redis-py leaves its oldest method without types.
                one = self.client.execute_command(*commands[0])  # type: ignore[no-untyped-call]
                return [await one]
            pipe = self.client.pipeline(transaction=atomic)
            for command in commands:
                pipe.execute_command(*command)
            # The client's own way to raise would quote the command, and so what somebody said.
            answers = list(await pipe.execute(raise_on_error=False))
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return answers

    async def _send_all(self, commands: Sequence[Command]) -> list[Any]:
        """What is sent with every message, past what the client does with every command."""
        # Its stub allows for a single argument.
        packed = b"".join(pack_command(tuple(command)) for command in commands)  # type: ignore[arg-type]
        pool = self.client.connection_pool
        async with self.limited():
            connection = await pool.get_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.send_packed_command(packed)
                answers = [await _answer(connection) for _ in commands]
            except BaseException:
                # Whoever comes next must not read what is left of these answers.
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
    """Where Redis is, without user and password: for messages."""
    if "path" in options:
        return f"unix://{options['path']}"
    host, port = options.get("host", "localhost"), options.get("port", 6379)
    return f"redis://{host}:{port}/{options.get('db', 0)}"
