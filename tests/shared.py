"""Data that tests use where it is there, and that is never copied into the project."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def shared(relative: str) -> Path:
    """A file beside the project; a test that needs it is skipped where there is none."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"{path} is not there: benchmark data is kept outside of the project")
    return path
