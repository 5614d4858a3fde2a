"""`siliconfriend correct`: a memory gets other words, and is put back."""

import asyncio
import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from bots.terminal import failures
from tests.bots.conftest import Sandbox
from tests.redis_server import emptied, shared_url

WRONG, RIGHT = "My cat is called Mango", "My cat is called Miso"


@pytest.fixture(autouse=True, params=["sqlite", "redis"])
def _place(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[None]:
    """The memories are in either store."""
    if request.param == "sqlite":
        yield
        return
    prefix = f"tests-{uuid4().hex}"
    sandbox.env["SILICONFRIEND_STORE"] = shared_url()
    sandbox.env["SILICONFRIEND_STORE_PREFIX"] = prefix
    yield
    asyncio.run(emptied(shared_url(), prefix))


def told(sandbox: Sandbox, *texts: str) -> None:
    lines = "".join(f"{text}\n" for text in texts)
    assert sandbox.start("chat", stdin=lines.encode()).returncode == 0


def kept(sandbox: Sandbox) -> dict[str, str]:
    """The ids of the memories by their texts."""
    lines = sandbox.run("memories", "--json").stdout.splitlines()
    return {found["text"]: found["id"] for found in map(json.loads, lines)}


def test_a_memory_gets_other_words_is_found_by_them_and_put_back(sandbox: Sandbox) -> None:
    told(sandbox, WRONG, "I had tea")
    wrong = kept(sandbox)[WRONG]
    # The reply of this model repeats what it was told, and so goes with the old words.
    done = sandbox.run("correct", wrong[:8], RIGHT)
    assert done.exit_code == failures.USAGE
    assert "--yes" in done.stderr
    assert f"It would read: {RIGHT}" in done.stdout
    assert set(kept(sandbox)) == {WRONG, "I had tea"}
    done = sandbox.run("correct", wrong[:8], *RIGHT.split(), "--yes")
    assert done.exit_code == 0
    assert f"It now reads: {RIGHT}" in done.stdout
    assert "is gone with it: You said: My cat is called Mango" in done.stdout
    assert f"siliconfriend restore {wrong[:8]}" in done.stderr
    assert kept(sandbox)[RIGHT] == wrong
    assert RIGHT in sandbox.run("memories", "--search", "Miso").stdout
    assert "One memory is back" in sandbox.run("restore", wrong[:8]).stdout
    assert set(kept(sandbox)) == {WRONG, "I had tea"}
    assert "nothing to bring back" in sandbox.run("restore").stdout


def test_a_dry_run_only_shows(sandbox: Sandbox) -> None:
    told(sandbox, WRONG)
    done = sandbox.run("correct", kept(sandbox)[WRONG], RIGHT, "--dry-run")
    assert f"It would read: {RIGHT}" in done.stdout
    assert "Only a preview" in done.stderr
    assert set(kept(sandbox)) == {WRONG}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["no memory 0000", "already", "no new words"]),
        ("zh", ["没有编号为 0000", "本来就是", "没有新的内容"]),
        ("es", ["ningún recuerdo 0000", "ya dice", "no hay palabras"]),
    ],
)
def test_what_cannot_be_corrected_is_told(
    sandbox: Sandbox, language: str, words: list[str]
) -> None:
    sandbox.env["SILICONFRIEND_LANGUAGE"] = language
    told(sandbox, WRONG)
    wrong = kept(sandbox)[WRONG]
    tries = [("0000", RIGHT), (wrong, WRONG), (wrong, " ")]
    for (handle, text), word in zip(tries, words, strict=True):
        done = sandbox.run("correct", handle, text)
        assert done.exit_code == failures.FAILED
        assert word in done.stderr
    assert set(kept(sandbox)) == {WRONG}


def test_another_person_s_memory_is_not_there(sandbox: Sandbox) -> None:
    told(sandbox, WRONG)
    done = sandbox.run("correct", kept(sandbox)[WRONG], RIGHT, "--person", "Ben")
    assert "There is no memory" in done.stderr
    assert set(kept(sandbox)) == {WRONG}
