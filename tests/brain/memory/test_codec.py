import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from msgspec.structs import replace

from brain.ids import MemoryId, PersonId, PlaceId
from brain.memory.codec import (
    VERSION,
    BadRecord,
    decode,
    encode,
    format_time,
    parse_time,
    to_line,
)
from brain.memory.record import FOREVER, Kind, Memory
from tests.brain.memory.strategies import memories, moments

WHEN = datetime(2026, 11, 20, 9, 30, 0, 7_000, tzinfo=UTC)
CAT = Memory(
    id=MemoryId("a1"),
    person=PersonId("discord:1"),
    place=PlaceId("discord:2"),
    private=True,
    kind=Kind.TURN,
    text="我的猫叫毛毛。\u2028\x85\x00🐈",
    reply=None,
    said_at=WHEN,
    zone="Asia/Shanghai",
    language="zh",
    importance=0.65,
    strength=0.1 + 0.2,
    last_recalled=WHEN,
    recalls=3,
    pinned=True,
    fades_at=FOREVER,
    forgotten_at=FOREVER,
    archived_at=None,
    sources=(MemoryId("b"), MemoryId("c")),
)


@given(memories)
@example(CAT)
@example(replace(CAT, said_at=datetime.min.replace(tzinfo=UTC), archived_at=FOREVER))
@example(replace(CAT, said_at=datetime.max.replace(tzinfo=UTC), pinned=False, kind=Kind.DAY))
def test_every_memory_comes_back_as_it_was(memory: Memory) -> None:
    assert decode(encode(memory)) == memory
    assert decode(json.loads(to_line(memory))) == memory


@given(memories)
def test_a_memory_is_one_line_of_utf8(memory: Memory) -> None:
    line = to_line(memory)
    assert "\n" not in line
    assert "\r" not in line
    assert line.encode("utf-8").decode("utf-8") == line


@given(moments)
def test_a_time_comes_back_as_it_was(moment: datetime) -> None:
    assert parse_time(format_time(moment)) == moment


def test_times_are_utc_with_milliseconds() -> None:
    east = WHEN.astimezone(timezone(timedelta(hours=8)))
    assert format_time(east) == format_time(WHEN) == "2026-11-20T09:30:00.007Z"
    assert format_time(FOREVER) == "9999-12-31T00:00:00.000Z"
    assert parse_time("2026-11-20T17:30:00.007+08:00") == WHEN


def test_every_field_of_the_record_is_written_and_nothing_else() -> None:
    assert list(encode(CAT)) == ["v", *Memory.__struct_fields__]


def test_a_whole_number_is_a_strength_as_good_as_any() -> None:
    # Other tools rewrite 120.0 as 120.
    memory = decode(encode(CAT) | {"strength": 120})
    assert memory.strength == 120.0
    assert isinstance(memory.strength, float)


@pytest.mark.parametrize("field", Memory.__struct_fields__)
def test_a_missing_field_is_named(field: str) -> None:
    data = encode(CAT)
    del data[field]
    with pytest.raises(BadRecord, match=field) as caught:
        decode(data)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mood", "good"),
        ("id", ""),
        ("id", 7),
        ("person", ""),
        ("private", 1),
        ("private", "yes"),
        ("kind", "dream"),
        ("text", None),
        ("text", "\ud800"),
        ("reply", 5),
        ("said_at", 1_700_000_000),
        ("said_at", "yesterday"),
        ("said_at", "2026-11-20T09:30:00"),
        ("said_at", "0001-01-01T00:00:00+14:00"),
        ("last_recalled", None),
        ("importance", 1.5),
        ("importance", True),
        ("strength", 0),
        ("strength", -1.0),
        ("strength", float("nan")),
        ("strength", float("inf")),
        ("strength", 10**400),
        ("strength", "120"),
        ("recalls", 1.5),
        ("recalls", -1),
        ("recalls", 2**63),
        ("recalls", True),
        ("pinned", None),
        ("archived_at", ""),
        ("sources", "b"),
        ("sources", None),
        ("period", None),
        ("ended_at", "soon"),
        ("ended_by", 7),
    ],
)
def test_a_wrong_or_unknown_field_is_named(field: str, value: object) -> None:
    with pytest.raises(BadRecord, match=field) as caught:
        decode(encode(CAT) | {field: value})
    assert caught.value.field == field
    assert caught.value.problem


def test_a_wrong_source_is_named_with_its_place() -> None:
    with pytest.raises(BadRecord) as caught:
        decode(encode(CAT) | {"sources": ["b", 2]})
    assert caught.value.field == "sources.1"


def test_a_memory_of_the_first_version_is_read() -> None:
    data = encode(CAT) | {"v": 1}
    for field in ("period", "ended_at", "ended_by"):
        del data[field]
    assert decode(data) == CAT


@pytest.mark.parametrize("version", [None, 0, VERSION + 1, "1", True])
def test_another_version_is_refused(version: object) -> None:
    with pytest.raises(BadRecord) as caught:
        decode(encode(CAT) | {"v": version})
    assert caught.value.field == "v"


@pytest.mark.parametrize("data", [None, [], "text", 1])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(BadRecord, match="object"):
        decode(data)


def test_a_line_is_plain_json_that_other_tools_read() -> None:
    assert json.loads(to_line(CAT))["text"] == CAT.text
