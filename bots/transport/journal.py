"""Keeps on this machine's disk what the store does not have yet, and what of a reply was sent.

    received   what came while the store was away, so that it may be confirmed to the platform
    reply      the text of a reply before it is delivered, and its messages as they are sent

A process that is killed leaves both behind, and the next one on this machine goes on from there:
what was received is handled, and a reply that was sent is not made anew. An entry is a file that
only its owner may read, and is removed as soon as the store has what it tells.

The entries of a process are in a folder of its own. It holds a lock on that folder while it lives,
by which others see at once that it is dead, and take its entries over.
"""

import json
import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

log = logging.getLogger(__name__)

IN_PROGRESS = "in-progress"
"""The folder of all journals in the data folder."""
LOCK = "lock"
_NEW = ".new"
_KEPT = ("received", "said", "sent", "is_done")


@dataclass(slots=True, eq=False)
class Entry:
    """What is kept of one message or change; a change of it is kept once it is saved."""

    file: Path | None = None
    """Where it is kept; None: nowhere, as the disk cannot be written."""
    received: str | None = None
    """The text from which it can be handled again, if the store does not have it."""
    said: str | None = None
    """The whole reply, from when its delivery begins."""
    sent: list[Any] = field(default_factory=list)
    """The platform's ids of the messages of the reply that were sent, in order."""
    is_done: bool = False
    """Whether it was handled, and is only to be removed from the store."""
    is_saved: bool = False
    """Whether there is a file."""

    def save(self) -> None:
        """Keep the entry if the disk can be written: without it, a reply may be sent twice."""
        with suppress(OSError):
            self.write()

    def write(self, *, durable: bool = False) -> None:
        """Keep the entry, also over a power cut if it is `durable`. Raises OSError."""
        if self.file is None:
            raise OSError
        new = self.file.with_name(f"{self.file.name}{_NEW}")
        text = json.dumps({name: getattr(self, name) for name in _KEPT})
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(text)
            if durable:
                opened.flush()
                os.fsync(opened.fileno())
        new.replace(self.file)
        self.is_saved = True

    def remove(self) -> None:
        """Remove the file, if there is one."""
        if self.is_saved and self.file is not None:
            self.file.unlink(missing_ok=True)
            self.is_saved = False


class Journal:
    """The entries of one process, with those that dead processes left."""

    def __init__(self, folder: Path) -> None:
        """Begin a journal, and take over what dead processes left.

        If the folder cannot be written, nothing is kept, and the log says so.

        Args:
            folder: the folder that the processes of one bot on this machine share.
        """
        self.process = uuid4().hex
        """The name of this process."""
        self.left: dict[str, Entry] = {}
        """By key, what dead processes left and this one has not begun to handle."""
        self._dead: set[str] = set()
        self._own: Path | None = None
        self._lock: int | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The folder gets its name when it is locked: others leave it alone until then.
            unnamed = folder / f".{self.process}"
            unnamed.mkdir(mode=0o700)
            self._lock = _lock(unnamed / LOCK)
            self._own = unnamed.rename(folder / self.process)
            for other in folder.iterdir():
                if other != self._own and not other.name.startswith("."):
                    self._take_over(other)
        except OSError as error:
            log.warning(
                "Nothing is kept on disk while the store is away, as %s cannot be written: %s",
                folder,
                error.strerror,
            )

    def is_dead(self, process: str) -> bool:
        """Whether a process is known to be dead; False for one on another machine."""
        return process in self._dead

    def entry(self, key: str) -> Entry:
        """Return the entry that a dead process left of a message, or a new one."""
        return self.left.pop(key, None) or Entry(self._own and self._own / quote(key, safe=""))

    def close(self) -> None:
        """Leave the folder, with what is still kept, to the next process."""
        if self._lock is not None:
            os.close(self._lock)
        self._lock = self._own = None

    def _take_over(self, folder: Path) -> None:
        """Take over the entries in the folder of another process, if that is dead."""
        if self._own is None or (lock := _lock(folder / LOCK)) is None:
            return
        try:
            for file in folder.iterdir():
                if file.name.endswith(_NEW):
                    file.unlink()
                elif file.name != LOCK:
                    own = file.replace(self._own / file.name)
                    with suppress(ValueError, TypeError):
                        kept = json.loads(own.read_text())
                        self.left[unquote(own.name)] = Entry(own, **kept, is_saved=True)
            (folder / LOCK).unlink()
        finally:
            os.close(lock)
        folder.rmdir()
        self._dead.add(folder.name)


def _lock(file: Path) -> int | None:
    """Create and lock a file until it is closed; None if it is gone or a process has locked it."""
    try:
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None
    try:
        if sys.platform == "win32":
            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened
