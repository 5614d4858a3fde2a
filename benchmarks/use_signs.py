"""Compares signs by which the use of a turn may be predicted when it is written.

    python -m benchmarks.use_signs DATA

The folder DATA holds `locomo/`, `memorybank/` and `recall/`, or some of them. For each set of
signs a linear rule is fitted to the other data (`brain.evaluation.use_weights`; MemoryBank's
languages are left out together), and the turns of the data left out are put in its order. The
figure is the share of pairs of turns of one person, one that a question needs and one that none
does, of which the former is above the latter (area under the ROC curve, ties count half), as the
mean over people in percent: 50 is chance. Vectors are kept as `siliconfriend eval` keeps them.
"""

import argparse
import asyncio
import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from rich import box
from rich.console import Console
from rich.table import Table

from brain.embedders.e5_small import E5SmallEmbedder
from brain.evaluation.lives import to_memory
from brain.evaluation.runs import DataSet, load_any
from brain.evaluation.use_weights import regress
from brain.evaluation.vector_cache import CachingEmbedder
from brain.memory.creation import heard_before
from brain.memory.importance import use_signs
from brain.memory.lexical import telling
from brain.memory.record import Memory, Vector
from brain.memory.retention import COMPANION
from brain.transfer.adding import embedding_with

CONVERSATION = timedelta(hours=6)
"""How long a conversation lasts (`TurnOptions.recent_hours`)."""
ALIKE = 0.95
"""The cosine from which a turn is a near duplicate of an earlier one."""
CHOSEN = ("new words", "importance", "answer")
TRIED = (
    *("characters", "words", "words new to the person", "share of words new to the person"),
    *("near duplicate", "question", "name", "number", "words of the reply", "first of its talk"),
)
SETS = (
    ("importance",),
    ("characters",),
    ("words",),
    ("new words",),
    ("words new to the person",),
    ("new words", "importance"),
    CHOSEN,
    *((*CHOSEN, sign) for sign in TRIED),
)


def signs_of(turns: Sequence[Memory], vectors: Sequence[Vector]) -> list[dict[str, float]]:
    """Return the signs of each turn of one person."""
    found: list[dict[str, float]] = []
    known: set[str] = set()
    for number, turn in enumerate(turns):
        before = turns[max(0, number - 8) : number]
        recent = [one for one in before if turn.said_at - one.said_at < CONVERSATION]
        new, importance, answer = use_signs(
            turn.text, importance=turn.importance, heard=heard_before(recent)
        )
        words = telling(turn.text)
        unheard = len(words - known)
        earlier = np.array(vectors[:number]) @ vectors[number] if number else np.zeros(1)
        found.append(
            {
                "new words": new,
                "importance": importance,
                "answer": answer,
                "characters": math.log1p(len(turn.text)),
                "words": math.log1p(len(words)),
                "words new to the person": math.log1p(unheard),
                "share of words new to the person": unheard / max(1, len(words)),
                "near duplicate": float(earlier.max() > ALIKE),
                "question": float(turn.text.rstrip().endswith(("?", "？"))),
                "name": float(any(a.islower() for a in turn.text) and _has_name(turn.text)),
                "number": float(any(letter.isdigit() for letter in turn.text)),
                "words of the reply": math.log1p(len(telling(turn.reply or ""))),
                "first of its talk": float(not recent),
            }
        )
        known |= words
    return found


def _has_name(text: str) -> bool:
    words = text.split()
    return any(word[0].isupper() and before[-1].isalnum() for before, word in pairwise(words))


def area(values: NDArray[np.float64], needed: NDArray[np.bool_]) -> float:
    """Return the share of pairs in the right order; NaN where there are none."""
    above, below = values[needed], values[~needed]
    if not len(above) or not len(below):
        return math.nan
    return float((np.sign(above[:, None] - below) / 2.0 + 0.5).mean())


Columns = tuple[list[dict[str, float]], NDArray[np.bool_], NDArray[np.int64]]
"""The signs of all turns of a set of data, which of them are needed, and whose they are."""


async def columns(part: DataSet, embedder: CachingEmbedder) -> Columns:
    """Return the signs of one set of data."""
    vectors_of = embedding_with(embedder)
    signs: list[dict[str, float]] = []
    needed: list[bool] = []
    person: list[int] = []
    for number, life in enumerate(part.lives):
        turns = [to_memory(turn, curve=COMPANION) for turn in life.turns]
        vectors = [one for one in await vectors_of(turns) if one is not None]
        wanted = {turn for question in life.questions for turn in question.evidence}
        signs += signs_of(turns, vectors)
        needed += [turn.id in wanted for turn in turns]
        person += [number] * len(turns)
    return signs, np.array(needed), np.array(person)


def left_out(data: Mapping[str, Columns], name: str, chosen: Sequence[str]) -> float:
    """Return the mean area over the people of one set of data, by a rule fitted to the others."""
    family, *_ = name.split()
    others = [one for other, one in data.items() if not other.startswith(family)]
    rows, needed, share, person = [], [], [], []
    people = 0
    for signs, wanted, whose in others:
        rows.append(_matrix(signs, chosen))
        needed.append(wanted)
        share.append(np.full(len(signs), 1.0 / len(signs) / len(others)))
        person.append(whose + people)
        people += int(whose.max()) + 1
    weights = regress(
        np.concatenate(rows), np.concatenate(needed), np.concatenate(share), np.concatenate(person)
    )
    signs, wanted, whose = data[name]
    values = _matrix(signs, chosen) @ weights
    areas = [area(values[whose == one], wanted[whose == one]) for one in range(whose.max() + 1)]
    return float(np.nanmean(areas))


def _matrix(signs: Sequence[Mapping[str, float]], chosen: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[one[name] for name in chosen] for one in signs])


async def main() -> None:
    """Fit, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=user_cache_path("siliconfriend"))
    arguments = parser.parse_args()
    embedder = E5SmallEmbedder()
    cached = CachingEmbedder(embedder, folder=arguments.cache)
    data = {part.name: await columns(part, cached) for part in load_any(arguments.data)}
    await embedder.aclose()
    table = Table("signs", *data, box=box.MARKDOWN)
    for chosen in SETS:
        label = ", ".join(chosen)
        if len(chosen) > len(CHOSEN):
            label = f"+ {chosen[-1]}"
        cells = [f"{100 * left_out(data, name, chosen):.1f}" for name in data]
        table.add_row(label, *cells)
    Console(width=140).print(table)


if __name__ == "__main__":
    asyncio.run(main())
