"""The parts that all steps of consolidation use, and the name by which a model knows a person."""

import re
import unicodedata
from dataclasses import dataclass

from brain.consolidation.summariser import Summariser
from brain.memory.retention import Curve
from brain.messages import Person
from brain.ports import Clock, Embedder, Generator, MemoryStore
from brain.texts import say

MOST_REQUESTS = 16
"""The most requests for one of a day's texts; the least important lines that do not fit are left
out."""
NAME_CHARACTERS = 60
"""The most characters of a name that a model is given."""
_QUOTES = re.compile(r"""["“”„‟«»‹›`´「」『』<>{}]|(?<!\w)['‘’]|['‘’](?!\w)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolidationContext:
    """The store, the models, the clock and the curve that each step of consolidation is given."""

    store: MemoryStore
    embedder: Embedder
    generator: Generator
    clock: Clock
    curve: Curve
    summariser: Summariser


def name_for_model(person: Person, language: str) -> str:
    """Return the person's name as one short line, so that it cannot pose as an instruction."""
    flat = " ".join(_QUOTES.sub("", person.name).split())
    shown = "".join(each for each in flat if not unicodedata.category(each).startswith("C"))
    return shown[:NAME_CHARACTERS].strip() or say(language, "consolidate-nobody")
