"""What a model states of facts, and what is kept of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from brain.consolidation.fact_identity import is_contrary
from brain.consolidation.fact_schema import Facts, RatedLine, StatedFact
from brain.consolidation.facts import merge, rate_turns, select_relevant, without_day
from brain.ids import MemoryId
from brain.memory.importance import judge_importance
from brain.memory.periods import Group
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION
from tests.factories import ANNA, ANNAS_DM, NOON, memory

GROUP = Group(ANNA.id, None)
BERLIN = memory("Anna lives in Berlin.", id="berlin", kind=Kind.FACT, sources=["t1"])
MOVED = memory("I moved to Kyoto last week.", id="t9", said_at=NOON + timedelta(days=9))


def stated(
    text: str,
    *lines: int,
    replaces: tuple[int, ...] = (),
    same_as: int | None = None,
    importance: int = 5,
    parts: tuple[str, str, str] = ("", "", ""),
) -> StatedFact:
    subject, relation, value = parts
    return StatedFact(
        statement=text,
        subject=subject,
        relation=relation,
        value=value,
        lines=list(lines),
        replaces=list(replaces),
        same_as=same_as,
        importance=importance,
    )


def merged(
    *facts: StatedFact, turns: tuple[Memory, ...] = (MOVED,), known: tuple[Memory, ...] = ()
) -> dict[str, Memory]:
    kept = merge(
        Facts(facts=list(facts), ratings=[]),
        group=GROUP,
        person=ANNA,
        place=ANNAS_DM,
        turns=turns,
        known=known,
        shown=known,
        before={},
        language="en",
        curve=COMPANION,
    )
    return {fact.text: fact for fact in kept}


def test_a_newer_fact_ends_an_older_one_without_erasing_it() -> None:
    facts = merged(stated("Anna lives in Kyoto.", 1, replaces=(1,)), known=(BERLIN,))
    new, old = facts["Anna lives in Kyoto."], facts["Anna lives in Berlin."]
    assert (old.ended_at, old.ended_by) == (MOVED.said_at, new.id)
    assert new.ended_at is None
    assert new.sources == (MOVED.id,)


def test_an_older_fact_never_ends_a_newer_one() -> None:
    later = replace(BERLIN, said_at=MOVED.said_at + timedelta(days=1))
    facts = merged(stated("Anna lives in Kyoto.", 1, replaces=(1,)), known=(later,))
    assert set(facts) == {"Anna lives in Kyoto."}


def test_what_was_known_gains_a_source_and_no_double() -> None:
    again = memory("Did I say that Berlin is where I live?", id="t2")
    for fact in (stated("anna lives in BERLIN", 1), stated("She resides in Berlin", 1, same_as=1)):
        facts = merged(fact, turns=(again,), known=(BERLIN,))
        assert [f.id for f in facts.values()] == [BERLIN.id]
        assert facts[BERLIN.text].sources == ("t1", "t2")


APART = [
    ("Ann moved from Berlin to Kyoto.", "Ann moved from Kyoto to Berlin."),
    ("Anna's account stands at 500.", "Anna's account stands at -500."),
    ("Ann owes Ben money.", "Ben owes Ann money."),
    ("Anna takes the pill before the meal.", "Anna takes the meal before the pill."),
    ("Anna's blood type is A+.", "Anna's blood type is A-."),
    ("Anna programs in C.", "Anna programs in C++."),
    ("Anna owes Ben 500 €.", "Anna owes Ben 500 $."),
    ("Anna is 1.65 m tall.", "Anna is 165 m tall."),
    ("Anna smoked pipes.", "Anna smokes pipes."),
    ("Anna works at Apple.", "Anna works at Apples."),
    ("安娜欠小明五百块。", "小明欠安娜五百块。"),
    ("安娜从柏林搬到京都。", "安娜从京都搬到柏林。"),
    ("Ana le debe dinero a Luis.", "Luis le debe dinero a Ana."),
    ("Ana se mudó de Lima a Quito.", "Ana se mudó de Quito a Lima."),
    ("Ana está a -5 grados.", "Ana está a 5 grados."),
]


@pytest.mark.parametrize(("first", "second"), APART)
def test_what_means_something_else_is_another_fact(first: str, second: str) -> None:
    known = replace(BERLIN, text=first)
    said = memory(second, id="t2", said_at=NOON + timedelta(days=1))
    for same_as in (None, 1 if is_contrary(first, second) else None):
        facts = merged(stated(second, 1, same_as=same_as), turns=(said,), known=(known,))
        assert set(facts) == {second}
        assert facts[second].sources == (said.id,)
        assert facts[second].id != known.id


@pytest.mark.parametrize(("first", "second"), APART[:4] + APART[6:7] + APART[10:])
def test_a_model_that_takes_the_contrary_for_the_same_is_not_believed(
    first: str, second: str
) -> None:
    assert is_contrary(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Anna lives in Berlin.", "anna lives in BERLIN"),
        ("Anna’s cat is “Mango”.", 'Anna\'s cat is "Mango"'),
        ("Anna has 2 cats.", "Anna has \N{FULLWIDTH DIGIT TWO} cats"),
        ("Anna is at −5 °C.", "Anna is at -5 °C."),
        ("安娜有 MS。", "安娜有MS"),
        ("Ana vive en Málaga.", "ana vive en Málaga"),
    ],
)
def test_case_and_punctuation_make_no_other_fact(first: str, second: str) -> None:
    known = replace(BERLIN, text=first)
    said = memory(second, id="t2", said_at=NOON + timedelta(days=1))
    facts = merged(stated(second, 1), turns=(said,), known=(known,))
    assert {fact.id: fact.sources for fact in facts.values()} == {BERLIN.id: ("t1", "t2")}


def test_subject_relation_and_value_tell_that_two_sentences_are_one_fact() -> None:
    parts = ("Anna", "lives in", "Kyoto")
    first = merged(stated("Anna lives in Kyoto.", 1, parts=parts))["Anna lives in Kyoto."]
    again = replace(MOVED, id=MemoryId("t10"))
    facts = merged(stated("In Kyoto Anna lives.", 1, parts=parts), turns=(again,), known=(first,))
    assert [(fact.id, fact.sources) for fact in facts.values()] == [(first.id, ("t9", "t10"))]


def test_a_server_need_not_give_the_parts_though_the_schema_asks_for_them() -> None:
    fact = {"statement": "Anna lives.", "lines": [1], "replaces": [], "same_as": None}
    filled = Facts.model_validate({"facts": [{**fact, "importance": 5}], "ratings": []})
    assert filled.facts == [stated("Anna lives.", 1)]
    schema = StatedFact.model_json_schema()
    assert set(schema["required"]) == set(schema["properties"])
    assert not any("default" in field for field in schema["properties"].values())


def test_parts_that_leave_out_what_the_sentence_says_make_no_two_facts_one() -> None:
    parts = ("Anna", "lives in", "Kyoto")
    facts = merged(
        stated("Anna lives in Kyoto.", 1, parts=parts),
        stated("Anna never lives in Kyoto.", 1, parts=parts),
    )
    assert len({fact.id for fact in facts.values()}) == 2


def test_a_fact_of_an_older_version_keeps_its_id_and_what_it_earned() -> None:
    old = memory("Anna lives in Kyoto.", id="old", kind=Kind.FACT, sources=["t9"], strength=700)
    old = replace(old, recalls=9)
    left, changes = without_day([old], frozenset({MOVED.id}))
    assert (left, changes.gone) == ([], ("old",))
    [fact] = merge(
        Facts(facts=[stated("Anna lives in Kyoto.", 1)], ratings=[]),
        group=GROUP,
        person=ANNA,
        place=ANNAS_DM,
        turns=(MOVED,),
        known=(),
        shown=(),
        before={old.id: old},
        language="en",
        curve=COMPANION,
    )
    assert (fact.id, fact.strength, fact.recalls) == ("old", 700, 9)


def test_nothing_that_no_line_of_the_person_says_becomes_a_fact() -> None:
    assert merged(stated("Anna owns three horses.", 1)) == {}
    assert merged(stated("Anna lives in Kyoto.")) == {}
    assert merged(stated("Anna lives in Kyoto.", 2)) == {}
    assert merged(stated("Anna lives in Kyoto.", 0, -1, 999)) == {}


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("I'm from NZ", "Anna comes from NZ."),
        ("I have MS", "Anna suffers from MS."),
        ("I am a DJ", "Anna is a DJ."),
        ("I live in the US", "Anna's home is the U.S."),
        ("my cat is Bo", "Anna's pet is called Bo."),
        ("i'm an rn", "Anna is an RN."),
        ("I am Al", "The person is called Al."),
        ("this is my son Will", "Anna is the mother of Will."),
        ("我属马", "安娜的生肖是马"),
        ("我怕狗", "安娜害怕狗"),
        ("我是DJ", "安娜的职业：DJ"),
        ("Soy de EU", "Ana viene de EU."),
        ("Tengo EM", "Ana padece EM."),
        ("Soy DJ", "Ana es DJ."),
    ],
)
def test_short_names_and_abbreviations_are_words(said: str, statement: str) -> None:
    turn = memory(said, id="t1")
    assert set(merged(stated(statement, 1), turns=(turn,))) == {statement}


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("It is us who go up", "Anna works in IT in the US."),
        ("I do so", "Anna is a DJ."),
        ("好的，马上来", "安娜的生肖是马"),
    ],
)
def test_a_short_word_that_means_something_else_is_no_evidence(said: str, statement: str) -> None:
    assert merged(stated(statement, 1), turns=(memory(said),)) == {}


@pytest.mark.parametrize(
    ("said", "parts", "is_kept"),
    [
        (
            "My sister Jo owes my mate Al 40 quid.",
            "Anna's sister Jo|owes|Anna's mate Al 40 quid",
            True,
        ),
        (
            "My sister Jo owes my mate Al 40 quid.",
            "Anna's mate Al|owes|Anna's sister Jo 40 quid",
            False,
        ),
        ("Max was bitten by Rex.", "Rex|was bitten by|Max", False),
        ("Max was bitten by Rex.", "Rex|bit|Max", True),
        ("Jo le debe dinero a Al.", "Al|le debe|dinero a Jo", True),
        ("Jo debe 40 euros a Al.", "Al|debe 40 euros a|Jo", False),
        ("En Roma vive mi hermana Ada.", "Ada|vive|en Roma", True),
        ("我妹妹欠老王四十块。", "安娜的妹妹|欠|老王四十块", True),
        ("我妹妹欠老王四十块。", "老王|欠|安娜的妹妹四十块", False),
        ("I work in Kyoto.", "Anna|works in|Kyoto", True),
        ("In Kyoto I work as a nurse.", "Anna|work|as a nurse in Kyoto", True),
    ],
)
def test_what_a_model_turns_round_becomes_no_fact(*, said: str, parts: str, is_kept: bool) -> None:
    subject, relation, value = parts.split("|")
    fact = stated(f"{subject} {relation} {value}", 1, parts=(subject, relation, value))
    assert bool(merged(fact, turns=(memory(said),))) is is_kept


def test_a_line_is_rated_halfway_between_first_sight_and_the_model() -> None:
    ratings = [RatedLine(line=1, importance=10), RatedLine(line=7, importance=3)]
    weights = rate_turns(Facts(facts=[], ratings=ratings), [MOVED])
    assert weights == {MOVED.id: (judge_importance(MOVED.text, language="en") + 1.0) / 2.0}
    heavier = replace(MOVED, importance=weights[MOVED.id])
    assert rate_turns(Facts(facts=[], ratings=ratings), [heavier]) == weights, "twice is as once"


def test_a_fact_that_rests_on_other_days_too_stays_without_this_one() -> None:
    both = replace(BERLIN, sources=("t1", "t9"))
    left, changes = without_day([both], frozenset({MemoryId("t9")}))
    assert [fact.sources for fact in left] == [("t1",)]
    assert [fact.sources for fact in changes.written] == [("t1",)]
    assert changes.gone == ()


def test_what_ended_a_fact_is_gone_and_the_fact_counts_again() -> None:
    kyoto = memory("Anna lives in Kyoto.", id="kyoto", kind=Kind.FACT, sources=["t9"])
    ended = replace(BERLIN, ended_at=NOON, ended_by="kyoto")
    left, changes = without_day([ended, kyoto], frozenset({MemoryId("t9")}))
    assert changes.gone == ("kyoto",)
    assert [(fact.id, fact.ended_at, fact.ended_by) for fact in left] == [("berlin", None, None)]
    assert changes.written == tuple(left)


def test_who_moves_back_lives_there_again() -> None:
    moved = merged(stated("Anna lives in Kyoto.", 1, replaces=(1,)), known=(BERLIN,))
    kyoto, berlin = moved["Anna lives in Kyoto."], moved[BERLIN.text]
    back = memory("I moved back to Berlin.", id="t20", said_at=NOON + timedelta(days=20))
    for fact in (
        stated("Anna lives in Berlin.", 1, replaces=(2,)),
        stated("Anna is back in Berlin.", 1, replaces=(2,), same_as=1),
    ):
        facts = merged(fact, turns=(back,), known=(berlin, kyoto))
        again, left = facts[BERLIN.text], facts[kyoto.text]
        assert (again.ended_at, again.ended_by) == (None, None)
        assert (again.said_at, again.last_recalled) == (back.said_at, back.said_at)
        assert again.fades_at == COMPANION.fades_at(back.said_at, again.strength, pinned=False)
        assert again.sources == ("t1", "t20")
        assert (left.ended_at, left.ended_by) == (back.said_at, again.id)


def test_old_words_make_nothing_true_again_that_ended_since() -> None:
    ended = replace(BERLIN, ended_at=NOON + timedelta(days=30), ended_by="kyoto")
    for turn in (MOVED, replace(MOVED, said_at=NOON - timedelta(days=3))):
        said = replace(turn, text="Berlin is where I live.")
        facts = merged(stated("Anna lives in Berlin.", 1), turns=(said,), known=(ended,))
        assert facts[BERLIN.text].ended_by == "kyoto"


def test_a_faded_fact_that_is_said_anew_is_fresh() -> None:
    faded = replace(BERLIN, archived_at=BERLIN.forgotten_at, said_at=NOON - timedelta(days=4_000))
    said = replace(MOVED, text="I still live in Berlin.")
    [fact] = merged(stated("Anna lives in Berlin.", 1), turns=(said,), known=(faded,)).values()
    assert fact.archived_at is None
    assert fact.fades_at > said.said_at


def test_a_pinned_fact_stays_whatever_words_the_model_finds() -> None:
    pinned = replace(BERLIN, pinned=True)
    left, changes = without_day([pinned], frozenset({MemoryId("t1")}))
    assert left == [pinned]
    assert (changes.written, changes.gone) == ((), ())


def test_the_facts_nearest_to_the_day_are_shown() -> None:
    facts = [memory(f"Anna owns boat {n}", kind=Kind.FACT) for n in range(50)]
    shown = select_relevant([*facts, BERLIN], [memory("Berlin was cold today")], limit=5)
    assert len(shown) == 5
    assert BERLIN in shown


@given(
    st.lists(
        st.builds(
            StatedFact,
            statement=st.text(max_size=400),
            subject=st.text(max_size=40),
            relation=st.text(max_size=40),
            value=st.text(max_size=400),
            lines=st.lists(st.integers(-3, 5), max_size=4),
            replaces=st.lists(st.integers(-3, 5), max_size=4),
            same_as=st.none() | st.integers(-3, 5),
            importance=st.integers(-5, 99),
        ),
        max_size=60,
    )
)
def test_whatever_a_model_states_each_fact_kept_rests_on_the_persons_words(
    facts: list[StatedFact],
) -> None:
    for fact in merged(*facts, known=(BERLIN,)).values():
        assert fact.person == ANNA.id
        assert fact.sources
        assert set(fact.sources) <= {MOVED.id, "t1"}
        assert 0.0 <= fact.importance <= 1.0
        assert len(fact.text) <= 300
