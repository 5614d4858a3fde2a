"""`siliconfriend eval`: tables, figures, and what is wrong with a path."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.terminal.evaluate import command
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting import SILENCES
from tests.bots.conftest import Sandbox
from tests.brain.evaluation.conftest import TALK


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.json"
    path.write_text(json.dumps([TALK]), "utf-8")
    return path


def evaluate(sandbox: Sandbox, *arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], env=sandbox.env)


def figures(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


def test_every_method_is_a_row_and_the_figures_say_the_same(
    sandbox: Sandbox, talk: Path, tmp_path: Path
) -> None:
    out = tmp_path / "figures.json"
    done = evaluate(sandbox, "locomo", talk, "--json", out)
    assert done.exit_code == 0, done.output
    for method in ("plain", "bm25", "dense", "full"):
        assert f"| {method}" in done.stdout
        assert f"By kind of question, with {method}" in done.stdout
    rows = figures(out)["retrieval"]
    assert len(rows) == 4 * 4
    assert {"any@5", "any@10", "recall@10", "ndcg@10", "questions"} < set(rows[0])
    assert not sandbox.database.exists()
    assert "Asking 2/3\n" in done.stderr, "a pipe shows how far it is"


def test_one_method_alone_is_asked_for(sandbox: Sandbox, talk: Path) -> None:
    done = evaluate(sandbox, "locomo", talk, "--method", "bm25", "--limit", "1")
    assert done.exit_code == 0, done.output
    assert "| bm25" in done.stdout
    assert "| full" not in done.stdout


def test_forgetting_is_a_table_and_a_picture(sandbox: Sandbox, talk: Path, tmp_path: Path) -> None:
    picture, out = tmp_path / "forgetting.png", tmp_path / "figures.json"
    done = evaluate(sandbox, "forgetting", talk, "--plot", picture, "--json", out)
    assert done.exit_code == 0, done.output
    for curve in ("off", "paper", "companion"):
        assert f"| {curve}" in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert len(figures(out)["forgetting"]) == 3 * len(SILENCES)


@pytest.mark.parametrize("what", ["locomo", "memorybank", "forgetting"])
def test_a_path_that_is_not_there_is_told(sandbox: Sandbox, what: str, tmp_path: Path) -> None:
    done = evaluate(sandbox, what, tmp_path / "none")
    assert isinstance(done.exception, BadBenchmark)
    assert "there is no such file" in str(done.exception)


def test_what_cannot_be_written_is_told_before_anything_is_measured(
    sandbox: Sandbox, talk: Path, tmp_path: Path
) -> None:
    nowhere = tmp_path / "none" / "figures.json"
    done = evaluate(sandbox, "locomo", talk, "--json", nowhere)
    assert isinstance(done.exception, BadBenchmark)
    assert "cannot be written" in str(done.exception)
    assert evaluate(sandbox, "forgetting", talk, "--plot", tmp_path / "a.txt").exit_code == 2
