"""Converts between hashes in Redis and the brain's records.

    record      MessagePack: the fields that never change, and those added later, see `entries`
    state       the order, then MessagePack of the fields that recalls and upkeep change
    codes       the terms of the memory, see `scoring`
    open        1 until the turn is finished
    day         for a turn or a day's summary: the date and, in a shared place, its id

`record` and `state` without the order are together one map with the fields of a `Memory`, which
msgspec decodes in C; there are two fields instead of twenty for the same reason: reading its
hundred records took half the time of a recall. `order` (16 digits) numbers a person's memories as
they were stored. The fields that the index reads are beside these, see `schema`.

Times are timestamps of MessagePack, elsewhere whole milliseconds since 1970 (UTC); strengths are
days.
"""

import hashlib
import json
import logging
import struct
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from brain.ids import PersonId
from brain.memory.lexical import terms
from brain.memory.record import RECALLED, Kind, Memory
from brain.messages import Person
from storage.conversions import digest, to_milliseconds
from storage.redis.keys import until
from storage.redis.scoring import codes_of

log = logging.getLogger(__name__)

_ORDER = 16
_MAP = b"\xde"
_HEAD = struct.Struct(">cH")
"""The head of a MessagePack map: its type, and the number of entries with those of the state."""
_TIME = b"\xc7\x0c\xff"
_NONE = b"\xc0"
_STATE = (
    *("strength", "last_recalled", "recalls", "pinned"),
    *("fades_at", "forgotten_at", "archived_at"),
)
_FIXED = {field.name: field.default for field in structs.fields(Memory) if field.name not in _STATE}
_LENGTHS = {153, 167}
"""The bytes of a state with its order, of a living and of an archived memory."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Memory).decode

Value = str | bytes | int | float
"""The type of a command's argument."""

READ = ("record", "state")
"""The fields that `memory_from` reads."""
PERSON = ("id", "name", "zone", "language", "same_as", "accounts")
"""The fields that `person_from` reads."""


def state_of(memory: Memory) -> bytes:
    """Return the state of a memory without its order, which a script assigns (common.lua).

    Every part has a fixed length, whatever its value, so that the scripts can read it too.
    """
    archived = memory.archived_at
    return b"".join(
        (
            *(b"\xa8strength\xcb", struct.pack(">d", memory.strength)),
            *(b"\xadlast_recalled", _time(memory.last_recalled)),
            *(b"\xa7recalls\xcf", struct.pack(">Q", memory.recalls)),
            *(b"\xa6pinned", b"\xc3" if memory.pinned else b"\xc2"),
            *(b"\xa8fades_at", _time(memory.fades_at)),
            *(b"\xacforgotten_at", _time(memory.forgotten_at)),
            *(b"\xabarchived_at", _NONE if archived is None else _time(archived)),
        )
    )


def fields_of(memory: Memory, vector: bytes | None, *, is_open: bool) -> dict[str, Value]:
    """Return the fields of a new memory's hash, apart from its state.

    Args:
        memory: the memory.
        vector: its vector as `schema.pack` returns it; None without one.
        is_open: whether it is a turn that can still be finished.
    """
    person, is_alive = digest(memory.person), memory.archived_at is None
    is_recalled = memory.kind in RECALLED
    # Memories that recall does not search always have the field names of archived memories, which
    # the index does not read.
    under, mark = ("", "") if is_alive and is_recalled else ("shelved_", "shelved")
    fields: dict[str, Value] = {
        "record": record_of(memory),
        "place": digest(memory.place),
        "private": int(memory.private),
        "kind": memory.kind.value,
        "pinned": int(memory.pinned),
        "embedded": f"{mark}{int(vector is not None)}",
    }
    if is_recalled:
        fields[f"{under}words"], fields["codes"] = indexed_terms(memory)
    if memory.kind in (Kind.TURN, Kind.DAY):
        fields["day"] = f"{memory.day}{'' if memory.private else memory.place}"
    if vector is not None:
        fields[f"{under}vector"] = vector
    if is_open:
        fields["open"] = 1
    if memory.archived_at is None:
        fields["due"] = to_milliseconds(memory.forgotten_at)
        if is_recalled:
            fields["who"] = person
            fields["until"] = until(person, to_milliseconds(memory.fades_at))
            fields["said"] = to_milliseconds(memory.said_at)
    else:
        fields["archived_at"] = to_milliseconds(memory.archived_at)
    return fields


def indexed_terms(memory: Memory) -> tuple[str, bytes]:
    """Return the terms of a memory as the index reads them, and their codes."""
    message, reply = terms(memory.text), terms(memory.reply or "")
    return f"{' '.join(message)}{terms_of_reply(reply)}", codes_of(message, reply)


def terms_of_reply(reply: Sequence[str]) -> str:
    """Return what the terms of a memory end with once it has a reply of these terms.

    The index takes the sign for a separator, and the scripts for the end of the message.
    """
    return " + " + " ".join(reply) if reply else ""


def record_of(memory: Memory) -> bytes:
    """Return all fields except those of the state, after the head of the map that both form."""
    # Missing fields are decoded as their defaults.
    fixed = {
        name: value
        for name, default in _FIXED.items()
        if (value := getattr(memory, name)) != default
    }
    return _HEAD.pack(_MAP, len(fixed) + len(_STATE)) + entries(fixed)


def entries(fields: dict[str, object]) -> bytes:
    """Return fields of a memory in the form that they have in `record`, without a head.

    `with_entries` (common.lua) appends them to a record; of two with one name the later counts.
    """
    parts = []
    for name, value in fields.items():
        parts.append(_encode(name))
        parts.append(_time(value) if isinstance(value, datetime) else _encode(value))
    return b"".join(parts)


def memory_from(record: bytes, state: bytes) -> Memory:
    """Return the memory of a hash.

    Raises:
        ValueError: `state` is not as this store writes it.
        MsgspecError: the fields are no memory.
    """
    # As strict as the scripts, which pass over a damaged memory.
    if len(state) not in _LENGTHS or not state[:_ORDER].isdigit():
        raise ValueError("no state of a memory")
    return _decode(record + state[_ORDER:])


def order_of(state: bytes) -> bytes:
    """Return the number of a memory among its person's memories; greater was stored later."""
    return state[:_ORDER]


def readable(key: bytes | str, record: bytes | None, state: bytes | None) -> Memory | None:
    """Return the memory of these fields; None, and a line in the log, where they are damaged."""
    if record is not None and state is not None:
        try:
            return memory_from(record, state)
        except (ValueError, msgspec.MsgspecError):
            pass
    # Ids and values are private and do not belong in a log.
    name = key if isinstance(key, bytes) else key.encode()
    log.warning(
        "A memory is damaged and was passed over (digest of its key: %s).",
        hashlib.blake2b(name, digest_size=8).hexdigest(),
    )
    return None


def person_from(row: Sequence[bytes | None]) -> Person | None:
    """Return the person of the fields `PERSON`; None where there is none or they are damaged."""
    try:
        texts = (None if field is None else field.decode() for field in row)
        known, name, zone, language, same_as, accounts = texts
        if known is None:
            return None
        return Person(
            PersonId(known),
            name or "",
            ZoneInfo(zone or "UTC"),
            language,
            None if same_as is None else PersonId(same_as),
            tuple(json.loads(accounts or "[]")),
        )
    except (KeyError, TypeError, ValueError, OSError):
        log.warning("A person's settings are damaged and were passed over.")
        return None


def _time(moment: datetime) -> bytes:
    # Always the longest of MessagePack's three forms, so that the length is fixed.
    seconds, rest = divmod(to_milliseconds(moment), 1_000)
    return _TIME + struct.pack(">Iq", rest * 1_000_000, seconds)
