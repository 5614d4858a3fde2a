"""What the README says is what the code says."""

from pathlib import Path

from benchmarks.settings import table
from bots.__main__ import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_the_table_of_settings_is_the_code_s() -> None:
    """After a change: `python -m benchmarks.settings` prints the new one."""
    _, _, rest = SETTINGS.partition("<!-- settings: python -m benchmarks.settings -->\n")
    assert rest.partition("\n<!-- /settings -->")[0] == table()


def test_every_command_is_told_of() -> None:
    for command in COMMANDS:
        assert f"`{command}`" in README or f"`siliconfriend {command}" in README
