"""The names of all keys, which no id can use to change the meaning of a query.

Under the prefix `p`, with `{d}` the digest of a person's id (also the hash tag that keeps a
person's keys in one slot):

    p:memory:{d}:<id>      hash    one memory, see `rows`
    p:person:{d}           hash    the person, their revision, and the counter that orders memories
    p:said:{d}             zset    their living memories by the time they were said
    p:derived:{d}          zset    those of these that are no turns
    p:shelf:{d}            zset    their archived memories by the time they were said
    p:turns:{d}:<place>    zset    living turns in one place (the digest of its id)
    p:places:{d}           hash    how many memories there are from each shared place (digest)
    p:terms:{d}            hash    how many living memories have each term (`recount` in common.lua)
    p:stale:{d}            zset    stale days by their last change (`mark_stale` in changes.lua)
    p:leaving:{d}          hash    memories that are hidden already, and are archived or erased step
                                   by step: when they were archived; empty if they are erased
    p:leaving              set     the digests of the people who have such memories
    p:note:{d}:<name>      string  a value (`values`); `d` is its owner's, which may be a place
    p:notes:{d}            set     the names of these values, and of some that have expired
    p:talking:{d}:<place>  string  which process answers there now
    p:next:{d}:<place>     string  which process is next
    p:owner:<id>           string  the digest of the person whom a memory belongs to
    p:claim:<digest>       string  a claim; it expires by itself
    p:stale                zset    the stale days of everybody, each after `d`
    p:meta, p:lock:{upkeep}, p:token:{upkeep}: of the store as a whole

`note` and `notes` keep their first names, so that existing stores keep their values.

So everything of a person are the keys with `{d}` in their names, the owners whose value is `d`, and
the members of `p:stale` that begin with `d`.

Queries contain only digests (hexadecimal), numbers, and terms (letters, their marks, and digits):
an id never becomes part of a query.
"""

import re
from dataclasses import dataclass

_PREFIX = re.compile(r"[A-Za-z0-9_.-]+")
_MEMORY = re.compile(rb"\{([0-9a-f]{32})\}:(.+)", re.DOTALL)
_BUCKETS = 1_024
_SPAN = 1 << 43
"""Milliseconds from 1970 to 2248; for recall, what fades later never fades."""


@dataclass(frozen=True, slots=True)
class Until:
    """The range of `until` of a person's memories that have not faded at a given time.

    `until` is `fades_at` (milliseconds) within one of 1,024 buckets, that of the person: so a query
    reads a range with about a thousandth of all memories, where `fades_at` alone would have it read
    most of the index. Two people may share a bucket, so the query filters by the person as well.
    """

    first: int
    last: int

    @classmethod
    def after(cls, person_digest: str, moment: int) -> "Until":
        """Return the range for the person of this digest, after a time in milliseconds."""
        start = _start(person_digest)
        return cls(start + min(max(moment + 1, 0), _SPAN - 1), start + _SPAN - 1)


def until(person_digest: str, fades_at: int) -> int:
    """Return the indexed form of `fades_at` (milliseconds) for the person of this digest."""
    return _start(person_digest) + min(max(fades_at, 0), _SPAN - 1)


def _start(person_digest: str) -> int:
    return int(person_digest[:3], 16) % _BUCKETS * _SPAN


@dataclass(frozen=True, slots=True)
class Keys:
    """Builds the names of keys under one prefix."""

    prefix: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError("a prefix is made of letters, digits, `_`, `.` and `-`")

    @property
    def memories(self) -> str:
        """The beginning of the keys of all memories."""
        return f"{self.prefix}:memory:"

    @property
    def alias(self) -> str:
        """The alias under which queries use the index, whatever its version."""
        return f"{self.prefix}:recall"

    @property
    def meta(self) -> str:
        """The hash of what the stored vectors and times were computed with."""
        return f"{self.prefix}:meta"

    @property
    def lock(self) -> str:
        """The lock of the process that forgets."""
        return f"{self.prefix}:lock:{{upkeep}}"

    @property
    def token(self) -> str:
        """The counter of the tokens that holders of the lock get."""
        return f"{self.prefix}:token:{{upkeep}}"

    def memory(self, person_digest: str, memory_id: str) -> str:
        """Return the key of a memory of the person of this digest."""
        return f"{self.memories}{{{person_digest}}}:{memory_id}"

    def person(self, person_digest: str) -> str:
        """Return the key of a person, from which the scripts derive their other keys."""
        return f"{self.prefix}:person:{{{person_digest}}}"

    def said(self, person_digest: str) -> str:
        """Return the key of a person's living memories by time."""
        return f"{self.prefix}:said:{{{person_digest}}}"

    def terms(self, person_digest: str) -> str:
        """Return the key of a person's counts of terms."""
        return f"{self.prefix}:terms:{{{person_digest}}}"

    def stale(self, person_digest: str | None) -> str:
        """Return the key of the stale days of a person or, for None, of everybody."""
        return f"{self.prefix}:stale" + ("" if person_digest is None else f":{{{person_digest}}}")

    def leaving(self, person_digest: str | None) -> str:
        """Return the key of a person's memories that are purged step by step.

        None returns the key of the digests of the people who have such memories.
        """
        return f"{self.prefix}:leaving" + ("" if person_digest is None else f":{{{person_digest}}}")

    def talking(self, person_digest: str, place_digest: str) -> str:
        """Return the key of the lock on a person's conversation in a place."""
        return f"{self.prefix}:talking:{{{person_digest}}}:{place_digest}"

    def following(self, person_digest: str, place_digest: str) -> str:
        """Return the key of the process that may take that lock next."""
        return f"{self.prefix}:next:{{{person_digest}}}:{place_digest}"

    def claim(self, name: str) -> str:
        """Return the key of a claim, by the digest of its name."""
        return f"{self.prefix}:claim:{name}"

    def split(self, memory_key: bytes) -> tuple[str, str] | None:
        """Split a memory's key into its person's digest and its id; None for another key."""
        rest = memory_key.removeprefix(self.memories.encode())
        if (match := _MEMORY.fullmatch(rest)) is None:
            return None
        return match[1].decode(), match[2].decode(errors="replace")
