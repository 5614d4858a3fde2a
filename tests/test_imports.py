"""Names that must not be confused, and heavy parts that must stay away."""

import importlib.util
from pathlib import Path

import bots

ROOT = Path(__file__).parents[1]


def test_the_folders_of_the_platforms_hide_no_sdk() -> None:
    """`bots/discord` would hide discord.py if `bots/` were on `sys.path`."""
    for name in ("discord", "telegram"):
        spec = importlib.util.find_spec(name)
        assert spec is None or ROOT not in Path(str(spec.origin)).parents


def test_bots_is_a_package_with_an_empty_init() -> None:
    assert bots.__file__ is not None
    assert Path(bots.__file__).read_text("utf-8") == ""
