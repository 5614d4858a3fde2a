"""What crosses the border: scopes, and messages made safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.errors import EmptyMessage, MessageTooLong, NotText
from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place, Scope, clean


def test_in_private_a_person_meets_everything_of_theirs() -> None:
    scope = Scope.of(Person(PersonId("discord:1")), Place(PlaceId("discord:dm:1"), private=True))
    assert scope.sees(
        person_id=PersonId("discord:1"), place_id=PlaceId("discord:guild:9"), private=False
    )
    assert scope.sees(person_id=PersonId("discord:1"), place_id=PlaceId("telegram:1"), private=True)
    assert not scope.sees(
        person_id=PersonId("discord:2"), place_id=PlaceId("discord:dm:1"), private=True
    )


def test_a_shared_place_sees_only_what_was_said_there() -> None:
    scope = Scope.of(
        Person(PersonId("discord:1")), Place(PlaceId("discord:guild:9"), private=False)
    )
    assert scope.sees(
        person_id=PersonId("discord:1"), place_id=PlaceId("discord:guild:9"), private=False
    )
    assert not scope.sees(
        person_id=PersonId("discord:1"), place_id=PlaceId("discord:guild:8"), private=False
    )
    assert not scope.sees(
        person_id=PersonId("discord:1"), place_id=PlaceId("discord:guild:9"), private=True
    )
    assert not scope.sees(
        person_id=PersonId("discord:2"), place_id=PlaceId("discord:guild:9"), private=False
    )


def test_control_characters_go_and_direction_marks_stay() -> None:
    assert clean(" \x1b[31mred\x07\r\nline\t", limit=99) == "[31mred\nline"
    assert clean("\u200fשלום\u200f", limit=99) == "\u200fשלום\u200f"
    assert clean("half\ud800 a pair", limit=99) == "half a pair"


def test_nothing_to_say_is_refused() -> None:
    for empty in ("", "  \n\t ", "\x07\x1b"):
        with pytest.raises(EmptyMessage):
            clean(empty, limit=99)


def test_too_long_is_refused_with_both_figures() -> None:
    with pytest.raises(MessageTooLong) as caught:
        clean("x" * 1_000_000, limit=32_768)
    assert "1,000,000" in str(caught.value)
    assert "32,768" in str(caught.value)


def test_binary_is_refused() -> None:
    with pytest.raises(NotText):
        clean("PNG\x00\x01", limit=99)


@given(st.text(max_size=300))
def test_whatever_is_kept_can_be_stored_and_is_clean_already(text: str) -> None:
    try:
        kept = clean(text, limit=300)
    except (EmptyMessage, NotText):
        return
    kept.encode("utf-8")
    assert kept
    assert clean(kept, limit=300) == kept
