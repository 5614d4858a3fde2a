"""The rows of the ablation replace parts of recall by their names."""

from unittest.mock import patch

import pytest

from benchmarks.ablation import ROWS
from benchmarks.recall_settings import ONE_BY_ONE, Setting, settings_of


@pytest.mark.parametrize("row", [*ROWS, *settings_of(ONE_BY_ONE, combined=False)])
def test_what_a_row_replaces_is_there(row: Setting) -> None:
    for name, instead in row.changes:
        with patch(name, instead):
            pass
