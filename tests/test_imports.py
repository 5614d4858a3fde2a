"""Names that must not be confused, and heavy parts that must stay away."""

import importlib.util
import sysconfig
from pathlib import Path

import bots


def test_the_folders_of_the_platforms_hide_no_sdk() -> None:
    """`bots/discord` would hide discord.py if `bots/` were on `sys.path`."""
    for name in ("discord", "telegram"):
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert Path(str(spec.origin)).is_relative_to(sysconfig.get_path("purelib"))


def test_bots_is_a_package_with_an_empty_init() -> None:
    assert bots.__file__ is not None
    assert Path(bots.__file__).read_text("utf-8") == ""
