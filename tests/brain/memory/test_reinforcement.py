"""What a memory gains by use and by time; and what another importance makes of its strength."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from brain.memory.ranking import SAME_CONVERSATION
from brain.memory.record import FOREVER, Memory
from brain.memory.reinforcement import (
    Exchange,
    Gain,
    confirms,
    gains,
    reinforce,
    used_shares,
    whole_gain,
    with_importance,
)
from brain.memory.retention import COMPANION, PAPER
from tests.factories import DAY, NOON, memory

WEDDING = "My brother Ben is getting married"
LATER = NOON + 30 * DAY


def exchange(
    message: str,
    reply: str,
    *given: Memory,
    recent: Sequence[Memory] = (),
    days: float = 30,
) -> Exchange:
    return Exchange(
        message=message,
        reply=reply,
        answered_at=NOON + days * DAY,
        given=given,
        recent=recent,
    )


def test_a_gain_adds_days_and_starts_the_time_anew() -> None:
    known = replace(memory(said_at=NOON), strength=2.0, recalls=4)
    later = NOON + 3 * DAY
    after = reinforce(known, Gain(0.5, NOON), now=later, curve=PAPER)
    assert (after.strength, after.recalls, after.last_recalled) == (2.5, 5, later)
    assert after.fades_at == later + timedelta(days=2.5 * PAPER.fade_span)
    assert after.forgotten_at == later + timedelta(days=2.5 * PAPER.forget_span)


def test_a_memory_that_was_recalled_meanwhile_gains_nothing() -> None:
    known = memory(said_at=NOON, last_recalled=NOON + DAY)
    assert reinforce(known, Gain(60.0, NOON), now=LATER, curve=COMPANION) == known


def test_a_clock_that_was_set_back_never_ages_a_memory() -> None:
    known = memory(said_at=NOON)
    after = reinforce(known, Gain(60.0), now=NOON - DAY, curve=COMPANION)
    assert after.last_recalled == NOON
    assert whole_gain(known, now=NOON - DAY, curve=COMPANION).days == 0.0


def test_what_is_pinned_grows_stronger_and_still_never_fades() -> None:
    known = replace(memory(), pinned=True)
    after = reinforce(known, Gain(60.0), now=NOON, curve=COMPANION)
    assert after.strength == known.strength + 60.0
    assert after.fades_at == after.forgotten_at == FOREVER


def test_another_importance_moves_the_strength_and_keeps_what_recall_added() -> None:
    known = memory(said_at=NOON)
    recalled = reinforce(known, Gain(60.0), now=NOON, curve=COMPANION)
    after = with_importance(recalled, 1.0, curve=COMPANION)
    moved = COMPANION.strength_of(1.0) - COMPANION.strength_of(known.importance)
    assert after.strength == pytest.approx(known.strength + moved + 60.0)
    assert after.fades_at == NOON + timedelta(days=after.strength * COMPANION.fade_span)
    assert (after.recalls, after.last_recalled) == (1, NOON)


def test_a_memory_weaker_than_its_first_strength_keeps_its_strength() -> None:
    weak = replace(memory(), strength=0.5)
    assert with_importance(weak, 0.0, curve=COMPANION).strength == 0.5


@given(
    strength=st.floats(0.1, 5_000),
    sooner=st.floats(0, 5_000),
    more=st.floats(0, 5_000),
)
def test_a_later_recall_never_gains_less_than_an_earlier_one_nor_more_than_the_step(
    strength: float, sooner: float, more: float
) -> None:
    known = memory(strength=strength)
    early, late = (
        whole_gain(known, now=NOON + days * DAY, curve=COMPANION).days
        for days in (sooner, sooner + more)
    )
    assert 0.0 <= early <= late <= COMPANION.step


def test_a_twentieth_of_the_time_until_it_fades_brings_nearly_the_step() -> None:
    known = memory(strength=120.0)
    span = (known.fades_at - NOON) / 20
    then = whole_gain(known, now=NOON + span, curve=COMPANION)
    assert then.days == pytest.approx(0.95 * COMPANION.step)
    assert whole_gain(known, now=NOON + DAY, curve=COMPANION).days < 0.2 * COMPANION.step


def test_within_a_conversation_nothing_more_is_gained() -> None:
    known = memory()
    before = NOON + SAME_CONVERSATION - timedelta(seconds=1)
    assert whole_gain(known, now=before, curve=COMPANION).days == 0.0
    assert whole_gain(known, now=NOON + SAME_CONVERSATION, curve=COMPANION).days > 0.0


def test_the_share_grows_with_what_the_reply_draws_from_a_memory() -> None:
    trip = memory("We hiked from Kamakura to Enoshima, and Haruka lost a red umbrella")
    shares = [
        used_shares(exchange("Any ideas for Sunday?", reply, trip))[0]
        for reply in (
            "Sleep in.",
            "You could hike again, as to Enoshima.",
            "Hike to Enoshima from Kamakura again.",
            "Hike from Kamakura to Enoshima with Haruka, and bring a red umbrella.",
        )
    ]
    assert shares[0] == 0.0 < shares[1] < shares[2] < shares[3] == 1.0


def test_a_memory_that_was_given_but_not_used_gains_nothing() -> None:
    bus, wedding = memory("The bus was late today"), memory(WEDDING)
    found = gains(
        exchange("What a day", "At least Ben and his bride are happy!", bus, wedding),
        None,
        curve=COMPANION,
    )
    assert found.keys() == {wedding.id}


def test_what_the_message_or_the_recent_turns_had_is_no_use_of_a_memory() -> None:
    wedding = memory(WEDDING)
    said = exchange("My brother Ben gets married soon", "Ben, your brother, married!", wedding)
    assert used_shares(said) == [0.0]
    recent = [memory("I met my brother Ben.", reply="Is he married?")]
    after = exchange("Hm.", "Your brother Ben, married!", wedding, recent=recent)
    assert used_shares(after) == [0.0]


def test_one_word_of_an_earlier_reply_is_no_use_of_a_memory() -> None:
    bus = memory("The bus was late today", reply="How annoying, poor you!")
    assert used_shares(exchange("My soup is cold", "How annoying!", bus)) == [0.0]


def test_a_word_that_other_given_memories_have_too_weighs_less() -> None:
    mine = memory("Haruka plays tennis on Mondays in Kobe")
    others = [memory(f"Haruka bought {thing}") for thing in ("skates", "candles", "bread")]
    by_name, by_game = (
        [used_shares(exchange("I am bored", reply, mine, *more))[0] for more in ((), others)]
        for reply in ("Ask Haruka.", "How about tennis?")
    )
    assert by_name[0] == by_game[0] > 0.0
    assert by_name[1] < by_game[1]


@pytest.mark.parametrize(
    ("told", "question", "answer"),
    [
        ("My cat is called Mango, and hides from thunder", "How is my cat called?", "Mango."),
        ("我的猫叫芒果，她怕打雷", "我的猫叫什么名字？", "她叫芒果。"),
        ("Mi gata se llama Mango y teme los truenos", "¿Cómo se llama mi gata?", "Mango."),
    ],
)
def test_what_is_asked_for_again_counts_fully(told: str, question: str, answer: str) -> None:
    cat = memory(told)
    assert used_shares(exchange(question, answer, cat)) == [1.0]
    assert used_shares(exchange(question, "...", cat)) == [0.0]
    assert used_shares(exchange(question.strip("¿?？"), answer, cat))[0] < 1.0


@pytest.mark.parametrize(
    ("second", "is_again"),
    [
        ("my optician, what was her name again?", True),
        ("I need an optician", False),
        ("Could an optician recommend glasses for rainy weather?", False),
        ("never mind. going to bed", False),
    ],
)
def test_what_is_asked_for_again_counts_whatever_the_replies_say(
    second: str, *, is_again: bool
) -> None:
    known = memory("My optician is Mrs Vandermeer"), memory("The bus to town was late")
    first = exchange("who's my optician?", "Hmm, let me think.", *known)
    assert gains(first, None, curve=COMPANION) == {}
    then = exchange(second, "One moment.", *known, days=30.01)
    assert (known[0].id in gains(then, first, curve=COMPANION)) is is_again


@pytest.mark.parametrize(
    "message",
    [
        "Yes, exactly!",
        "That’s right. And she is ill.",
        "Oh, exactly",
        "对，就是这样",
        "没错！",
        "Eso es",
        "Sí, así es.",
        "¡Exacto! Gracias",
    ],
)
def test_a_person_says_that_a_reply_is_right(message: str) -> None:
    assert confirms(message)


@pytest.mark.parametrize(
    "message",
    ["Yes", "I do not know exactly", "对不起", "No, eso no", "", "好的"],
)
def test_other_messages_say_no_such_thing(message: str) -> None:
    assert not confirms(message)


def test_a_person_who_says_that_a_reply_is_right_adds_the_rest_of_a_whole_gain() -> None:
    wedding, bus = memory(WEDDING), memory("The bus was late today")
    first = exchange("So much to do", "Is it for your brother?", wedding, bus)
    [share, _] = used_shares(first)
    assert 0.0 < share < 1.0
    by_reply = gains(first, None, curve=COMPANION)
    then = exchange("Yes, exactly.", "I thought so.", days=30.01)
    by_message = gains(then, first, curve=COMPANION)
    assert by_message.keys() == by_reply.keys() == {wedding.id}
    whole = whole_gain(wedding, now=first.answered_at, curve=COMPANION).days
    total = by_reply[wedding.id].days + by_message[wedding.id].days
    assert total == pytest.approx(whole)
    after = reinforce(wedding, by_reply[wedding.id], now=first.answered_at, curve=COMPANION)
    assert after.last_recalled == by_message[wedding.id].since


def test_one_word_of_a_reply_that_is_right_is_enough() -> None:
    said = "My godmother Leocadia worked with puppets in a theatre in Plovdiv for thirty years."
    puppets, bus = memory(said), memory("The bus was late today")
    asked = exchange("I miss my godmother", "Something with puppets, I think?", puppets, bus)
    assert gains(asked, None, curve=COMPANION) == {}
    then = exchange("Yes exactly!", "What a life.", days=30.01)
    whole = whole_gain(puppets, now=asked.answered_at, curve=COMPANION).days
    found = gains(then, asked, curve=COMPANION)
    assert found.keys() == {puppets.id}
    assert found[puppets.id].days == pytest.approx(whole)
    assert found[puppets.id].since == puppets.last_recalled, "the reply alone added nothing"


def test_the_next_message_may_use_what_the_reply_did_not() -> None:
    wedding, bus = memory(WEDDING), memory("The bus was late today")
    first = exchange("So much to do", "Take your time.", wedding, bus)
    then = exchange("Ben and his bride want a song from me", "Sing!", days=30.01)
    found = gains(then, first, curve=COMPANION)
    assert found.keys() == {wedding.id}
    assert found[wedding.id].since == wedding.last_recalled


def test_what_the_reply_used_is_not_used_once_more_by_the_next_message() -> None:
    wedding = memory(WEDDING)
    first = exchange("So much to do", "Is it for Ben?", wedding)
    then = exchange("Ben is my brother, and marries in May", "I see.", days=30.01)
    assert gains(first, None, curve=COMPANION).keys() == {wedding.id}
    assert gains(then, first, curve=COMPANION) == {}


def test_with_the_rule_of_the_paper_all_that_is_given_gains_the_whole_step() -> None:
    known = [memory("The bus was late today"), memory("haha ok")]
    found = gains(exchange("Hello", "Hello!", *known, days=0), None, curve=PAPER)
    assert found == {one.id: Gain(PAPER.step) for one in known}


@pytest.mark.parametrize("own", ["Look at this.", ""])
def test_what_somebody_else_said_uses_no_memory_and_asks_for_none(own: str) -> None:
    known = memory(text=WEDDING, said_at=NOON)
    theirs = f"> [Forwarded]\n> When is {WEDDING}?\n\n{own}".strip()
    asked = exchange(theirs, "Ben is getting married, it says.", known)
    assert used_shares(asked) == [0.0]
    before = exchange("What is new?", "Not much.", known)
    assert gains(exchange(theirs, "I see.", days=31), before, curve=COMPANION) == {}
    by_them = exchange(f"When is {WEDDING}?", "I see.", days=31)
    assert gains(by_them, before, curve=COMPANION).keys() == {known.id}
