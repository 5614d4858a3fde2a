import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from bots.terminal import failures
from tests.bots.conftest import KYOTO, OSAKA, REPLACED, Sandbox, memory
from tests.ports import closed_address


def objects(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


@pytest.fixture
def _two(sandbox: Sandbox) -> None:
    sandbox.seed(
        memory("My cat Mochi is afraid of thunder", id="aaaa0001bbbb", reply="Poor cat!"),
        memory("I had [red]tea[/red] \x1b[31m", id="cccc0002dddd"),
    )


@pytest.mark.usefixtures("_two")
def test_a_list_needs_neither_model_nor_embedder(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_EMBEDDER__BASE_URL"] = f"http://{closed_address()}/v1"
    done = sandbox.run("memories")
    assert done.exit_code == 0
    assert "aaaa0001" in done.stdout
    assert "My cat Mochi is afraid of thunder" in done.stdout
    assert " 100 " in done.stdout
    assert "100%" in done.stdout
    assert "█" in done.stdout
    # What looks like markup is text, what is an escape sequence is not.
    assert "I had [red]tea[/red] [31m" in done.stdout
    assert sandbox.server.prompts == []


@pytest.mark.usefixtures("_two")
def test_a_limit_says_what_it_leaves_out(sandbox: Sandbox) -> None:
    done = sandbox.run("memories", "--limit", "1")
    assert len(done.stdout.splitlines()) == 2
    assert "1 of 2 shown" in done.stderr


@pytest.mark.usefixtures("_two")
def test_a_search_ranks_what_comes_to_mind(sandbox: Sandbox) -> None:
    [best, *_] = objects(sandbox.run("memories", "--search", "cat", "--json").stdout)
    assert best["id"] == "aaaa0001bbbb"
    assert "Mochi" in sandbox.run("memories", "--search", "cat").stdout


@pytest.mark.parametrize(
    ("language", "mark"), [("en", "said earlier"), ("zh", "早先说的"), ("es", "dicho antes")]
)
def test_what_was_said_otherwise_since_is_marked_wherever_it_is_listed(
    language: str, mark: str, sandbox: Sandbox
) -> None:
    sandbox.seed(*REPLACED)
    sandbox.env["SILICONFRIEND_LANGUAGE"] = language
    for command in (
        ("memories",),
        ("memories", "--search", "Where do I live?"),
        ("memories", KYOTO.id),
        ("forget", KYOTO.id, OSAKA.id, "--dry-run"),
    ):
        told = sandbox.run(*command).stdout
        assert told.count(mark) == 1
        [marked] = [line for line in told.splitlines() if mark in line]
        assert "Kyoto" in marked
    by_text = {each["text"]: each["replaced_at"] for each in listed(sandbox)}
    assert by_text == {KYOTO.text: OSAKA.said_at.isoformat(), OSAKA.text: None}
    sandbox.run("forget", OSAKA.id, "--yes")
    assert [each["replaced_at"] for each in listed(sandbox)] == [None]


def listed(sandbox: Sandbox) -> list[dict[str, Any]]:
    return objects(sandbox.run("memories", "--json").stdout)


@pytest.mark.parametrize("words", ["", " ", "\x01"])
def test_a_search_for_nothing_is_refused(words: str, sandbox: Sandbox) -> None:
    assert sandbox.run("memories", "--search", words).exit_code == failures.FAILED


@pytest.mark.usefixtures("_two")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_narrow_terminal_only_the_text_gives_way(language: str, sandbox: Sandbox) -> None:
    sandbox.seed(memory("word " * 100, id="eeee0003ffff"))
    sandbox.env |= {"COLUMNS": "80", "SILICONFRIEND_LANGUAGE": language}
    shown = sandbox.run("memories").stdout.splitlines()
    [line] = [line for line in shown if line.startswith("eeee0003 ")]
    assert cell_len(line) <= 80
    assert "word word" in line
    assert "…" in line
    assert line.rstrip().endswith("in 10 months" if language == "en" else "后")


@pytest.mark.parametrize(
    ("language", "fades", "erased"),
    [("en", "fades", "erased"), ("zh", "褪色", "抹去"), ("es", "se desvanece", "se borra")],
)
def test_the_archive_says_when_its_memories_are_erased(
    language: str, fades: str, erased: str, sandbox: Sandbox
) -> None:
    sandbox.env["SILICONFRIEND_LANGUAGE"] = language
    sandbox.seed(memory("I like tea.", id="eeee0003ffff"), memory("Coffee.", id="ffff0003ffff"))
    assert sandbox.run("memories").stdout.splitlines()[0].rstrip().endswith(fades)
    assert sandbox.run("forget", "ffff0003ffff", "--yes").exit_code == 0
    assert sandbox.run("memories", "--archived").stdout.splitlines()[0].rstrip().endswith(erased)


def test_no_memories_are_said_to_be_none(sandbox: Sandbox) -> None:
    assert "no memories of me yet" in sandbox.run("memories").stderr
    assert "archive" in sandbox.run("memories", "--archived").stderr
    assert "Nothing comes to mind" in sandbox.run("memories", "--search", "cat").stderr
    assert sandbox.run("memories", "--json").stdout == ""


@pytest.mark.usefixtures("_two")
@pytest.mark.parametrize("handle", [["aaaa0001bbbb"], ["show", "aaaa"]])
def test_one_memory_is_shown_with_its_curve_and_its_dates(
    handle: list[str], sandbox: Sandbox
) -> None:
    done = sandbox.run("memories", *handle, "--days-later", "10")
    assert done.exit_code == 0
    for expected in (
        "aaaa0001bbbb",
        "Poor cat!",
        "90%",
        "┄",
        "↑ now",
        "↑ fades",
        "archived ↑",
        "last recalled",
    ):
        assert expected in done.stdout
    seen = objects(sandbox.run("memories", "--json").stdout)
    [said_at] = [memory["said_at"] for memory in seen if memory["id"] == "aaaa0001bbbb"]
    fades = datetime.fromisoformat(said_at) + timedelta(days=299.573)
    assert f"{fades.day} {fades:%B %Y}" in done.stdout


@pytest.mark.usefixtures("_two")
def test_an_unknown_id_is_one_line(sandbox: Sandbox) -> None:
    done = sandbox.run("memories", "show", "ffff")
    assert done.exit_code == failures.FAILED
    assert "no memory ffff" in done.stderr


@pytest.mark.usefixtures("_two")
def test_a_pinned_memory_stays_and_says_so(sandbox: Sandbox) -> None:
    assert "Pinned: aaaa0001" in sandbox.run("memories", "--pin", "aaaa").stdout
    shown = sandbox.run("memories", "aaaa", "--days-later", "9999").stdout
    assert "pinned" in shown
    assert "never" in shown
    assert "┄" not in shown
    assert "Unpinned" in sandbox.run("memories", "--unpin", "aaaa").stdout


def test_a_long_time_later_it_has_faded(sandbox: Sandbox) -> None:
    sandbox.seed(memory("tea", id="aaaa0001"))
    [seen] = objects(sandbox.run("memories", "--json", "--days-later", "301").stdout)
    assert seen["state"] == "faded"
    assert seen["retention"] < 0.05


@pytest.mark.parametrize(
    "arguments", [["a", "b"], ["show"], ["aaaa", "--search", "x"], ["--limit", "0"]]
)
def test_what_contradicts_itself_is_a_mistake_in_use(
    arguments: list[str], sandbox: Sandbox
) -> None:
    assert sandbox.run("memories", *arguments).exit_code == failures.USAGE


@pytest.mark.usefixtures("_two")
def test_the_list_speaks_chinese(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_LANGUAGE"] = "zh"
    done = sandbox.run("memories")
    assert "保持率" in done.stdout
    assert "对话" in done.stdout
