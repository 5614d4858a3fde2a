"""A server on loopback that plays the hub, and another that has the files, as the hub's CDN.

The hub answers `/REPOSITORY/resolve/REVISION/FILE` as https://huggingface.co does: with a redirect
to a signed address on the other host, and with the checksum of the file in `X-Linked-Etag`. The
other host takes that address for GET alone, and knows Range and If-Range.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from brain.hub.chat_models import ChatModel

REPOSITORY, REVISION, FILE = "friends/Tiny-GGUF", "a" * 40, "Tiny-Q4.gguf"


def tiny_model(content: bytes, **changes: object) -> ChatModel:
    """A model whose file has this content."""
    values: dict[str, object] = {
        "name": "tiny",
        "repository": REPOSITORY,
        "revision": REVISION,
        "file": FILE,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Apache-2.0",
        "languages": ("en", "zh"),
        "context_tokens": 512,
        "cache_bytes": 1024,
        "thinks": False,
    }
    return ChatModel(**values | changes)  # type: ignore[arg-type]


@dataclass
class Request:
    """What somebody asked one of the two hosts for."""

    method: str
    path: str
    range: str | None
    if_range: str | None


@dataclass
class HubServer:
    """What the hub has, how it behaves, and what it was asked."""

    content: bytes
    url: str = ""
    cdn_url: str = ""
    states_checksum: bool = True
    knows_ranges: bool = True
    etag: str = '"first"'
    is_direct: bool = False
    """Whether the hub sends the file itself, as some mirrors do."""
    refuses_head: bool = False
    cuts: list[int] = field(default_factory=list)
    """After how many bytes each of the next answers breaks off."""
    statuses: list[int] = field(default_factory=list)
    """Errors that the next requests for the file are answered with."""
    sent: bytes | None = None
    """What is sent in place of the content, whatever checksum is stated."""
    asked: list[Request] = field(default_factory=list)
    """Requests for the bytes, in order."""
    held: threading.Event = field(default_factory=threading.Event)
    """An answer waits for it in the middle; it is set unless a test clears it."""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: HubServer
    is_cdn: bool

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub = self.hub
        path, _, query = self.path.partition("?")
        if hub.refuses_head and self.command == "HEAD":
            self._send_head(405)
        elif self.is_cdn and self.command == "GET" and query == "signature=right":
            self._send_file()
        elif path != f"/{REPOSITORY}/resolve/{REVISION}/{FILE}" or self.is_cdn:
            self._send_head(403 if self.is_cdn else 404)
        elif hub.is_direct and self.command == "GET":
            self._send_file()
        else:
            self._send_head(200 if hub.is_direct else 302, **self._about())

    def _about(self) -> dict[str, str]:
        hub = self.hub
        about = {"X-Repo-Commit": REVISION, "X-Linked-Size": str(len(hub.content))}
        if not hub.is_direct:
            about["Location"] = f"{hub.cdn_url}/blob/{hub.sha256}?signature=right"
        if hub.states_checksum:
            about["X-Linked-Etag"] = f'"{hub.sha256}"'
        return about

    def _send_head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_file(self) -> None:
        hub = self.hub
        wanted, if_range = self.headers["Range"], self.headers["If-Range"]
        hub.asked.append(Request(self.command, self.path, wanted, if_range))
        if hub.statuses:
            self._send_head(hub.statuses.pop(0))
            return
        content = hub.content if hub.sent is None else hub.sent
        begin = 0
        if wanted and hub.knows_ranges and if_range in (None, hub.etag):
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if begin >= len(content):
                self._send_head(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("ETag", hub.etag)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        self._send_bytes(content[begin:])

    def _send_bytes(self, content: bytes) -> None:
        end = self.hub.cuts.pop(0) if self.hub.cuts else None
        half = len(content) // 2
        try:
            self.wfile.write(content[: half if end is None else min(half, end)])
            self.hub.held.wait()
            self.wfile.write(content[half:end])
        except OSError:
            self.close_connection = True  # they left
        if end is not None:
            self.close_connection = True


@contextmanager
def hub_server(content: bytes) -> Iterator[HubServer]:
    """Serve on threads, so that tests and commands may block."""
    hub = HubServer(content)
    hub.held.set()
    hosts = [
        ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub, "is_cdn": is_cdn})
        )
        for is_cdn in (False, True)
    ]
    hub.url, hub.cdn_url = (f"http://127.0.0.1:{host.server_port}" for host in hosts)
    threads = [threading.Thread(target=host.serve_forever, args=(0.01,)) for host in hosts]
    for host, thread in zip(hosts, threads, strict=True):
        host.daemon_threads = True
        thread.start()
    try:
        yield hub
    finally:
        hub.held.set()
        for host, thread in zip(hosts, threads, strict=True):
            host.shutdown()
            host.server_close()
            thread.join()
