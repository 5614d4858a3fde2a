"""Checks a whole file before any of it is imported, and says what it holds."""

import json
import stat
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from brain.ids import MemoryId, PlaceId
from brain.memory.periods import Group, node_id
from brain.memory.record import Kind
from brain.messages import Person
from brain.transfer.export_format import is_export, read_memories, read_person
from brain.transfer.import_errors import refuse
from brain.transfer.memorybank import Bank, is_bank, read_bank

BANK_MEBIBYTES = 64
"""The largest MemoryBank file, because it is parsed as a whole, in several times its size."""

Days = frozenset[tuple[date, PlaceId | None]]
"""The days of which a file holds the summary, as the date and place of a `StaleDay`."""


@dataclass(frozen=True, slots=True)
class CheckedExport:
    """What the check of an export found."""

    owner: Person
    total: int
    """Number of memories."""
    nodes: Mapping[MemoryId, tuple[PlaceId | None, Kind, str]]
    """By id, the place, kind and period of each memory in the tree of summaries."""
    days: Days
    kinds: Counter[Kind]
    """Number of memories of each kind."""
    turn_days: Days
    """The days of which it holds turns."""


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        BadImport: it does not exist, is no regular file, or cannot be opened.
    """
    try:
        # Checked before the file is opened, because opening a pipe or a device may block for ever.
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise refuse("import-directory", path=path)
        if not stat.S_ISREG(mode):
            raise refuse("import-not-a-file", path=path)
        return path.open("rb")
    except FileNotFoundError as error:
        raise refuse("import-missing", path=path) from error
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise refuse("import-unreadable", path=path, problem=problem) from error


def check(file: BinaryIO, path: Path) -> Bank | CheckedExport:
    """Read all of a file, and return the bank that it is or what is to be known of the export.

    Raises:
        BadImport: the file is neither, or a line of it is wrong.
    """
    try:
        if is_export(file):
            owner = read_person(file, path)
            total = 0
            nodes: dict[MemoryId, tuple[PlaceId | None, Kind, str]] = {}
            days: set[tuple[date, PlaceId | None]] = set()
            turn_days: set[tuple[date, PlaceId | None]] = set()
            kinds: Counter[Kind] = Counter()
            for memory in read_memories(file, path, person_id=owner.id):
                total += 1
                kinds[memory.kind] += 1
                if memory.kind is Kind.TURN:
                    turn_days.add((memory.day, None if memory.private else memory.place))
                    continue
                for place in (None, memory.place):
                    if memory.id != node_id(Group(owner.id, place), memory.kind, memory.period):
                        continue
                    nodes[memory.id] = place, memory.kind, memory.period
                    if memory.kind is Kind.DAY and memory.archived_at is None:
                        with suppress(ValueError):
                            days.add((date.fromisoformat(memory.period), place))
            return CheckedExport(owner, total, nodes, frozenset(days), kinds, frozenset(turn_days))
        return _bank_in(file.read((BANK_MEBIBYTES << 20) + 1), path)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise refuse("import-unreadable", path=path, problem=problem) from error


def _bank_in(raw: bytes, path: Path) -> Bank:
    if len(raw) > BANK_MEBIBYTES << 20:
        raise refuse("import-too-big", path=path, limit=BANK_MEBIBYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("import-not-utf8", path=path) from error
    if not text.strip():
        raise refuse("import-empty", path=path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse("import-not-json", path=path, line=error.lineno, problem=error.msg) from error
    except (ValueError, RecursionError) as error:
        raise refuse("import-not-json", path=path, problem=str(error)) from error
    if not is_bank(data):
        raise refuse("import-wrong-shape", path=path)
    bank = read_bank(data)
    if not bank.people:
        raise refuse("import-nobody", path=path)
    return bank
