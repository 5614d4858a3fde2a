"""Where a Redis may be: behind TLS, at a socket; and what an address that cannot work is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from trustme import CA

from brain.errors import StoreError, StoreMisconfigured
from storage.redis.store import RedisStore
from tests.factories import DAY, IN_PRIVATE, NOON, memory, vector
from tests.redis_server import emptied, running, shared_url
from tests.storage.redis.conftest import opened


def authority(folder: Path) -> tuple[CA, Path]:
    """Who vouches for this machine, and the file that says so."""
    known, file = CA(), folder / "authority.pem"
    known.cert_pem.write_to_path(str(file))
    return known, file


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def behind_tls(url: str, voucher: CA) -> AsyncIterator[int]:
    """A port that speaks TLS and hands on to that Redis, which was built without."""
    redis = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    voucher.issue_cert("127.0.0.1").configure_cert(context)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_connection(redis.hostname, redis.port)
        await asyncio.gather(_pass_on(reader, to_redis), _pass_on(from_redis, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def remembers(store: RedisStore) -> None:
    said = memory("Lemon tea.")
    assert await store.add([said], [vector(1)]) == (said.id,)
    found = await store.search(IN_PRIVATE, text="lemon", vector=vector(1), now=NOON + DAY, limit=5)
    assert [known for known, _ in found.dense] == [known for known, _ in found.lexical] == [said]


async def test_memories_are_kept_behind_tls(tmp_path: Path, prefix: str) -> None:
    voucher, file = authority(tmp_path)
    url = shared_url()
    async with behind_tls(url, voucher) as port:
        store = await opened(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={file}", prefix)
        await remembers(store)
        await store.close()
    await emptied(url, prefix)


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, prefix: str
) -> None:
    voucher, _ = authority(tmp_path)
    async with behind_tls(shared_url(), voucher) as port:
        with pytest.raises(StoreError):
            await opened(f"rediss://127.0.0.1:{port}/0", prefix)


async def test_memories_are_kept_through_a_socket(tmp_path: Path) -> None:
    socket = tmp_path / "redis.sock"
    with running(tmp_path, "--unixsocket", str(socket)):
        store = await opened(f"unix://{socket}")
        await remembers(store)
        await store.close()


@pytest.mark.parametrize("scheme", ["redis+sentinel", "redis-sentinel", "http", "redis+cluster"])
async def test_an_address_of_another_kind_is_told_what_is_expected(scheme: str) -> None:
    with pytest.raises(StoreMisconfigured, match="expected redis://") as told:
        await RedisStore.open(f"{scheme}://user:hunter2@127.0.0.1:26379/mymaster/0")
    assert "hunter2" not in str(told.value)
