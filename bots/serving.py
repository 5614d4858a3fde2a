"""Serves platforms in one process, from their start to a clean stop, with health checks.

    start    all platforms start at once
    serve    they answer until SIGTERM or SIGINT; one that ends with an error ends no other
    stop     each takes no new messages and finishes those in progress, for a limited time
    cancel   what is not finished by then is cancelled; a second signal does this at once

A message whose reply is cancelled is answered after the next start, since the inbox keeps it.
Upkeep and consolidation run in the background.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web

from bots.error_texts import error_text, log_unexpected
from bots.housekeeping import housekeeping_beside
from bots.platform import Platform, PlatformError
from bots.services import Services
from bots.settings.answering_model import consolidates
from bots.settings.loading import interface_language
from bots.settings.root import Settings
from brain.asyncio_tasks import cancel_and_wait
from brain.errors import SiliconfriendError

log = logging.getLogger(__name__)

STOP_LIMIT_S = 20.0
"""Seconds that replies in progress may take to end; containers are killed after 30 by default."""
LOOPBACK = "127.0.0.1"
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class PortTaken(PlatformError):
    """A port cannot be listened on. Values: `host`, `port`, `reason`."""

    key = "serving-port-taken"


async def serve(
    services: Services,
    platforms: Sequence[Platform],
    *,
    stop_limit_s: float = STOP_LIMIT_S,
    health_port: int | None = None,
) -> None:
    """Serve platforms until a signal comes, or all of them have ended.

    One that ends early is named in the log, and makes `/healthz` answer 503.

    Args:
        services: what the platforms share.
        platforms: the platforms, at least one.
        stop_limit_s: the longest that stopping may take, in seconds.
        health_port: the port of `/healthz` on loopback; None serves no health checks.

    Raises:
        PlatformError: the first platform that could not be served, after all others have ended.
    """
    stopping = asyncio.Event()
    async with AsyncExitStack() as stack:
        if health_port is not None:
            await stack.enter_async_context(serve_health(platforms, port=health_port))
        consolidating = consolidates(services.settings)
        await stack.enter_async_context(
            housekeeping_beside(services.companion, consolidating=consolidating)
        )
        serving = [asyncio.create_task(platform.serve()) for platform in platforms]
        stack.push_async_callback(_cancel_and_log, serving)
        stack.enter_context(_stop_on_signals(stopping, serving))
        signalled = asyncio.create_task(stopping.wait())
        try:
            await _until_all_ended(signalled, platforms, serving, services.settings)
        finally:
            signalled.cancel()
        await _stop(platforms, serving, limit_s=stop_limit_s)
    for task in serving:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _until_all_ended(
    signalled: asyncio.Task[Any],
    platforms: Sequence[Platform],
    serving: Sequence[asyncio.Task[None]],
    settings: Settings,
) -> None:
    """Return when a signal has come or all platforms have ended; log each that ends before."""
    names = {task: platform.name for task, platform in zip(serving, platforms, strict=True)}
    left = set(serving)
    while left and not signalled.done():
        done, _ = await asyncio.wait([signalled, *left], return_when=asyncio.FIRST_COMPLETED)
        ended, left = left & done, left - done
        for task in ended if left and not signalled.done() else ():
            error = None if task.cancelled() else task.exception()
            if isinstance(error, SiliconfriendError):
                reason = error_text(error, interface_language(settings))
                log.error("%s is not served any more, the others are: %s", names[task], reason)
            elif isinstance(error, Exception):
                log_unexpected(log, f"{names[task]} is not served any more, the others are", error)


@asynccontextmanager
async def serve_health(platforms: Sequence[Platform], *, port: int) -> AsyncIterator[int]:
    """Serve `/healthz` on loopback while the block runs.

    It answers 200 if all platforms are healthy, else 503, with the health of each by name. Yields
    the port, which the system chooses if `port` is 0. Raises PortTaken.
    """

    async def health(_: web.Request) -> web.Response:
        healthy = {platform.name: platform.is_healthy for platform in platforms}
        return web.json_response(healthy, status=200 if all(healthy.values()) else 503)

    app = web.Application()
    app.router.add_get("/healthz", health)
    async with serve_app(app, host=LOOPBACK, port=port) as chosen:
        yield chosen


@asynccontextmanager
async def serve_app(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve a web application while the block runs, and yield its port. Raises PortTaken."""
    # Requests are answered quickly here, so that stopping need not wait long for them.
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
    """Ask all platforms to stop, and wait for `limit_s` at most until they have."""
    stops = [asyncio.create_task(platform.stop()) for platform in platforms]
    # The tasks that serve end once their platform has stopped, or a second signal cancels them.
    _, late = await asyncio.wait([*stops, *serving], timeout=limit_s)
    if late:
        log.warning("What was not finished in time is answered after the next start.")
    await _cancel_and_log(stops)


async def _cancel_and_log(tasks: Sequence[asyncio.Task[None]]) -> None:
    await cancel_and_wait(tasks)
    for task in tasks:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception) and not isinstance(error, PlatformError):
            log_unexpected(log, "A platform ended with an error", error)


@contextmanager
def _stop_on_signals(
    stopping: asyncio.Event, serving: Sequence[asyncio.Task[None]]
) -> Iterator[None]:
    """Set `stopping` at the first signal while the block runs; cancel `serving` at the second."""
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
        # On Windows, Ctrl-C cancels the main task, which ends the serving ones as well.
        yield
        return
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
