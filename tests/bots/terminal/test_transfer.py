import asyncio
import json
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from bots.terminal import failures
from brain.ids import PersonId
from brain.messages import Person
from brain.texts import say
from storage.sqlite.store import SqliteStore
from tests.bots.conftest import Sandbox, memory

BANK = {
    "Linda": {
        "name": "Linda",
        "history": {"2023-05-01": [{"query": "I love astronomy", "response": "So do I"}]},
    },
    "snake_case 'n": {"history": {"2023-05-02": [{"query": "I play chess", "response": "Nice"}]}},
}


@pytest.fixture
def bank(sandbox: Sandbox) -> Path:
    path = sandbox.home / "memory_bank_en.json"
    path.write_text(json.dumps(BANK), encoding="utf-8")
    return path


def test_an_export_is_for_the_owners_eyes_and_comes_back_whole(sandbox: Sandbox) -> None:
    sandbox.seed(memory("My cat Mochi", id="aaaa0001", reply="Hello Mochi"))
    out = sandbox.home / "mine.jsonl"
    done = sandbox.run("export", "--out", str(out))
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "One memory written" in done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_text("utf-8") == sandbox.run("export").stdout or out.stat().st_size > 100
    assert [path.name for path in sandbox.home.iterdir() if "mine" in path.name] == ["mine.jsonl"]

    sandbox.run("forget", "--everything", "--yes")
    done = sandbox.run("import", str(out))
    assert done.exit_code == 0
    assert "one memory added, 0 known" in done.stdout
    assert "0 memories added, 1 known" in sandbox.run("import", str(out)).stdout
    assert "Hello Mochi" in sandbox.run("memories", "aaaa0001").stdout


def test_an_export_can_become_somebody_elses(sandbox: Sandbox) -> None:
    sandbox.seed(memory("My cat Mochi", id="aaaa0001"))
    out = sandbox.home / "mine.jsonl"
    sandbox.run("export", "--out", str(out))
    assert "ben: one memory added" in sandbox.run("import", str(out), "--person", "ben").stdout
    assert "My cat Mochi" in sandbox.run("memories", "--person", "ben").stdout


def test_a_memorybank_file_makes_its_names_people_of_the_terminal(
    sandbox: Sandbox, bank: Path
) -> None:
    done = sandbox.run("import", str(bank))
    assert done.exit_code == 0
    assert "2 memories added" in done.stdout
    assert "astronomy" in sandbox.run("memories", "--person", "Linda").stdout
    assert "chess" in sandbox.run("memories", "--person", "snake_case 'n").stdout
    assert "astronomy" not in sandbox.run("memories").stdout


FULL = {
    name: {
        "history": {
            f"2023-05-{day:02}": [{"query": f"I love tea {day}", "response": "So do I"}] * 4
            for day in range(1, 13)
        },
        "summary": {"2023-05-01": {"content": f"{name} spoke of tea."}},
        "personality": {"2023-05-01": "curious", "2023-05-02": "calm"},
        "overall_history": "Much tea.",
        "overall_personality": "A calm person.",
        "meta_information": {"age": 30},
    }
    for name in ("Linda", "Emily")
}
"""Of two people 12 days each, one of them with a summary."""


@pytest.mark.parametrize(
    ("language", "taken", "ignored", "cost"),
    [
        (
            "en",
            "Linda, Emily: turns: 96; summaries of days: 2; personality by day: 4; histories: 2",
            "not read: meta_information",
            "Days without a summary: 22. To summarise them, the model is asked about 66 times.",
        ),
        ("zh", "对话 96 轮；每日总结 2 篇", "不读取：meta_information", "22 天"),
        ("es", "turnos: 96; resúmenes de días: 2", "no se lee: meta_information", "unas 66 veces"),
    ],
)
def test_an_import_says_what_it_takes_what_not_what_it_costs_and_how_far_it_is(
    sandbox: Sandbox, language: str, taken: str, ignored: str, cost: str
) -> None:
    path = sandbox.home / "bank.json"
    path.write_text(json.dumps(FULL), encoding="utf-8")
    sandbox.env["SILICONFRIEND_LANGUAGE"] = language
    done = sandbox.run("import", str(path))
    assert done.exit_code == 0
    for told in (
        taken,
        ignored,
        cost,
        "--no-summaries",
        f"{say(language, 'import-progress')} 53/106",
    ):
        assert told in done.stderr


def test_an_import_at_a_terminal_asks_before_a_model_is_asked(sandbox: Sandbox, bank: Path) -> None:
    for answer, summarised in (("n", "There was nothing to summarise."), ("y", "days are")):
        path = bank.rename(sandbox.home / f"{answer}.json")
        child = sandbox.open_terminal("import", str(path))
        child.expect("Shall the model summarise them?")
        assert sandbox.run("memories", "--person", "Linda", "--json").stdout == ""
        child.send(f"{answer}\r")
        child.expect("2 memories added")
        child.wait()
        assert summarised in sandbox.run("consolidate", "--everybody").stdout
        for name in BANK:
            sandbox.run("forget", "--everything", "--yes", "--person", name)
        bank = path


@pytest.mark.parametrize(
    ("flag", "told"),
    [("--no-summaries", "There was nothing to summarise."), ("--summaries", "2 days are")],
)
def test_a_flag_says_whether_imported_days_are_summarised(
    sandbox: Sandbox, bank: Path, flag: str, told: str
) -> None:
    done = sandbox.run("import", flag, str(bank))
    assert done.exit_code == 0
    assert "Days without a summary" not in done.stderr
    assert told in sandbox.run("consolidate", "--everybody").stdout


def test_without_a_model_that_summarises_an_import_tells_of_no_cost(
    sandbox: Sandbox, bank: Path
) -> None:
    sandbox.env["SILICONFRIEND_MEMORY__CONSOLIDATE"] = "off"
    assert "Days without a summary" not in sandbox.run("import", str(bank)).stderr


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{", b"[]", b'{"a": 1}', b"x" * 2**20])
def test_a_wrong_file_is_one_line_and_changes_nothing(content: bytes, sandbox: Sandbox) -> None:
    path = sandbox.home / "wrong.json"
    path.write_bytes(content)
    done = sandbox.run("import", str(path))
    assert done.exit_code == failures.FAILED
    assert f"{path}" in done.stderr
    assert "Nothing was changed" in done.stderr
    assert sandbox.run("memories", "--json").stdout == ""


def test_a_wrong_file_is_explained_in_the_persons_language(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_LANGUAGE"] = "zh"
    done = sandbox.run("import", "/nowhere/bank.json")
    assert done.exit_code == failures.FAILED
    assert "无法导入 /nowhere/bank.json" in done.stderr


def test_a_file_that_cannot_be_written_is_one_line(sandbox: Sandbox) -> None:
    done = sandbox.run("export", "--out", "/nowhere/mine.jsonl")
    assert done.exit_code == failures.FAILED
    assert "/nowhere/mine.jsonl" in done.stderr


def test_an_export_that_fails_leaves_the_old_one_as_it_was(sandbox: Sandbox) -> None:
    out = sandbox.home / "mine.jsonl"
    out.write_text("old")
    sandbox.data.mkdir()
    sandbox.database.write_bytes(b"no database" * 1000)
    assert sandbox.run("export", "--out", str(out)).exit_code == failures.FAILED
    assert out.read_text() == "old"
    assert {path.name for path in sandbox.home.iterdir()} == {"data", "mine.jsonl"}


def test_what_is_kept_of_an_account_on_a_platform_can_be_exported(sandbox: Sandbox) -> None:
    joined, own = (
        Person(PersonId("telegram:1")),
        Person(PersonId("discord:2"), same_as=PersonId("telegram:1")),
    )

    async def keep() -> None:
        store = await SqliteStore.open(sandbox.database)
        try:
            mochi = replace(memory("My cat Mochi", id="aaaa0001"), person=joined.id)
            await store.add([mochi], [None])
            await store.save_person(own)
        finally:
            await store.close()

    asyncio.run(keep())
    for account in (joined.id, own.id):
        done = sandbox.run("export", "--account", account)
        assert done.exit_code == 0
        assert "My cat Mochi" in done.stdout
    assert "Mochi" not in sandbox.run("export").stdout
    both = sandbox.run("export", "--account", own.id, "--person", "ben")
    assert both.exit_code == failures.USAGE
