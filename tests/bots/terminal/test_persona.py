from pathlib import Path

import pytest

from bots.settings.persona import LONGEST
from bots.terminal import failures
from tests.bots.conftest import Sandbox


def own(sandbox: Sandbox, text: str) -> Path:
    sandbox.config.mkdir(parents=True)
    path = sandbox.config / "persona.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_one_that_comes_along_is_shown_with_the_place_for_an_own_one(sandbox: Sandbox) -> None:
    done = sandbox.run("persona")
    assert done.stdout.startswith("You are SiliconFriend")
    assert str(sandbox.config / "persona.md") in done.stderr


def test_an_own_one_is_begun_once_and_never_overwritten(sandbox: Sandbox) -> None:
    path = sandbox.config / "persona.md"
    assert sandbox.run("persona", "--edit").stdout.strip() == str(path)
    assert path.read_text("utf-8").startswith("You are SiliconFriend")
    path.write_text("You are a pirate.")
    assert sandbox.run("persona", "--edit").exit_code == 0
    assert path.read_text("utf-8") == "You are a pirate."


def test_an_own_one_is_what_the_model_is_told(sandbox: Sandbox) -> None:
    path = own(sandbox, "You are a pirate.")
    assert str(path) in sandbox.run("persona").stderr
    sandbox.start("chat", stdin=b"hello\n")
    assert sandbox.server.last_prompt().startswith("You are a pirate.")


def test_the_default_follows_the_language_of_the_person(sandbox: Sandbox) -> None:
    sandbox.start("chat", stdin="你好，我今天很开心\n".encode())
    assert sandbox.server.last_prompt().startswith("你是 SiliconFriend")


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST + 1)])
def test_one_that_says_nothing_or_too_much_is_refused(text: str, sandbox: Sandbox) -> None:
    own(sandbox, text)
    done = sandbox.run("persona")
    assert done.exit_code == failures.USAGE
    assert "persona needs" in done.stderr


def test_one_that_is_not_utf8_is_refused(sandbox: Sandbox) -> None:
    own(sandbox, "").write_bytes(b"\xff\xfe")
    assert sandbox.run("persona").exit_code == failures.USAGE


def test_one_that_was_named_has_to_be_there(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_PERSONA"] = "/nowhere/persona.md"
    done = sandbox.run("persona")
    assert done.exit_code == failures.USAGE
    assert "/nowhere/persona.md" in done.stderr


def test_a_folder_that_cannot_be_is_one_line(sandbox: Sandbox) -> None:
    (sandbox.home / "config").write_text("")
    done = sandbox.run("persona", "--edit")
    assert done.exit_code == failures.FAILED
    assert "cannot write" in done.stderr
