"""Which memories a request to forget selects, of turns with replies and notes made of them."""

from brain.forgetting.selection import select
from brain.ids import MemoryId
from brain.memory.record import Kind
from tests.factories import memory

OWN = memory("Zebulon bakes on Sundays.", id="own")
REPLIED = memory("I play the cello.", id="replied", reply="Zebulon would love that cello.")
NOTE = memory("They know Zebulon.", id="note", kind=Kind.FACT, sources=[MemoryId("own")])
OTHER = memory("I had tea.", id="other")
BOTH = memory("I live in Porto and work at Zebulon Bakery.", id="both")


def ids(memories: tuple[object, ...]) -> list[str]:
    return [getattr(one, "id", "") for one in memories]


def test_what_the_reply_alone_holds_is_partial_and_a_note_goes_with_its_turn() -> None:
    selection = select("forget Zebulon", [OWN, REPLIED, NOTE, OTHER])

    assert ids(selection.meant) == ["own"]
    assert "replied" in ids(selection.partial)
    assert "other" not in ids(selection.partial)
    assert ids(selection.likely(without={OWN.id, NOTE.id}, limit=5)) == ["replied"]
    assert selection.likely(without={OWN.id, NOTE.id}, limit=0) == ()


def test_a_note_whose_turns_are_gone_is_meant_itself() -> None:
    assert ids(select("forget Zebulon", [NOTE, OTHER]).meant) == ["note"]


def test_the_rest_of_a_turn_stays_if_a_part_of_it_is_meant() -> None:
    assert select("forget Zebulon Bakery", [BOTH]).rests == {"both": "I live in Porto."}


def test_a_request_not_to_forget_keeps_all() -> None:
    selection = select("don't forget Zebulon", [OWN, OTHER])

    assert selection.meant == ()
    assert selection.kept == {"own", "other"}
