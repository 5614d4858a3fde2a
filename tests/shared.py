"""Finds shared data that is not part of the project, and skips tests where it is missing."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def shared(relative: str) -> Path:
    """Returns the path of a file beside the project; the test is skipped if it does not exist."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"{path} is not there: benchmark data is kept outside of the project")
    return path
