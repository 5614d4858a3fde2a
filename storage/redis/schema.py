"""The schema of the search index: the fields that it reads of each memory's hash.

Only what queries filter or search by is indexed; the rest of the hash (`rows`) is not. An archived
memory has neither `who`, `until`, `said`, `due`, `words` nor `vector`, so that no recall finds it
and its vector takes no room in the index. A living memory of a kind that recall does not search has
only `due` of these.

    who, place      digests of person and place         fades_at    as `until`, see `keys.Until`
    private, kind, pinned, embedded                     said        `said_at`
    words           the terms of the text, for BM25     due         `forgotten_at`, if it is living
    vector          FLAT: a person's few hundred        archived_at if it is archived
                    vectors are compared exactly, however many other people there are

`embedded` is 1 with a vector and 0 without; `shelved1` and `shelved0` where no recall finds the
memory.
"""

from typing import Literal

import numpy as np
from redisvl.schema import IndexSchema

from brain.memory.record import Vector
from storage.redis.keys import Keys

VERSION = 1
"""The version of the fields below. A change needs a new number: the next start then builds the new
index beside the old one, and moves the alias when it is complete."""

Precision = Literal["float32", "float16"]


def schema(keys: Keys, *, dimensions: int, precision: Precision) -> IndexSchema:
    """Return the schema; its name contains all that it depends on."""
    return IndexSchema.from_dict(
        {
            "index": {
                "name": f"{keys.prefix}:v{VERSION}:{dimensions}:{precision}",
                "prefix": keys.memories,
                "storage_type": "hash",
                "stopwords": [],
            },
            "fields": [
                *({"name": name, "type": "tag"} for name in _TAGS),
                *({"name": name, "type": "numeric"} for name in _NUMBERS),
                # The terms are stemmed already, each in its own language.
                {"name": "words", "type": "text", "attrs": {"no_stem": True, "weight": 1}},
                {
                    "name": "vector",
                    "type": "vector",
                    "attrs": {
                        "algorithm": "flat",
                        "dims": dimensions,
                        "datatype": precision,
                        "distance_metric": "cosine",
                    },
                },
            ],
        }
    )


_TAGS = ("who", "place", "private", "kind", "pinned", "embedded")
_NUMBERS = ("until", "said", "due", "archived_at")


def pack(vector: Vector, *, dimensions: int, precision: Precision) -> bytes:
    """Return a vector in the form that hashes and queries need.

    Raises:
        ValueError: the vector has a wrong length, with which the index would silently leave out the
            memory.
    """
    if vector.shape != (dimensions,):
        raise ValueError(f"a vector here has {dimensions} components, not {vector.shape}")
    return vector.astype(_type(precision)).tobytes()


def unpack(packed: bytes, *, dimensions: int, precision: Precision) -> Vector | None:
    """Return the vector of `pack`'s bytes, of unit length; None where they are no such vector."""
    kind = np.dtype(_type(precision))
    if len(packed) != dimensions * kind.itemsize:
        return None
    vector = np.frombuffer(packed, kind).astype(np.float32)
    if precision == "float32":
        return vector
    length = np.linalg.norm(vector)
    return (vector / length).astype(np.float32) if length > 0 else vector


def _type(precision: Precision) -> type[np.float16 | np.float32]:
    return np.float16 if precision == "float16" else np.float32
