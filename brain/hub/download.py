"""Downloads the file of a chat model from the hub, or from a mirror of it.

A download that breaks off goes on by itself, and after an interruption with the next call. What has
come is held against the checksum that the hub states and that is listed here as well, so that a
mirror can send no other file.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
from filelock import FileLock, Timeout

from brain.hub.chat_models import ChatModel
from brain.hub.errors import (
    DownloadRunning,
    FileDiffers,
    FileNotOnHub,
    FolderUnusable,
    HubRefused,
    HubUnreachable,
)
from brain.hub.partial_file import PartialFile
from brain.network import failure_values, route_to

CONNECT_TIMEOUT_S = 10.0
SILENCE_S = 30.0
"""Seconds of silence after which the connection counts as broken."""
MOST_FAILURES = 5
"""Times in a row that a download may break off without anything having come."""
LONGEST_PAUSE_S = 30.0
_MOST_REDIRECTS = 5
_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')
_PARTIAL, _NOT_FOUND, _UNSATISFIABLE = 206, 404, 416
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

Progress = Callable[[int, int], None]
"""Is told the bytes that are there, and those of the whole file."""


class _Broken(Exception):
    """A connection ended early, or the hub is too busy; another attempt may help."""


class Downloads:
    """The folder of downloaded models, and the way to fill it."""

    def __init__(
        self,
        *,
        folder: Path,
        hub_url: str,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Takes the place of the models without looking at it.

        Args:
            folder: where the models lie; it is created when the first one is downloaded.
            hub_url: address of the hub or of a mirror with the same paths.
            pause: waits for that many seconds, between two attempts.
        """
        self.folder = folder
        self._hub_url = hub_url.rstrip("/")
        self._host = urlsplit(hub_url).netloc.rpartition("@")[2]
        """What errors name: the address may hold a password."""
        self._pause = pause

    def path_of(self, model: ChatModel) -> Path:
        """Returns where the model's file lies, or will lie."""
        return self.folder / model.file

    def has(self, model: ChatModel) -> bool:
        """Whether the whole file is there; its checksum was compared when it came."""
        try:
            return self.path_of(model).stat().st_size == model.size
        except OSError:
            return False

    async def fetch(self, model: ChatModel, *, progress: Progress) -> Path:
        """Returns the path of the model's file, after downloading what is missing of it.

        Raises:
            HubUnreachable, HubRefused, FileNotOnHub: the hub does not give it.
            FileDiffers, DownloadDamaged: the hub has another file, or sent one.
            DiskFull, FolderUnusable: there is no room for it.
            DownloadRunning: another process is downloading it.
            ProxyUnusable, CertificatesUnusable: the environment names what cannot be used.
        """
        target = self.path_of(model)
        try:
            # Memories may lie in the folder above.
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            lock = FileLock(target.with_name(f"{target.name}.lock")).acquire(blocking=False)
        except Timeout as exc:
            raise DownloadRunning(file=model.file) from exc
        except OSError as exc:
            reason = exc.strerror or type(exc).__name__
            raise FolderUnusable(path=str(self.folder), reason=reason) from exc
        part = PartialFile(target, sha256=model.sha256, size=model.size)
        with lock, closing(part):
            if not self.has(model):
                # A part of some gigabytes takes seconds to read.
                await asyncio.to_thread(part.open)
                part.check_disk()
                await self._complete(model, part, progress)
        return target

    async def _complete(self, model: ChatModel, part: PartialFile, progress: Progress) -> None:
        async with self._client() as client:
            failures, compared = 0, False
            while part.size < model.size:
                before = part.size
                try:
                    if not compared:
                        await self._compare(client, model)
                        compared = True
                    await self._receive(client, model, part, progress)
                except (httpx2.RequestError, _Broken) as exc:
                    failures = 0 if part.size > before else failures + 1
                    if failures >= MOST_FAILURES:
                        raise self._unreachable(exc) from exc
                    await self._pause(min(2.0**failures, LONGEST_PAUSE_S))
            part.finish()

    async def _compare(self, client: httpx2.AsyncClient, model: ChatModel) -> None:
        """Raises FileDiffers if the hub states another checksum than the listed one.

        The hub states it with its redirect to the server that has the file. Redirects are followed
        only within the hub, because that server may refuse HEAD.
        """
        url = self._url(model)
        try:
            for _ in range(_MOST_REDIRECTS):
                response = await client.head(url)
                following = urljoin(url, response.headers.get("location", ""))
                elsewhere = urlsplit(following).netloc != urlsplit(url).netloc
                stated = response.headers.get("x-linked-etag")
                if stated or elsewhere or not response.is_redirect:
                    break
                url = following
        except httpx2.RequestError as exc:
            # Nothing has come yet: where the hub is blocked, nobody should wait for more attempts.
            raise self._unreachable(exc) from exc
        if response.is_success:
            stated = stated or response.headers.get("etag")
        elif response.status_code == _NOT_FOUND or response.status_code in _BUSY:
            # Whatever else is refused, a mirror may refuse only HEAD.
            self._check_status(response, model)
        # A server that gives no checksum has an ETag of its own, which tells nothing.
        found = _SHA256.fullmatch(stated or "")
        if found and found[1] != model.sha256:
            raise FileDiffers(address=self._host, file=model.file)

    async def _receive(
        self, client: httpx2.AsyncClient, model: ChatModel, part: PartialFile, progress: Progress
    ) -> None:
        """Receives what is missing, by a request that begins at the hub.

        The address that it redirects to is valid for a limited time, so that it is not kept.
        """
        headers = {}
        if part.size:
            headers["Range"] = f"bytes={part.size}-"
            if part.etag:
                headers["If-Range"] = part.etag
        async with client.stream(
            "GET", self._url(model), headers=headers, follow_redirects=True
        ) as response:
            if part.size and response.status_code == _UNSATISFIABLE:
                part.restart()
                raise _Broken
            self._check_status(response, model)
            if not _continues(response, part.size, model.size):
                part.restart()
                if response.status_code == _PARTIAL:
                    raise _Broken
            part.remember(response.headers.get("etag"))
            progress(part.size, model.size)
            async for piece in response.aiter_raw():
                # A piece has 64 KiB at most: it takes a tenth of a millisecond.
                part.write(piece)
                progress(part.size, model.size)
        if part.size < model.size:
            raise _Broken

    def _check_status(self, response: httpx2.Response, model: ChatModel) -> None:
        if response.status_code == _NOT_FOUND:
            raise FileNotOnHub(address=self._host, file=model.file)
        if response.status_code in _BUSY:
            raise _Broken
        if not response.is_success:
            raise HubRefused(address=self._host, status=response.status_code)

    def _url(self, model: ChatModel) -> str:
        return f"{self._hub_url}/{model.repository}/resolve/{model.revision}/{model.file}"

    def _client(self) -> httpx2.AsyncClient:
        route = route_to(self._hub_url)
        return httpx2.AsyncClient(
            timeout=httpx2.Timeout(SILENCE_S, connect=CONNECT_TIMEOUT_S),
            headers={"Accept-Encoding": "identity"},
            trust_env=False,
            proxy=httpx2.Proxy(**route.proxy_arguments) if route.proxy else None,
            verify=route.tls,
        )

    def _unreachable(self, error: Exception) -> HubUnreachable:
        return HubUnreachable(address=self._host, **failure_values(error, self._hub_url))


def _continues(response: httpx2.Response, begun: int, whole: int) -> bool:
    """Whether a response goes on behind the first `begun` bytes of a file of `whole` bytes."""
    if response.status_code != _PARTIAL:
        return begun == 0
    found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    return found is not None and int(found[1]) == begun and found[2] in {str(whole), "*"}
