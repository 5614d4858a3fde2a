"""Writes and reads the export format: JSON Lines in UTF-8, one person a file.

    {"siliconfriend": "export", "version": 2, "exported_at": ..., "person": {...}}
    one memory a line (`brain.memory.codec`), alive and archived alike
    {"siliconfriend": "end", "memories": 2}

The last line reveals a file that was cut off. Version 1, which had neither joined accounts nor the
periods and ends of memories, is read as well.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from brain.ids import PersonId
from brain.memory.codec import BadRecord, Moment, Text, decode, format_time, to_line
from brain.memory.record import Memory
from brain.messages import Person
from brain.transfer.import_errors import refuse

FORMAT = 2
"""The version that is written."""
LINE_MEBIBYTES = 16
"""The longest line that is read: far longer than any turn, and small enough for memory."""

_MARK = "siliconfriend"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Person(_Strict):
    id: Text = Field(min_length=1)
    name: Text
    zone: Text
    language: Text | None
    same_as: Text | None = None
    accounts: Annotated[tuple[Text, ...], Field(strict=False)] = ()


class _Header(_Strict):
    siliconfriend: Literal["export"]
    version: Literal[1, 2]
    exported_at: Moment
    person: _Person


class _End(_Strict):
    siliconfriend: Literal["end"]
    memories: int = Field(ge=0)


def header_line(person: Person, *, exported_at: datetime) -> str:
    """Returns the first line of an export."""
    return _line(
        {
            _MARK: "export",
            "version": FORMAT,
            "exported_at": format_time(exported_at),
            "person": {
                "id": person.id,
                "name": person.name,
                "zone": person.zone.key,
                "language": person.language,
                "same_as": person.same_as,
                "accounts": list(person.accounts),
            },
        }
    )


def memory_line(memory: Memory) -> str:
    """Returns the line of one memory."""
    return to_line(memory) + "\n"


def end_line(memories: int) -> str:
    """Returns the last line of an export, which states how many memories it has."""
    return _line({_MARK: "end", "memories": memories})


def is_export(file: BinaryIO) -> bool:
    """Returns whether a file begins as an export does, and rewinds it."""
    start = file.readline(LINE_MEBIBYTES << 20).removeprefix(_BYTE_ORDER_MARK)
    file.seek(0)
    try:
        header = json.loads(start)
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and header.get(_MARK) == "export"


def read_person(file: BinaryIO, path: Path) -> Person:
    """Returns the person whose export a file is, from its first line.

    Raises:
        BadImport: the first line is no valid header, or a newer version wrote it.
    """
    _, data = next(_objects(file, path))
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise refuse("import-too-new", path=path, line=1, found=version, known=FORMAT)
    try:
        header = _Header.model_validate(data)
    except ValidationError as error:
        raise refuse(
            "import-header", path=path, line=1, problem=str(BadRecord.of(error))
        ) from error
    person = header.person
    zone = _zone(person.zone, path=path, line=1)
    return Person(
        PersonId(person.id),
        person.name,
        zone,
        person.language,
        PersonId(person.same_as) if person.same_as is not None else None,
        tuple(map(PersonId, person.accounts)),
    )


def read_memories(file: BinaryIO, path: Path, *, person_id: PersonId) -> Iterator[Memory]:
    """Yields the memories of an export, from its beginning, in constant space.

    Args:
        file: the export; it is rewound first.
        path: the path that errors name.
        person_id: id of the person to whom all memories must belong.

    Raises:
        BadImport: at the first line that is wrong; a file is known to be whole only when all of
            its memories have been read.
    """
    objects = _objects(file, path)
    next(objects, None)
    for found, (line, data) in enumerate(objects):
        if isinstance(data, dict) and _MARK in data:
            _check_end(data, found, path=path, line=line)
            if extra := next(objects, None):
                raise refuse("import-after-end", path=path, line=extra[0])
            return
        try:
            memory = decode(data)
        except BadRecord as error:
            key = "import-field" if error.field else "import-record"
            raise refuse(
                key, path=path, line=line, field=error.field, problem=error.problem
            ) from error
        _zone(memory.zone, path=path, line=line)
        if memory.person != person_id:
            raise refuse(
                "import-other-person", path=path, line=line, found=memory.person, expected=person_id
            )
        yield memory
    raise refuse("import-cut-off", path=path)


def _check_end(data: dict[str, object], found: int, *, path: Path, line: int) -> None:
    try:
        end = _End.model_validate(data)
    except ValidationError as error:
        bad = BadRecord.of(error)
        raise refuse(
            "import-field", path=path, line=line, field=bad.field, problem=bad.problem
        ) from error
    if end.memories != found:
        raise refuse("import-count", path=path, line=line, stated=end.memories, found=found)


def _objects(file: BinaryIO, path: Path) -> Iterator[tuple[int, object]]:
    """Yield the number and the value of each line that is not blank."""
    file.seek(0)
    limit = LINE_MEBIBYTES << 20
    number = 0
    while raw := file.readline(limit + 1):
        number += 1
        if len(raw) > limit:
            raise refuse("import-line-too-long", path=path, line=number, limit=LINE_MEBIBYTES)
        if number == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if not raw.strip():
            continue
        try:
            data = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            # Only the last line of a file can lack its line end: the file was cut off.
            if not raw.endswith(b"\n"):
                raise refuse("import-cut-off", path=path, line=number) from error
            if isinstance(error, UnicodeDecodeError):
                raise refuse("import-not-utf8", path=path, line=number) from error
            raise refuse("import-not-json", path=path, line=number, problem=str(error)) from error
        yield number, data


def _zone(key: str, *, path: Path, line: int) -> ZoneInfo:
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError) as error:
        raise refuse("import-zone", path=path, line=line, zone=key) from error


def _line(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
