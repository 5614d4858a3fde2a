import json
from datetime import UTC, datetime, timedelta

import pytest

from bots.terminal import failures
from brain.memory.record import Kind
from tests.bots.conftest import LONG_AGO, Sandbox, memory


def texts(sandbox: Sandbox, *options: str) -> set[str]:
    done = sandbox.run("memories", "--json", *options)
    return {json.loads(line)["text"] for line in done.stdout.splitlines()}


@pytest.fixture(autouse=True)
def _three(sandbox: Sandbox) -> None:
    lately = datetime.now(UTC) - timedelta(days=40)  # neither yesterday nor last week, at any hour
    sandbox.seed(
        memory("Anna likes tea", id="aaaa0001", said_at=LONG_AGO),
        memory("I like coffee", id="bbbb0002", said_at=lately),
        memory("a cup of oolong", id="cccc0003", said_at=lately),
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
        ["--from", "some day", "--yes"],
        ["--on", "some day", "--yes"],
        ["--on", "yesterday", "--until", "yesterday", "--yes"],
        ["--from", "today", "--until", "yesterday", "--yes"],
        ["--search", " ", "--yes"],
        ["--everything", "aaaa", "--yes"],
    ],
)
def test_what_contradicts_itself_is_a_mistake_in_use(
    arguments: list[str], sandbox: Sandbox
) -> None:
    assert sandbox.run("forget", *arguments).exit_code == failures.USAGE
    assert len(texts(sandbox)) == 3


@pytest.mark.parametrize("when", ["yesterday", "last week", "昨天"])
def test_on_is_that_time_alone_and_from_is_since(when: str, sandbox: Sandbox) -> None:
    days = 7 if when == "last week" else 1
    now = datetime.now(UTC)
    sandbox.seed(
        memory("said then", id="dddd0004", said_at=now - timedelta(days=days)),
        memory("said today", id="eeee0005", said_at=now),
    )
    before = texts(sandbox) - {"said then", "said today"}
    sandbox.run("forget", "--on", when, "--yes")
    assert texts(sandbox) == before | {"said today"}
    sandbox.run("restore")
    sandbox.run("forget", "--from", when, "--until", when, "--yes")
    assert texts(sandbox) == before | {"said today"}
    sandbox.run("restore")
    sandbox.run("forget", "--from", when, "--yes")
    assert texts(sandbox) == before


def test_until_reaches_to_the_end_of_its_time(sandbox: Sandbox) -> None:
    now = datetime.now(UTC)
    sandbox.seed(memory("said today", id="eeee0005", said_at=now))
    sandbox.run("forget", "--until", "yesterday", "--yes")
    assert texts(sandbox) == {"said today"}


def test_a_request_in_words_takes_what_is_surely_meant(sandbox: Sandbox) -> None:
    done = sandbox.run("forget", "--search", "please forget everything about Anna", "--dry-run")
    assert "✓ 1. [aaaa0001]" in done.stdout
    assert "coffee" not in done.stdout.partition("may be meant")[0]
    sandbox.run("forget", "--search", "please forget everything about Anna", "--yes")
    assert texts(sandbox) == {"I like coffee", "a cup of oolong"}


def test_what_holds_a_part_is_listed_and_stays(sandbox: Sandbox) -> None:
    preview = sandbox.run("forget", "--search", "tea and Anna's coffee", "--dry-run").stdout
    assert "may be meant" in preview
    sandbox.run("forget", "--search", "Anna's coffee", "--yes")
    assert len(texts(sandbox)) == 3


def test_replies_that_repeat_it_are_shown_one_by_one_and_come_back(sandbox: Sandbox) -> None:
    sandbox.seed(
        memory("My locker code is 48151623.", id="dddd0004", reply="Noted."),
        memory("Which code was it?", id="eeee0005", reply="It was 48151623."),
        memory("What should I eat?", id="ffff0006", reply="A balanced diet with a code of honour."),
    )
    before = replies(sandbox)
    done = sandbox.run("forget", "dddd0004", "--dry-run")
    assert "“It was 48151623.”" in done.stdout
    assert "balanced" not in done.stdout
    sandbox.run("forget", "dddd0004", "--yes")
    assert replies(sandbox) == {**before, "eeee0005": None} | {"dddd0004": None}
    sandbox.run("restore")
    assert replies(sandbox) == before


def test_a_part_of_a_sentence_can_be_cut_out_and_brought_back(sandbox: Sandbox) -> None:
    whole = "I live in Ulm and work at Bosch."
    sandbox.seed(memory(whole, id="dddd0004"))
    done = sandbox.run("forget", "--search", "forget where I work", "--dry-run")
    assert "“I live in Ulm.”" in done.stdout
    sandbox.run("forget", "--search", "forget where I work", "--part", "--yes")
    assert "I live in Ulm." in texts(sandbox)
    assert whole not in texts(sandbox)
    sandbox.run("forget", "--undo")
    assert whole in texts(sandbox)
    assert "I live in Ulm." not in texts(sandbox)


def test_the_person_may_answer_that_a_part_is_to_go(sandbox: Sandbox) -> None:
    sandbox.seed(memory("I live in Ulm and work at Bosch.", id="dddd0004"))
    child = sandbox.open_terminal("forget", "--search", "where I work")
    child.expect("Which shall I forget")
    child.sendline("part")
    child.expect("One memory is forgotten")
    child.wait()
    assert "I live in Ulm." in texts(sandbox)


def replies(sandbox: Sandbox) -> dict[str, str | None]:
    """Of the memories that were seeded by a test: replies by id, None where there is none."""
    lines = sandbox.run("memories", "--json").stdout.splitlines()
    found = {one["id"]: one["reply"] for one in map(json.loads, lines)}
    return {id: found.get(id) for id in ("dddd0004", "eeee0005", "ffff0006")}  # noqa: A001 the field's own name
