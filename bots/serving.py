"""Serves platforms in one process, from their start to a clean stop, with health checks.

    start    all of them side by side; one that cannot be served brings the others down
    serve    until SIGTERM or SIGINT
    stop     each takes nothing new and finishes what is in flight, for a bounded time
    cut off  what is not finished by then; a second signal does so at once

What is cut off is answered after the next start, for it is kept in the inbox. Upkeep and summaries
go on beside.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from aiohttp import web

from bots.bootstrap import consolidates
from bots.housekeeping import housekeeping_beside
from bots.platform import Platform, PlatformError
from bots.services import Services
from brain.tasks import cancel_and_wait

log = logging.getLogger(__name__)

STOP_LIMIT_S = 20.0
"""How long replies in flight may take to end; a container is killed after 30 by default."""
LOOPBACK = "127.0.0.1"
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class PortTaken(PlatformError):
    """Values: `host`, `port`, `reason`."""

    key = "serving-port-taken"


async def serve(
    services: Services,
    platforms: Sequence[Platform],
    *,
    stop_limit_s: float = STOP_LIMIT_S,
    health_port: int | None = None,
) -> None:
    """Serve them all until a signal comes, or one of them fails.

    Args:
        services: what they share.
        platforms: at least one.
        stop_limit_s: the longest that stopping may take, in seconds.
        health_port: of `/healthz` on loopback; None: there is none.

    Raises:
        PlatformError: of the first that could not be served, after the others have stopped.
    """
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        if health_port is not None:
            await stack.enter_async_context(serve_health(platforms, port=health_port))
        keeping = consolidates(services.settings)
        await stack.enter_async_context(
            housekeeping_beside(services.companion, consolidating=keeping)
        )
        serving = [asyncio.create_task(platform.serve()) for platform in platforms]
        stack.push_async_callback(_cancel_and_log, serving)
        stack.enter_context(_stop_on_signals(stopping, serving))
        asked = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait([asked, *serving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
        await _stop(platforms, serving, limit_s=stop_limit_s)
    for task in serving:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


@asynccontextmanager
async def serve_health(platforms: Sequence[Platform], *, port: int) -> AsyncIterator[int]:
    """`/healthz` on loopback while the block runs: 200 if all are well, 503 if one is not.

    Gives the port, which is chosen by the system if `port` is 0. Raises PortTaken.
    """

    async def health(_: web.Request) -> web.Response:
        found = {platform.name: platform.is_healthy for platform in platforms}
        return web.json_response(found, status=200 if all(found.values()) else 503)

    app = web.Application()
    app.router.add_get("/healthz", health)
    async with serve_app(app, host=LOOPBACK, port=port) as chosen:
        yield chosen


@asynccontextmanager
async def serve_app(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve a web application while the block runs; gives the port. Raises PortTaken."""
    # Requests are small and quick here: none is worth waiting for at the end.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as exc:
            reason = exc.strerror or type(exc).__name__
            raise PortTaken(host=host, port=str(port), reason=reason) from exc
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _stop(
    platforms: Sequence[Platform], serving: Sequence[asyncio.Task[None]], *, limit_s: float
) -> None:
    """Ask all platforms to stop, and wait for what is in flight, for `limit_s` at most."""
    stops = [asyncio.create_task(platform.stop()) for platform in platforms]
    # Those who serve end by themselves when stopped, or were cut off by a second signal.
    _, late = await asyncio.wait([*stops, *serving], timeout=limit_s)
    if late:
        log.warning("What was not finished in time is answered after the next start.")
    await _cancel_and_log(stops)


async def _cancel_and_log(tasks: Sequence[asyncio.Task[None]]) -> None:
    await cancel_and_wait(tasks)
    for task in tasks:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception) and not isinstance(error, PlatformError):
            # Only the kind: the message of a foreign error may quote what a person said.
            log.error("A platform ended with an error: %s", type(error).__name__)


@contextmanager
def _stop_on_signals(
    stopping: asyncio.Event, serving: Sequence[asyncio.Task[None]]
) -> Iterator[None]:
    """Stop at the first signal while the block runs, and cut off at the second."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stopping.is_set():
            for task in serving:
                task.cancel()
        stopping.set()

    try:
        for number in SIGNALS:
            loop.add_signal_handler(number, on_signal)
    except NotImplementedError:
        # Windows: Ctrl-C cancels the main task, which ends the serving ones as well.
        yield
        return
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
