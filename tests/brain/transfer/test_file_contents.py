"""What a file holds, before any of it is imported."""

from pathlib import Path

from brain.memory.periods import Group, node_id
from brain.memory.record import Kind
from brain.transfer.file_contents import read_contents
from storage.sqlite.store import SqliteStore
from tests.brain.transfer.helpers import ANNA, export, turn
from tests.brain.transfer.test_importing import BANK, bank_file, export_of
from tests.factories import memory


async def test_an_export_is_counted_by_kind_and_by_days_without_a_summary(
    store: SqliteStore, tmp_path: Path
) -> None:
    lines = await export_of(store, 3)
    path = tmp_path / "export.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    contents = read_contents(path)
    assert (contents.people, contents.kinds[Kind.TURN]) == (("Anna",), 3)
    assert (contents.unsummarised_days, contents.requests) == (1, 3)

    period = turn(0).day.isoformat()
    note = memory(
        "She spoke of Mao.",
        id=node_id(Group(ANNA.id, None), Kind.DAY, period),
        person=ANNA,
        kind=Kind.DAY,
        period=period,
    )
    await store.add([note], [None])
    lines = await export(store, ANNA.id)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    contents = read_contents(path)
    assert (contents.kinds[Kind.DAY], contents.unsummarised_days) == (1, 0)


def test_a_bank_is_counted_by_kind_and_what_is_not_read_is_named(tmp_path: Path) -> None:
    data = {**BANK, "Emily": {"summary": {}, "meta_information": {"age": 3}, "notes": [1]}}
    contents = read_contents(bank_file(tmp_path, data))
    assert contents.people == ("Ann", "安")
    assert {kind: count for kind, count in contents.kinds.items() if count} == {
        Kind.TURN: 3,
        Kind.DAY: 1,
        Kind.INSIGHT: 1,
        Kind.HISTORY: 1,
    }
    assert (contents.skipped, contents.ignored) == (1, ("meta_information", "notes"))
    assert contents.unsummarised_days == 1
