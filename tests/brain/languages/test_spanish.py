"""A language is a folder: Spanish is one, and nothing else in the program knows of it."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from brain.care import speaks_of_self_harm
from brain.languages import FOLDER
from brain.memory.lexical import query_terms, terms
from brain.memory.temporal import spans

ROOT = FOLDER.parents[1]
MADRID = ZoneInfo("Europe/Madrid")
FRIDAY = datetime(2026, 11, 27, 12, tzinfo=MADRID)
CARE = [
    json.loads(line)
    for line in (Path(__file__).parent / "spanish_care.jsonl").read_text("utf-8").splitlines()
]
NAMED = re.compile(
    r"""["']es(?:[-_](?:ES|419|MX|AR))?["']|languages[./]es\b|(?i:spanish|español|castellano)"""
)


def test_no_other_part_of_the_program_names_it() -> None:
    files = [
        file
        for room in ("bots", "brain", "storage")
        for file in (ROOT / room).rglob("*")
        if file.suffix in {".py", ".ftl", ".txt"} and FOLDER / "es" not in file.parents
    ]
    assert len(files) > 300
    assert [file for file in files if NAMED.search(file.read_text("utf-8"))] == []


def test_who_says_it_is_noticed_and_who_does_not_is_not() -> None:
    assert len(CARE) >= 170
    wrong = [row["text"] for row in CARE if speaks_of_self_harm(row["text"]) != row["said"]]
    assert wrong == []


@pytest.mark.parametrize("said", ["Ya no quiero vivir.", "ME QUIERO MORIR", "quiero  matarme"])
def test_it_is_noticed_however_it_is_written(said: str) -> None:
    assert speaks_of_self_harm(f"Hoy llovió.\n{said}\nNos vemos.")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("¿Qué dije el martes pasado?", ["2026-11-17", "2026-11-24"]),
        ("¿Qué hicimos ayer?", ["2026-11-26"]),
        ("anteayer fuimos al cine", ["2026-11-25"]),
        ("el lunes", ["2026-11-23"]),
        ("el sabado", ["2026-11-21"]),
        ("hace 3 días", ["2026-11-24"]),
        ("la semana pasada", ["2026-11-15"]),
        ("el mes pasado", ["2026-10-01"]),
        ("el 3 de mayo de 2025", ["2025-05-03"]),
        ("el 3 de mayo", ["2026-05-03"]),
        ("en marzo", ["2026-03-01"]),
        ("en marzo de 2021", ["2021-03-01"]),
        ("2023-05-03", ["2023-05-03"]),
        ("el mar estaba precioso", []),
        ("me costó 3 euros", []),
        ("el 31 de febrero", []),
    ],
)
def test_times_are_read_from_the_tables(text: str, days: list[str]) -> None:
    """It has no rules of its own."""
    assert not (FOLDER / "es" / "times.py").exists()
    found = spans(text, now=FRIDAY, zone=MADRID, language="es")
    assert [str(span.first.astimezone(MADRID).date()) for span in found] == days
    assert all(span.until - span.first >= timedelta(hours=23) for span in found)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Mi canción favorita es de los ochenta.", "canciones"),
        ("Mi canción favorita es de los ochenta.", "¿Qué canciones me gustan?"),
        ("Ayer nadé con las niñas en el lago.", "niña"),
        ("gato negro", "¿De qué color son mis gatos?"),
    ],
)
def test_other_forms_of_a_word_are_found(said: str, asked: str) -> None:
    assert set(query_terms(asked)) & set(terms(said))
