from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from brain.memory.record import Memory
from brain.messages import Person
from brain.transfer.export_format import (
    end_line,
    header_line,
    is_export,
    memory_line,
    read_memories,
    read_person,
)
from tests.brain.memory.strategies import memories, moments, names, texts

people = st.builds(
    Person,
    id=names,
    name=texts,
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "America/Argentina/Ushuaia"]).map(ZoneInfo),
    language=st.none() | texts,
    same_as=st.none() | texts,
    accounts=st.lists(texts, max_size=3).map(tuple),
)


@given(people, st.lists(memories, max_size=5), moments, st.sampled_from(["", "\ufeff"]))
def test_whatever_is_exported_is_read_again(
    person: Person, held: list[Memory], now: datetime, mark: str
) -> None:
    own = [replace(memory, person=person.id, zone="UTC") for memory in held]
    lines = [
        header_line(person, exported_at=now),
        *(memory_line(memory) for memory in own),
        end_line(len(own)),
    ]
    file = BytesIO((mark + "".join(lines)).encode("utf-8"))
    assert is_export(file)
    assert read_person(file, Path("x")) == person
    assert list(read_memories(file, Path("x"), person_id=person.id)) == own
