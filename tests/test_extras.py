"""Each extra that a text tells somebody to install is one that `pyproject.toml` has."""

import re
import tomllib
from pathlib import Path

from bots.terminal.run import PLATFORMS

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"(?:siliconfriend|'\.)\[([a-z][a-z,-]*)\]")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]


FOLDERS = ("benchmarks", "bots", "brain", "deploy", "docs", "storage", "tests")
SUFFIXES = {".ftl", ".md", ".py", ".toml", ".txt", ""}


def _named() -> dict[str, set[str]]:
    """The extras that each file names."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    found = {}
    for path in [*ROOT.glob("*"), *inside]:
        if path.is_file() and path.suffix in SUFFIXES:
            named = ",".join(NAMED.findall(path.read_text("utf-8")))
            if named:
                found[str(path.relative_to(ROOT))] = set(named.split(","))
    return found


def test_every_extra_that_is_named_exists() -> None:
    named = _named()
    assert {"README.md", "docs/training.md", "bots/opening.py"} <= named.keys()
    unknown = {file: names - EXTRAS.keys() for file, names in named.items()}
    assert {file: names for file, names in unknown.items() if names} == {}


def test_every_platform_is_an_extra_of_its_name() -> None:
    """The command that installs what a platform misses is made of the platform's name."""
    assert PLATFORMS.keys() <= EXTRAS.keys()
