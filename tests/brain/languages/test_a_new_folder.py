"""A folder that is put beside the others is a language everywhere, without a line of code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from brain.languages import FOLDER

ROOT = FOLDER.parents[1]
PROBE = """
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from bots.discord.commands import _localised
from bots.settings.loading import interface_language, load, locale_language
from bots.settings.persona import default_text
from bots.settings.root import Settings
from brain.care import Care, speaks_of_self_harm
from brain.languages import known, language, languages
from brain.languages.detection import detect
from brain.memory.importance import judge_importance
from brain.memory.lexical import terms
from brain.memory.temporal import spans
from brain.texts import answers, say

now, zone = datetime(2026, 11, 27, 12, tzinfo=UTC), ZoneInfo("UTC")
german = spans("letzte Woche", now=now, zone=zone, language="de")
print(json.dumps({
    "languages": languages(),
    "setting": interface_language(Settings(language="eo")),
    "environment": locale_language(),
    "loaded": load().settings.language,
    "locale": known("eo_XX.UTF-8"),
    "text": say("eo", "never"),
    "yes": "jes" in answers("answer-yes"),
    "discord": sorted(set(_localised("command-help"))),
    "stemmers": [language(code).stemmer for code in ("eo", "de")],
    "stem": terms("der Hund und die Katzen"),
    "detected": [
        detect("Ĉu vi povas diri al mi, kie mi povas aĉeti panon?", fallback="en"),
        detect("Ich habe gestern mit meiner Schwester gesprochen.", fallback="en"),
        detect("I talked to my sister yesterday.", fallback="en"),
    ],
    "days": [str(span.first.date()) for span in german],
    "importance": [
        judge_importance(text, language="eo")
        for text in ("Jes.", "Bela vetero estas hodiaŭ ekstere.", "Mi renkontis Anna 3 fojojn")
    ],
    "care": speaks_of_self_harm("I want to die."),
    "persona": default_text("de") == default_text("en"),
    "remark": bool(Care().remark("eo", zone)),
}))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The brain with two more folders: the texts of English, some of them changed."""
    shutil.copytree(
        ROOT / "brain", tmp_path / "brain", ignore=shutil.ignore_patterns("__pycache__")
    )
    for code in ("eo", "de"):
        folder = tmp_path / "brain" / "languages" / code
        folder.mkdir()
        for file in (FOLDER / "en").iterdir():
            if file.suffix == ".ftl":
                shutil.copy(file, folder)
        interface = folder / "interface.ftl"
        told = interface.read_text("utf-8")
        told = told.replace("never = never", "never = neniam")
        told = told.replace("answer-yes = y, yes", "answer-yes = jes")
        interface.write_text(told, "utf-8")
    languages = tmp_path / "brain" / "languages"
    (languages / "eo" / "persona.md").write_text("Vi estas Silicia, amiko.", "utf-8")
    (languages / "de" / "function-words.txt").write_text("der die das und ich", "utf-8")
    return tmp_path


def run(tree: Path, *args: str) -> str:
    """In a process that finds this brain first, and all else where it is."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tree / "home"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "SILICONFRIEND_LANGUAGE": "eo",
    }
    done = subprocess.run(
        [sys.executable, *args],
        cwd=tree,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_offered_everywhere(tree: Path) -> None:
    told: dict[str, Any] = json.loads(run(tree, "-c", PROBE))
    assert told["languages"] == ["en", "de", "eo", "es", "zh"]
    assert told["setting"] == told["environment"] == told["loaded"] == told["locale"] == "eo"
    assert told["text"] == "neniam"
    assert told["yes"] is told["care"] is told["remark"] is True
    assert told["discord"] == ["de", "es-419", "es-ES", "zh-CN", "zh-TW"]


def test_what_it_lacks_is_made_up_for(tree: Path) -> None:
    """Its stemmer and its days follow from its name; messages are judged without words."""
    told: dict[str, Any] = json.loads(run(tree, "-c", PROBE))
    assert told["stemmers"] == ["esperanto", "german"]
    assert told["stem"] == ["der", "hund", "und", "die", "katz"]
    assert told["detected"] == ["eo", "de", "en"]
    assert told["days"] == ["2026-11-15"]
    assert told["persona"] is True
    terse, plain, telling = told["importance"]
    assert terse < plain < telling


def test_the_command_speaks_it(tree: Path) -> None:
    assert "Vi estas Silicia" in run(tree, "-m", "bots", "persona")
