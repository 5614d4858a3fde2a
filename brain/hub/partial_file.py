"""Keeps what has come of a download, so that it can go on where it was interrupted."""

import errno
import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from brain.hub.errors import DiskFull, DownloadDamaged, FolderUnusable

RESERVE_BYTES = 256 * 1024 * 1024
"""Room in bytes that a download leaves on the disk."""
_PIECE = 1 << 20


class PartialFile:
    """The part of a file that has come, beside the place of the whole one.

    It is `FILE.part`, and `FILE.part.json` has the checksum of the whole file and the last ETag. It
    stays when it is closed, until `finish` has made it the whole file.
    """

    def __init__(self, target: Path, *, sha256: str, size: int) -> None:
        """Takes the place, the checksum and the length in bytes of the whole file."""
        self._target, self._sha256, self._whole = target, sha256, size
        self._path = target.with_name(f"{target.name}.part")
        self._notes = target.with_name(f"{target.name}.part.json")
        self._file: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self.size = 0
        """Bytes that are there."""
        self.etag: str | None = None
        """The strong ETag that the bytes came with, if the server gave one."""

    def open(self) -> None:
        """Opens the part and reads it, which takes some seconds for gigabytes.

        A part of a file with another checksum is removed.

        Raises:
            FolderUnusable: the folder cannot be written.
        """
        try:
            notes = self._read_notes()
            if notes.get("sha256") != self._sha256 or self._length() > self._whole:
                self._path.unlink(missing_ok=True)
                notes = {}
            # Unbuffered: what has come is in the file at once.
            self._file = self._path.open("a+b", buffering=0)
            self._file.seek(0)
            while piece := self._file.read(_PIECE):
                self._digest.update(piece)
                self.size += len(piece)
            self.remember(notes.get("etag"))
        except OSError as exc:
            raise self._unusable(exc) from exc

    def close(self) -> None:
        """Closes the part, which stays if anything has come."""
        if self._file:
            self._file.close()
            if not self.size:
                self._unlink()

    def check_disk(self) -> None:
        """Raises DiskFull if what is missing does not fit on the disk."""
        free = shutil.disk_usage(self._target.parent).free
        if free < self._whole - self.size + RESERVE_BYTES:
            raise self._disk_full(free)

    def remember(self, etag: str | None) -> None:
        """Notes the ETag of what is coming now; a weak one does not tell bytes apart."""
        self.etag = etag if etag and not etag.startswith("W/") else None
        self._notes.write_text(json.dumps({"sha256": self._sha256, "etag": self.etag}), "utf-8")

    def restart(self) -> None:
        """Throws away what has come."""
        self._opened.truncate(0)
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Adds what follows.

        Raises:
            DownloadDamaged: it is longer than the file is to be.
            DiskFull, FolderUnusable: it cannot be written.
        """
        if self.size + len(piece) > self._whole:
            self._remove()
            raise DownloadDamaged(file=self._target.name)
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[self._opened.write(rest) :]
        except OSError as exc:
            if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise self._disk_full(0) from exc
            raise self._unusable(exc) from exc
        self._digest.update(piece)
        self.size += len(piece)

    def finish(self) -> None:
        """Puts the whole file in its place.

        Raises:
            DownloadDamaged: its checksum is not the one that was expected; it is removed.
            FolderUnusable: the file cannot be put there.
        """
        if self._digest.hexdigest() != self._sha256:
            self._remove()
            raise DownloadDamaged(file=self._target.name)
        try:
            os.fsync(self._opened.fileno())
            self._opened.close()
            self._path.replace(self._target)
            self._notes.unlink(missing_ok=True)
        except OSError as exc:
            raise self._unusable(exc) from exc

    @property
    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise RuntimeError("open() has to come first")
        return self._file

    def _length(self) -> int:
        with suppress(FileNotFoundError):
            return self._path.stat().st_size
        return 0

    def _read_notes(self) -> dict[str, str | None]:
        try:
            notes = json.loads(self._notes.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return notes if isinstance(notes, dict) else {}

    def _remove(self) -> None:
        self.restart()
        self._unlink()

    def _unlink(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            self._notes.unlink(missing_ok=True)

    def _disk_full(self, free: int) -> DiskFull:
        missing = self._whole - self.size + RESERVE_BYTES
        return DiskFull(
            path=str(self._target.parent), needed=round(missing / 1e9, 1), free=round(free / 1e9, 1)
        )

    def _unusable(self, exc: OSError) -> FolderUnusable:
        reason = exc.strerror or type(exc).__name__
        return FolderUnusable(path=str(self._target.parent), reason=reason)
