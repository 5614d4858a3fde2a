"""What the index reads of each memory's hash.

Only what a query asks for is indexed: everything else in the hash (`rows`) costs no index. A
memory on the shelf has neither `who`, `until`, `said`, `due`, `words` nor `vector`, so no recall
finds it and its vector takes no place in the index. Of these, one of a kind that recall does not
search has `due` alone while it is alive.

    who, place      digests of person and place         fades_at    as `until`, see `keys.Until`
    private, kind, pinned, embedded                     said        `said_at`
    words           the terms of the text, for BM25     due         `forgotten_at`, while alive
    vector          FLAT: a person's few hundred        archived_at while on the shelf
                    vectors are compared exactly, whoever else is there

`embedded` is 1 or 0 (has it a vector?), where no recall finds it shelved1 or shelved0.
"""

from typing import Literal

import numpy as np
from redisvl.schema import IndexSchema

from brain.memory.record import Vector
from storage.redis.keys import Keys

VERSION = 1
"""Of the fields below. A change needs a new number: the next start builds the new index beside the
old one, and moves the alias when it is complete."""

Precision = Literal["float32", "float16"]


def schema(keys: Keys, *, dimensions: int, precision: Precision) -> IndexSchema:
    """The schema; its name carries all that it depends on."""
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
                # The terms are stemmed already, in the language that they are in.
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
    """A vector as the hash and the queries hold it.

    Raises ValueError at a wrong length: the index would pass such a memory over in silence.
    """
    if vector.shape != (dimensions,):
        raise ValueError(f"a vector here has {dimensions} components, not {vector.shape}")
    return vector.astype(_type(precision)).tobytes()


def unpack(packed: bytes, *, dimensions: int, precision: Precision) -> Vector | None:
    """The inverse, at unit length again; None where the bytes are no such vector."""
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
