"""Names of keys, and why no id can change what a query means.

Under the prefix `p`, with `{d}` the digest of a person's id (also the hash tag that keeps a
person's keys in one slot):

    p:memory:{d}:<id>      hash    one memory, see `rows`
    p:person:{d}           hash    who they are, the revision, and the counter that orders memories
    p:said:{d}             zset    their living memories by time said
    p:derived:{d}          zset    those that are no turns
    p:shelf:{d}            zset    their archived ones
    p:turns:{d}:<place>    zset    living turns in one place (digest of its id)
    p:places:{d}           hash    how many memories there are from each shared place (digest)
    p:terms:{d}            hash    in how many living memories each term stands, see `recount`
    p:stale:{d}            zset    days to summarise anew by their last change, see `stale`
    p:leaving:{d}          hash    what is gone for everybody and taken away step by step, and when
                                   it was archived (empty: it is erased); p:leaving: whose there is
    p:note:{d}:<name>      string  a value (`values`); `d` is of its owner, who may be a place
    p:notes:{d}            set     the names of these values; some that expired are among them still
    p:talking:{d}:<place>  string  which process answers there now; p:next:{d}:<place>: the next one
    p:owner:<id>           string  the digest of whom that memory belongs to; goes with the memory
    p:claim:<digest>       string  something that may happen once; goes by itself
    p:stale                zset    the days of everybody, each after `d`
    p:meta, p:lock:{upkeep}, p:token:{upkeep}: of the store as a whole

`note` and `notes` keep the names that they were first given, so that a store that exists keeps its
values.

So everything of a person is what holds `{d}` in its name, the owners that say `d`, and what begins
with `d` in `p:stale`.

Queries see only digests (hexadecimal), numbers, and terms (letters, their marks, and digits):
an id, whatever it holds, never becomes part of a query.
"""

import hashlib
import re
from dataclasses import dataclass

_PREFIX = re.compile(r"[A-Za-z0-9_.-]+")
_MEMORY = re.compile(rb"\{([0-9a-f]{32})\}:(.+)", re.DOTALL)
_BUCKETS = 1_024
_SPAN = 1 << 43
"""Milliseconds from 1970 to 2248. What fades later never fades as far as recall is concerned."""


def digest(text: str) -> str:
    """An id as hexadecimal, 128 bits."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Until:
    """The span of `until` in which a person's memories lie that have not faded at a moment.

    `until` is `fades_at` (milliseconds) within one of 1,024 buckets, the person's: so the range
    that a query reads holds about a thousandth of all memories, where `fades_at` alone would have
    it open most of the index. The person's tag still decides; two people may share a bucket.
    """

    first: int
    last: int

    @classmethod
    def after(cls, person_digest: str, moment: int) -> "Until":
        """Of the person with that digest."""
        start = _start(person_digest)
        return cls(start + min(max(moment + 1, 0), _SPAN - 1), start + _SPAN - 1)


def until(person_digest: str, fades_at: int) -> int:
    """The indexed form of `fades_at` for the person with that digest."""
    return _start(person_digest) + min(max(fades_at, 0), _SPAN - 1)


def _start(person_digest: str) -> int:
    return int(person_digest[:3], 16) % _BUCKETS * _SPAN


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys under one prefix."""

    prefix: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError("a prefix is made of letters, digits, `_`, `.` and `-`")

    @property
    def memories(self) -> str:
        """What the keys of all memories begin with."""
        return f"{self.prefix}:memory:"

    @property
    def alias(self) -> str:
        """The name by which queries know the index, whatever its version."""
        return f"{self.prefix}:recall"

    @property
    def meta(self) -> str:
        """What the stored vectors and times were made with."""
        return f"{self.prefix}:meta"

    @property
    def lock(self) -> str:
        """Held by the process that forgets."""
        return f"{self.prefix}:lock:{{upkeep}}"

    @property
    def token(self) -> str:
        """Counts who held it."""
        return f"{self.prefix}:token:{{upkeep}}"

    def memory(self, person_digest: str, memory_id: str) -> str:
        """Of the person with that digest, like the others below."""
        return f"{self.memories}{{{person_digest}}}:{memory_id}"

    def person(self, person_digest: str) -> str:
        """Also what the scripts derive the other keys from."""
        return f"{self.prefix}:person:{{{person_digest}}}"

    def said(self, person_digest: str) -> str:
        """Living memories by time."""
        return f"{self.prefix}:said:{{{person_digest}}}"

    def terms(self, person_digest: str) -> str:
        """Counts of terms."""
        return f"{self.prefix}:terms:{{{person_digest}}}"

    def stale(self, person_digest: str | None) -> str:
        """Days to summarise anew; None: of everybody."""
        return f"{self.prefix}:stale" + ("" if person_digest is None else f":{{{person_digest}}}")

    def leaving(self, person_digest: str | None) -> str:
        """What is being taken away step by step; None: the digests of those who have such."""
        return f"{self.prefix}:leaving" + ("" if person_digest is None else f":{{{person_digest}}}")

    def talking(self, person_digest: str, place_digest: str) -> str:
        """Held while a turn is under way; `place_digest` is a digest too."""
        return f"{self.prefix}:talking:{{{person_digest}}}:{place_digest}"

    def following(self, person_digest: str, place_digest: str) -> str:
        """Who may hold it next."""
        return f"{self.prefix}:next:{{{person_digest}}}:{place_digest}"

    def claim(self, name: str) -> str:
        """Of the claim whose key has that digest."""
        return f"{self.prefix}:claim:{name}"

    def split(self, memory_key: bytes) -> tuple[str, str] | None:
        """A memory's key as its person's digest and its id; None: it is not one of ours."""
        rest = memory_key.removeprefix(self.memories.encode())
        if (match := _MEMORY.fullmatch(rest)) is None:
            return None
        return match[1].decode(), match[2].decode(errors="replace")
