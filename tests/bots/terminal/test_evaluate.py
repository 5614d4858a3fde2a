"""`siliconfriend eval`: tables, figures, and what is wrong with a path."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.terminal.evaluate import command
from brain.embedders.openai import OpenAIEmbedder
from brain.evaluation.errors import BadBenchmark
from brain.evaluation.forgetting import SHARES
from brain.evaluation.rules import RULES
from brain.evaluation.vector_cache import NAME
from brain.memory.record import Vector
from tests.bots.conftest import Sandbox
from tests.brain.evaluation.conftest import TALK

ROOT = Path(__file__).parents[3]


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


def test_the_example_of_the_docs_runs_and_a_second_run_embeds_nothing(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, rest = (ROOT / "docs" / "recall.md").read_text("utf-8").partition("<!-- example -->")
    example, out = tmp_path / "example.jsonl.gz", tmp_path / "figures.json"
    lines = rest.partition("```json\n")[2].partition("```")[0]
    example.write_bytes(gzip.compress(lines.encode()))
    done = evaluate(sandbox, "recall", example, "--json", out)
    assert done.exit_code == 0, done.output
    first = figures(out)
    rows = {(row["method"], row["kind"]): row for row in first["retrieval"]}
    assert len(rows) == 4 * 3
    every = rows["full", "every"]
    assert every["questions"] == 2
    assert set(every["standard_errors"]) == {"any@5", "any@10", "recall@10", "ndcg@10"}
    assert rows["plain", "hobby"]["any@5"] == 1.0
    assert rows["plain", "hobby"]["standard_errors"]["any@5"] is None
    assert [file.name for file in (tmp_path / "cache" / "siliconfriend").iterdir()] == [NAME]
    asked: list[str] = []
    embed = OpenAIEmbedder._embed

    async def counting(
        self: OpenAIEmbedder, texts: Sequence[str], *, is_query: bool
    ) -> list[Vector]:
        asked.extend(texts)
        return await embed(self, texts, is_query=is_query)

    monkeypatch.setattr(OpenAIEmbedder, "_embed", counting)
    assert evaluate(sandbox, "recall", example, "--json", out).exit_code == 0
    assert figures(out) == first
    assert asked == ["dimensions"], "opening the embedder asks for one vector, and nothing else"
    assert evaluate(sandbox, "recall", example, "--no-cache").exit_code == 0
    assert "Which pet have I got?" in asked


def test_vectors_are_kept_where_asked_or_not_at_all(sandbox: Sandbox, talk: Path) -> None:
    folder = talk.parent / "vectors"
    assert evaluate(sandbox, "recall", talk, "--no-cache", "--cache", folder).exit_code == 0
    assert not folder.exists()
    assert evaluate(sandbox, "recall", talk, "--cache", folder).exit_code == 0
    assert (folder / NAME).is_file()


def test_a_wrong_line_is_told_with_its_number(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('\n{"turn": {"id": "1"}}', "utf-8")
    with pytest.raises(BadBenchmark, match=r"line 2: .*missing required field `person`"):
        raise evaluate(sandbox, "recall", path).exception or AssertionError


def test_forgetting_is_a_table_and_a_picture(sandbox: Sandbox, talk: Path, tmp_path: Path) -> None:
    picture, out = tmp_path / "forgetting.png", tmp_path / "figures.json"
    done = evaluate(sandbox, "forgetting", talk, "--plot", picture, "--json", out)
    assert done.exit_code == 0, done.output
    for rule in RULES:
        assert f"| {rule}" in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert len(figures(out)["forgetting"]) == 1 + len(RULES) * len(SHARES)


@pytest.mark.parametrize("what", ["recall", "locomo", "memorybank", "forgetting"])
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
