import json

import pytest

from bots.terminal import failures
from brain.memory.record import Kind
from tests.bots.conftest import LONG_AGO, Sandbox, memory


def texts(sandbox: Sandbox, *options: str) -> set[str]:
    done = sandbox.run("memories", "--json", *options)
    return {json.loads(line)["text"] for line in done.stdout.splitlines()}


@pytest.fixture(autouse=True)
def _three(sandbox: Sandbox) -> None:
    sandbox.seed(
        memory("Anna likes tea", id="aaaa0001", said_at=LONG_AGO),
        memory("I like coffee", id="bbbb0002"),
        memory("a cup of oolong", id="cccc0003"),
    )


def test_nothing_is_forgotten_when_nobody_is_there_to_ask(sandbox: Sandbox) -> None:
    done = sandbox.run("forget", "aaaa")
    assert done.exit_code == failures.USAGE
    assert "--yes" in done.stderr


def test_a_dry_run_only_shows(sandbox: Sandbox) -> None:
    done = sandbox.run("forget", "aaaa", "--dry-run")
    assert "Anna likes tea" in done.stdout
    assert "Only a preview" in done.stderr
    assert len(texts(sandbox)) == 3


def test_forgetting_by_id_gives_a_receipt_and_can_be_undone(sandbox: Sandbox) -> None:
    done = sandbox.run("forget", "aaaa", "bbbb0002", "--yes")
    assert done.exit_code == 0
    assert "2 memories are forgotten. They can be brought back until" in done.stdout
    assert "[bbbb0002]" in done.stdout
    assert "--undo" in done.stderr
    assert texts(sandbox) == {"a cup of oolong"}
    assert texts(sandbox, "--archived") == {"Anna likes tea", "I like coffee"}
    assert "2 memories are back" in sandbox.run("forget", "--undo").stdout
    assert len(texts(sandbox)) == 3
    assert "nothing to bring back" in sandbox.run("restore").stdout


def test_single_ones_and_all_can_be_restored(sandbox: Sandbox) -> None:
    sandbox.run("forget", "aaaa", "bbbb", "cccc", "--yes")
    assert "I like coffee" in sandbox.run("forget", "--undo", "bbbb").stdout
    assert "2 memories are back" in sandbox.run("restore", "--all").stdout


def test_without_being_asked_only_what_holds_all_the_words_goes(sandbox: Sandbox) -> None:
    sandbox.run("forget", "--search", "likes anna", "--yes")
    assert texts(sandbox) == {"I like coffee", "a cup of oolong"}


def test_words_that_nothing_holds_forget_nothing(sandbox: Sandbox) -> None:
    done = sandbox.run("forget", "--search", "xyzzy", "--yes")
    assert done.exit_code == 0
    assert "nothing to forget" in done.stdout


def test_days_are_forgotten_from_the_first_to_the_last(sandbox: Sandbox) -> None:
    sandbox.run("forget", "--from", "2025-12-31", "--until", "2026-01-01", "--yes")
    assert texts(sandbox) == {"I like coffee", "a cup of oolong"}


def test_at_once_means_for_good_and_takes_the_archive_along(sandbox: Sandbox) -> None:
    sandbox.run("forget", "aaaa", "--yes")
    done = sandbox.run("forget", "--search", "tea", "--now", "--yes")
    assert "One memory is erased, for good." in done.stdout
    assert texts(sandbox, "--archived") == set()
    assert b"Anna likes tea" not in sandbox.database.read_bytes()


def test_what_was_made_of_it_is_erased_even_where_the_words_can_come_back(
    sandbox: Sandbox,
) -> None:
    sandbox.seed(memory("A warm day", id="dddd0004", kind=Kind.DAY, sources=["aaaa0001"]))
    done = sandbox.run("forget", "aaaa", "--yes")
    assert "One memory is forgotten." in done.stdout
    assert "One summary, fact or portrait made of it is erased" in done.stdout
    assert texts(sandbox, "--archived") == {"Anna likes tea"}
    assert b"A warm day" not in sandbox.database.read_bytes()


@pytest.mark.parametrize("by", [("--search", "tea"), ("aaaa",)])
def test_at_once_takes_what_is_in_the_archive_already(
    by: tuple[str, ...], sandbox: Sandbox
) -> None:
    sandbox.run("forget", "aaaa", "--yes")
    done = sandbox.run("forget", *by, "--now", "--yes")
    assert "One memory is erased, for good." in done.stdout
    assert texts(sandbox, "--archived") == set()


def test_everything_goes_after_the_name_was_typed(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("forget", "--everything")
    child.expect("memories: 3; in the archive: 0")
    child.expect("type the name")
    child.sendline("you")
    child.expect("Nothing was forgotten")
    child.wait()
    assert len(texts(sandbox)) == 3
    child = sandbox.open_terminal("forget", "--everything")
    child.expect("type the name")
    child.sendline("me")
    child.expect("erased for good; memories: 3")
    child.wait()
    assert texts(sandbox) == set()


def test_everything_shows_first_and_goes_when_told_to_be_sure(sandbox: Sandbox) -> None:
    assert "memories: 3" in sandbox.run("forget", "--everything", "--dry-run").stdout
    assert len(texts(sandbox)) == 3
    assert "is erased" in sandbox.run("forget", "--everything", "--yes").stdout
    assert texts(sandbox) == set()


def test_at_a_terminal_the_person_chooses(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("forget", "--search", "tea")
    child.expect("Which shall I forget")
    child.sendline("perhaps")
    child.expect("did not understand")
    child.expect("Which shall I forget")
    child.sendline("1")
    child.expect("One memory is forgotten")
    child.wait()
    assert "Anna likes tea" not in texts(sandbox)


def test_ctrl_c_at_the_question_forgets_nothing(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("forget", "aaaa")
    child.expect("Which shall I forget")
    child.sendintr()
    child.wait()
    assert child.exitstatus == failures.INTERRUPTED
    assert len(texts(sandbox)) == 3


def test_people_cannot_forget_for_each_other(sandbox: Sandbox) -> None:
    done = sandbox.run("forget", "aaaa", "--yes", "--person", "somebody")
    assert done.exit_code == failures.FAILED
    assert len(texts(sandbox)) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["--yes"],
        ["aaaa", "--search", "tea", "--yes"],
        ["--undo", "--search", "tea"],
        ["--undo", "--now"],
        ["--from", "yesterday", "--yes"],
        ["--everything", "aaaa", "--yes"],
    ],
)
def test_what_contradicts_itself_is_a_mistake_in_use(
    arguments: list[str], sandbox: Sandbox
) -> None:
    assert sandbox.run("forget", *arguments).exit_code == failures.USAGE
    assert len(texts(sandbox)) == 3
