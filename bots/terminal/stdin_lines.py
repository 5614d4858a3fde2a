"""Reads standard input as messages, one per line, in limited memory."""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator

from brain.errors import BadInput, MessageTooLong, NotText

CHUNK = 65_536
"""Most bytes of one read."""
_CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that do not begin a character."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineSplitter:
    """Splits bytes into lines of text, and keeps only the length of a line that is too long."""

    def __init__(self, *, limit: int) -> None:
        """Begin with no bytes; `limit` is the most characters of a line."""
        self._limit = limit
        self._most_bytes = 4 * limit
        self._kept = bytearray()
        self._characters = 0
        self._begun = False
        self._first = True

    def feed(self, chunk: bytes) -> list[str | BadInput]:
        """Return the lines that end in a chunk, with an error in place of each unusable one."""
        *ended, rest = chunk.split(b"\n")
        lines = []
        for part in ended:
            self._take(part)
            lines.append(self._line())
        if rest:
            self._take(rest)
        return lines

    def finish(self) -> list[str | BadInput]:
        """Return the last line, if no line end follows it."""
        return [self._line()] if self._begun else []

    def _take(self, part: bytes) -> None:
        self._begun = True
        self._characters += len(part.translate(None, _CONTINUATION))
        if len(self._kept) <= self._most_bytes:
            self._kept += part[: self._most_bytes + 1 - len(self._kept)]

    def _line(self) -> str | BadInput:
        raw, characters = bytes(self._kept), self._characters
        self._kept.clear()
        self._characters, self._begun = 0, False
        if self._first:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
            self._first = False
        if len(raw) > self._most_bytes:
            return MessageTooLong(length=characters, limit=self._limit)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return NotText()


async def read_lines(descriptor: int, *, limit: int) -> AsyncGenerator[str | BadInput, None]:
    """Yield the lines of a file, pipe or terminal, or an error for each unusable line.

    Args:
        descriptor: the file descriptor, which is read at most one chunk ahead.
        limit: most characters of a line.
    """
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    wanted = threading.Semaphore(1)

    def read() -> None:
        # A buffered read would hold a lock that the interpreter needs to exit, and a thread of a
        # pool would make Ctrl-C wait for the next line.
        while True:
            wanted.acquire()
            try:
                chunk = os.read(descriptor, CHUNK)
            except OSError:
                chunk = b""
            try:
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)
            except RuntimeError:
                return  # the loop is closed
            if not chunk:
                return

    threading.Thread(target=read, name="stdin", daemon=True).start()
    splitter = LineSplitter(limit=limit)
    while chunk := await chunks.get():
        for line in splitter.feed(chunk):
            yield line
        wanted.release()
    for line in splitter.finish():
        yield line
