import json
import os
from datetime import date
from pathlib import Path

import pytest

from brain.errors import BadImport
from brain.ids import PersonId
from brain.languages import FOLDER, languages
from brain.memory.record import Kind
from brain.messages import Scope
from brain.transfer.import_errors import explain
from storage.sqlite.store import SqliteStore
from tests.brain.transfer.helpers import ANNA, NOW, bring, by_name, everything, export, turn
from tests.brain.transfer.test_memorybank import DAY, said
from tests.doubles import HashEmbedder
from tests.shared import shared

ANN = by_name("Ann")
BANK = {
    " Ann ": {
        "name": "Ann",
        "history": {
            DAY: [said("My cat is called Mao."), said("She is afraid of thunder."), None],
            "2023-04-28": [],
        },
        "summary": {DAY: {"content": "Ann spoke of her cat Mao."}},
        "personality": {DAY: "caring"},
        "overall_history": "She has a cat.",
    },
    "安": {"history": {DAY: [said("我的猫叫毛毛。")]}},
}


def bank_file(tmp_path: Path, data: object, *, name: str = "memory_bank.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2), "utf-8")
    return path


async def export_of(store: SqliteStore, count: int) -> list[str]:
    await store.save_person(ANNA)
    memories = [turn(index) for index in range(count)]
    await store.add(memories, await HashEmbedder().passages([m.content for m in memories]))
    return await export(store, ANNA.id)


async def refused(store: SqliteStore, path: Path) -> BadImport:
    """The refusal of that file, with the certainty that it changed nothing."""
    before = await everything(store)
    people = await store.people()
    embedder = HashEmbedder()
    with pytest.raises(BadImport) as caught:
        await bring(path, store, embedder=embedder)
    assert await store.people() == people
    assert await everything(store) == before
    assert embedder.embedded == []
    assert caught.value.values["path"] == str(path)
    return caught.value


async def test_a_bank_becomes_people_turns_and_summaries(
    store: SqliteStore, tmp_path: Path
) -> None:
    receipt = await bring(bank_file(tmp_path, BANK), store)
    assert receipt.people == (ANN, by_name("安"))
    assert await store.people() == receipt.people
    assert (receipt.added, receipt.known) == (6, 0)
    assert receipt.skipped == 1
    scope = Scope.everything_of(ANN.id)
    everything = (await store.page(scope, limit=9)).memories
    turns = [memory for memory in everything if memory.kind is Kind.TURN]
    [summary] = [memory for memory in everything if memory.kind is Kind.DAY]
    assert {memory.kind for memory in everything} == set(Kind) - {Kind.FACT, Kind.PORTRAIT}
    assert set(summary.sources) == {memory.id for memory in turns}
    found = await store.search(scope, text="Mao", vector=None, now=NOW, limit=5)
    assert len(found.lexical) == 2


async def test_a_bank_that_is_imported_twice_adds_nothing(
    store: SqliteStore, tmp_path: Path
) -> None:
    path = bank_file(tmp_path, BANK)
    await bring(path, store)
    before = await everything(store)
    receipt = await bring(path, store)
    assert (receipt.added, receipt.known) == (0, 6)
    assert await everything(store) == before


async def test_what_was_edited_in_a_bank_is_added_and_what_was_said_twice_stays_two(
    store: SqliteStore, tmp_path: Path
) -> None:
    said = [{"query": words, "response": "Ok."} for words in ("Soup again.", "Tea.", "Soup again.")]
    bank = {"name": "Ann", "history": {DAY: said}}
    assert (await bring(bank_file(tmp_path, {"Ann": bank}), store)).added == 3
    said[0]["query"] = "Soup with Mao."
    receipt = await bring(bank_file(tmp_path, {"Ann": bank}), store)
    assert (receipt.added, receipt.known) == (1, 2)
    found = await store.search(
        Scope.everything_of(receipt.people[0].id), text="Mao", vector=None, now=NOW, limit=5
    )
    assert [one.text for one, _ in found.lexical] == ["Soup with Mao."]


async def test_a_bank_on_one_line_with_a_byte_order_mark_is_a_bank(
    store: SqliteStore, tmp_path: Path
) -> None:
    path = tmp_path / "bank.json"
    path.write_text(json.dumps(BANK), "utf-8-sig")
    assert (await bring(path, store)).added == 6


async def test_a_bank_of_one_can_be_anybodys(store: SqliteStore, tmp_path: Path) -> None:
    path = bank_file(tmp_path, {"安": BANK["安"]})
    assert (await bring(path, store, person=ANNA)).people == (ANNA,)
    assert await store.count(Scope.everything_of(ANNA.id)) == 1


async def test_a_bank_of_several_cannot_become_one_persons(
    store: SqliteStore, tmp_path: Path
) -> None:
    with pytest.raises(BadImport, match="2 people"):
        await bring(bank_file(tmp_path, BANK), store, person=ANNA)
    assert await store.people() == ()


async def test_names_that_differ_by_spaces_alone_are_not_mixed(
    store: SqliteStore, tmp_path: Path
) -> None:
    both = {"Ann": BANK[" Ann "], " Ann": BANK["安"]}
    error = await refused(store, bank_file(tmp_path, both))
    assert "Ann, Ann" in str(error)


async def stale(store: SqliteStore, person: str) -> set[tuple[date, str | None]]:
    return {
        (day.day, day.place)
        for day in await store.stale_days(limit=999, person_id=PersonId(person))
    }


async def test_a_day_that_came_with_its_summary_is_not_stale_and_another_is(
    store: SqliteStore, tmp_path: Path
) -> None:
    told = {f"2023-04-{day:02}": [said(f"Turn {n}.") for n in range(30)] for day in range(1, 11)}
    summary = {day: f"Summary of {day}." for day in told if day != "2023-04-05"}
    path = bank_file(tmp_path, {"Ann": {"history": told, "summary": summary}})
    await bring(path, store)
    assert await stale(store, ANN.id) == {(date(2023, 4, 5), None)}
    # What was changed since stays so.
    scope = Scope.everything_of(ANN.id)
    await store.erase(scope, [(await store.page(scope, limit=1, kinds=[Kind.TURN])).memories[0].id])
    await bring(path, store)
    assert await stale(store, ANN.id) == {(date(2023, 4, 5), None), (date(2023, 4, 10), None)}


@pytest.mark.parametrize("folder", ["en", "cn"])
async def test_the_published_banks_are_imported(store: SqliteStore, folder: str) -> None:
    path = shared(f"data/memorybank/{folder}/memory_bank_{folder}.json")
    receipt = await bring(path, store)
    assert (len(receipt.people), receipt.added, receipt.skipped) == (15, 566, 0)
    language = {"en": "en", "cn": "zh"}[folder]
    for person in receipt.people:
        page = await store.page(Scope.everything_of(person.id), limit=100)
        assert {memory.language for memory in page.memories} == {language}
        assert min(memory.fades_at for memory in page.memories) > NOW
    assert (await bring(path, store)).added == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t ", "it is empty"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8"),
        (b"Dear diary", "not valid JSON"),
        (b'{"Ann": {"history": ', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"n": ' + b"9" * 5_000 + b"}", "not valid JSON"),
        (b"[]", "neither an export of siliconfriend nor a MemoryBank file"),
        (b'"text"', "neither an export of siliconfriend nor a MemoryBank file"),
        (b'{"name": "package"}', "neither an export of siliconfriend nor a MemoryBank file"),
        (b"{}", "no people"),
        (b'{"Ann": {"history": {}}}', "no people"),
    ],
)
async def test_a_wrong_file_is_refused_and_changes_nothing(
    store: SqliteStore, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "wrong.json"
    path.write_bytes(content)
    error = await refused(store, path)
    assert reason in str(error)
    assert "Nothing was changed" in str(error)


async def test_a_place_without_a_file_is_refused(store: SqliteStore, tmp_path: Path) -> None:
    assert "no such file" in str(await refused(store, tmp_path / "missing.json"))
    assert "folder" in str(await refused(store, tmp_path))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "not an ordinary file" in str(await refused(store, pipe))


async def test_an_export_cut_anywhere_is_refused(store: SqliteStore, tmp_path: Path) -> None:
    whole = "".join(await export_of(store, 4)).encode("utf-8")
    path = tmp_path / "cut.jsonl"
    cuts = [*range(1, len(whole) - 1, 97), len(whole) - 2, whole.rindex(b"{")]
    for cut in cuts:
        path.write_bytes(whole[:cut])
        await refused(store, path)


async def test_an_export_without_its_last_line_says_so(store: SqliteStore, tmp_path: Path) -> None:
    lines = await export_of(store, 3)
    path = tmp_path / "cut.jsonl"
    path.write_text("".join(lines[:-1]), "utf-8")
    assert "cut off" in str(await refused(store, path))
    path.write_text("".join(lines[:-1])[:-9], "utf-8")
    error = await refused(store, path)
    assert "cut off" in str(error)
    assert error.values["line"] == 4


def changed(line: str, **fields: object) -> str:
    return json.dumps(json.loads(line) | fields) + "\n"


async def test_a_wrong_line_is_refused_by_number_and_reason(
    store: SqliteStore, tmp_path: Path
) -> None:
    header, first, second, end = await export_of(store, 2)
    path = tmp_path / "wrong.jsonl"
    cases = [
        (3, "strength", [header, first, changed(second, strength="much"), end]),
        (3, "mood", [header, first, changed(second, mood="good"), end]),
        (3, "time zone", [header, first, changed(second, zone="Mars/Olympus"), end]),
        (3, "time zone", [header, first, changed(second, zone="../etc"), end]),
        (3, "terminal:bert", [header, first, changed(second, person="terminal:bert"), end]),
        (3, "not valid JSON", [header, first, "oops\n", end]),
        (3, "object", [header, first, "[]\n", end]),
        (3, "text", [header, first, second.replace("Thought", "\\ud800", 1), end]),
        (3, "3 memories and holds 1", [header, first, changed(end, memories=3)]),
        (3, "memories", [header, first, changed(end, memories="1")]),
        (5, "follows the end", [header, first, second, changed(end, memories=2), header]),
        (1, "time zone", [changed(header, person=person(zone="America")), first, second, end]),
        (1, "person.id", [changed(header, person=person(id="")), first, second, end]),
        (1, "mood", [changed(header, mood="good"), first, second, end]),
        (1, "format 3; this one knows 2", [changed(header, version=3), first, second, end]),
    ]
    for number, reason, lines in cases:
        path.write_bytes("".join(lines).encode("utf-8"))
        error = await refused(store, path)
        assert reason in str(error)
        assert error.values["line"] == number, str(error)


def person(**fields: str | None) -> dict[str, str | None]:
    return {"id": ANNA.id, "name": ANNA.name, "zone": "UTC", "language": None, **fields}


async def test_line_ends_of_windows_and_blank_lines_do_no_harm(
    store: SqliteStore, elsewhere: SqliteStore, tmp_path: Path
) -> None:
    lines = await export_of(store, 3)
    path = tmp_path / "anna.jsonl"
    path.write_bytes("\ufeff".encode() + "\r\n".join(lines).encode("utf-8"))
    assert (await bring(path, elsewhere)).added == 3
    assert await export(elsewhere, ANNA.id) == lines


async def test_the_reason_is_told_in_chinese_too(store: SqliteStore, tmp_path: Path) -> None:
    header, first, *_ = await export_of(store, 2)
    path = tmp_path / "cut.jsonl"
    path.write_text(header + first, "utf-8")
    error = await refused(store, path)
    assert explain("en", error) == str(error)
    told = explain("zh", error)
    assert "文件不完整" in told
    assert "cut off" not in told


def test_all_catalogues_know_the_same_reasons() -> None:
    known = [
        {
            line.split(" = ")[0]
            for line in (FOLDER / language / "transfer.ftl").read_text("utf-8").splitlines()
            if line.startswith("import-")
        }
        for language in languages()
    ]
    assert all(each == known[0] for each in known)
    assert len(known[0]) > 20
