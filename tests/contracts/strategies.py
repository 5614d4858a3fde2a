"""Hypothesis strategies for people, places, scopes and memories that are easily confused."""

from datetime import timedelta

from hypothesis import strategies as st

from brain.ids import PersonId, PlaceId
from brain.memory.bm25 import QUERY_TERMS
from brain.memory.lexical import query_terms, terms
from brain.memory.record import Kind, Memory
from brain.messages import Person, Place, Scope
from tests.factories import NOON, memory

IDS = ("p:1", "p:12", "P:1", "p:1 ", "p*", "p:{1}|2", "%", "q_'\"é")
PEOPLE = [Person(PersonId(each)) for each in IDS]
PLACE_IDS = [*map(PlaceId, ["c:1", "c:12", "C:1", "p:1", "c,1|{c}*", ""])]
PLACES = [Place(id, private) for id in PLACE_IDS for private in (True, False)]  # noqa: A001
WORDS = ["tea", "milk", "rain", "猫", "打雷", "x:1", "p*", "{c}", "・", "゛・", "猫・犬"]

people = st.sampled_from(PEOPLE)
places = st.sampled_from(PLACES)
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=4).map(" ".join)
# A store may leave out some words of a query; these queries have only words that it searches by.
queries = texts.filter(
    lambda text: query_terms(text) == terms(text) and len(set(terms(text))) <= QUERY_TERMS
)
scopes = st.builds(
    Scope, people.map(lambda person: person.id), st.none() | st.sampled_from(PLACE_IDS)
)


@st.composite
def memories(draw: st.DrawFn, *, number: int) -> Memory:
    """Draws a memory with a number in its id, from few people and places that often coincide."""
    minutes = draw(st.integers(-3, 3))
    archived = draw(st.sampled_from([None, None, None, NOON - timedelta(days=1)]))
    return memory(
        draw(texts),
        id=f"m{number}",
        person=draw(people),
        place=draw(places),
        kind=draw(st.sampled_from([Kind.TURN] * 4 + list(Kind))),
        reply=draw(st.none() | texts.filter(bool)),
        said_at=NOON + timedelta(minutes=minutes),
        strength=draw(st.sampled_from([1e-4, 1.0, 100.0])),
        pinned=draw(st.booleans()),
        archived_at=archived,
    )


@st.composite
def lives(draw: st.DrawFn) -> list[Memory]:
    """Draws up to a dozen memories of several people."""
    number = draw(st.integers(1, 12))
    return [draw(memories(number=n)) for n in range(number)]
