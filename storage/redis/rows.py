"""Hashes and the brain's records.

    record      JSON of what never changes
    reply       absent while, or if, there was none
    state       order strength last_recalled recalls pinned fades_at forgotten_at archived_at
    open        1 until the turn is finished

Two fields and not eighteen: recall reads a hundred of them, and half of its time went into
single fields. `order` numbers a person's memories as they came; archived_at is `-` while alive.
The fields that the index reads stand beside them, see `schema`.

Times are whole milliseconds since 1970 (UTC), strengths days.
"""

import hashlib
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from brain.memory.lexical import terms
from brain.memory.record import Kind, Memory
from storage.redis.keys import digest, until

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EXACT = 1 << 42
"""Up to here (2109) a float of seconds tells milliseconds apart exactly, rounded as Python does."""
_KINDS = {kind.value: kind for kind in Kind}
_read_json = json.JSONDecoder().raw_decode

Value = str | bytes | int | float
"""What a command may be given."""

READ = ("record", "reply", "state")
"""What `memory_from` reads."""


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """The inverse; aware, UTC."""
    if 0 <= value < _EXACT:
        # Half of recall's own time is reading records; this way is twice as quick.
        return datetime.fromtimestamp(value / 1_000, UTC)
    return _EPOCH + timedelta(milliseconds=value)


def state_of(memory: Memory) -> str:
    """The bookkeeping, without its order: that is given when it is written."""
    archived = "-" if memory.archived_at is None else to_milliseconds(memory.archived_at)
    return (
        f"{memory.strength!r} {to_milliseconds(memory.last_recalled)} {memory.recalls}"
        f" {int(memory.pinned)} {to_milliseconds(memory.fades_at)}"
        f" {to_milliseconds(memory.forgotten_at)} {archived}"
    )


def fields_of(memory: Memory, vector: bytes | None, *, is_open: bool) -> dict[str, Value]:
    """Everything else that is written of a new memory."""
    person, is_alive = digest(memory.person), memory.archived_at is None
    under, mark = ("", "") if is_alive else ("shelved_", "shelved")
    fields: dict[str, Value] = {
        "record": _record(memory),
        "place": digest(memory.place),
        "private": int(memory.private),
        "kind": memory.kind.value,
        "pinned": int(memory.pinned),
        "embedded": f"{mark}{int(vector is not None)}",
        f"{under}words": words_of(memory.content),
    }
    if memory.reply is not None:
        fields["reply"] = memory.reply
    if vector is not None:
        fields[f"{under}vector"] = vector
    if is_open:
        fields["open"] = 1
    if memory.archived_at is None:
        fields["who"] = person
        fields["until"] = until(person, to_milliseconds(memory.fades_at))
        fields["due"] = to_milliseconds(memory.forgotten_at)
    else:
        fields["archived_at"] = to_milliseconds(memory.archived_at)
    return fields


def words_of(text: str) -> str:
    """A text as the index keeps it."""
    return " ".join(terms(text))


def memory_from(record: bytes, reply: bytes | None, state: bytes) -> Memory:
    """The record of a hash. Raises what `readable` suppresses where it is not ours."""
    fixed, _ = _read_json(record.decode())
    order, strength, last, recalls, pinned, fades, forgotten, archived = state.split()
    if not (order.isdigit() and recalls.isdigit() and pinned in {b"0", b"1"}):
        # As strict as the scripts: what they pass over must not be offered to anybody.
        raise ValueError("no state of a memory")
    return Memory(
        id=fixed["id"],
        person=fixed["person"],
        place=fixed["place"],
        private=fixed["private"],
        kind=_KINDS[fixed["kind"]],
        text=fixed["text"],
        reply=None if reply is None else reply.decode(),
        said_at=from_milliseconds(fixed["said_at"]),
        zone=fixed["zone"],
        language=fixed["language"],
        importance=fixed["importance"],
        strength=float(strength),
        last_recalled=from_milliseconds(int(last)),
        recalls=int(recalls),
        pinned=pinned == b"1",
        fades_at=from_milliseconds(int(fades)),
        forgotten_at=from_milliseconds(int(forgotten)),
        archived_at=None if archived == b"-" else from_milliseconds(int(archived)),
        sources=tuple(fixed["sources"]),
    )


def order_of(state: bytes) -> int:
    """When it came, among its person's memories."""
    return int(state[:16])


def readable(
    key: bytes | str, record: bytes | None, reply: bytes | None, state: bytes | None
) -> Memory | None:
    """The record of those fields; None, and a line in the log, where somebody damaged them."""
    if record is not None and state is not None:
        # An index or a key error is a field that is missing, the others a value of another kind.
        with suppress(TypeError, LookupError, ValueError, AttributeError, OverflowError):
            return memory_from(record, reply, state)
    # An id may tell something, and so may a value: neither belongs in a log.
    name = key if isinstance(key, bytes) else key.encode()
    log.warning(
        "A memory is damaged and was passed over (digest of its key: %s).",
        hashlib.blake2b(name, digest_size=8).hexdigest(),
    )
    return None


def _record(memory: Memory) -> str:
    return json.dumps(
        {
            "id": memory.id,
            "person": memory.person,
            "place": memory.place,
            "private": memory.private,
            "kind": memory.kind.value,
            "text": memory.text,
            "said_at": to_milliseconds(memory.said_at),
            "zone": memory.zone,
            "language": memory.language,
            "importance": memory.importance,
            "sources": memory.sources,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
