"""Buttons: short, kept over restarts, and of no use to anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.desk.button_codec import ButtonCodec, OldButton, Verb
from bots.desk.commands import BUTTONS
from bots.screens import ACTION_BYTES
from tests.bots.desk.bench import Bench, caller
from tests.factories import ANNA, BEN, BENS_DM, CAFE


@pytest.mark.parametrize(
    "values", [(), ("",), ("a" * 32,), ("x" * 500,), ("猫", "a|b"), ("", "", "c" * 60)]
)
async def test_what_was_signed_is_read_in_another_process(
    bench: Bench, values: tuple[str, ...]
) -> None:
    action = await ButtonCodec(bench.store).encode(caller(), Verb.SHOW_MEMORY, *values)
    assert len(action.encode("ascii")) <= ACTION_BYTES
    assert await ButtonCodec(bench.store).decode(caller(), action) == (
        Verb.SHOW_MEMORY,
        values,
    )


@pytest.mark.parametrize("value", ["short", "x" * 500])
async def test_a_button_is_no_use_to_another_or_elsewhere(bench: Bench, value: str) -> None:
    codec = ButtonCodec(bench.store)
    action = await codec.encode(caller(), Verb.SHOW_MEMORY, value)
    for other in (caller(BEN, BENS_DM), caller(place=CAFE)):
        with pytest.raises(OldButton):
            await codec.decode(other, action)


async def test_a_button_whose_person_was_erased_is_old(bench: Bench) -> None:
    codec = ButtonCodec(bench.store)
    action = await codec.encode(caller(), Verb.SHOW_MEMORY, "x" * 500)
    await bench.store.erase_person(ANNA.id)
    with pytest.raises(OldButton):
        await codec.decode(caller(), action)


async def test_two_processes_that_start_together_have_one_key(bench: Bench) -> None:
    first, second = ButtonCodec(bench.store), ButtonCodec(bench.store)
    action = await first.encode(caller(), Verb.SHOW_MEMORY)
    assert await second.encode(caller(), Verb.SHOW_MEMORY) == action


@given(st.text(max_size=80))
def test_made_up_actions_are_answered_politely(made_up: str) -> None:
    from bots.desk.button_codec import _signature  # noqa: PLC0415

    meaning, _, signature = made_up.rpartition("|")
    assert _signature(b"key", caller(), meaning) != signature


def test_the_verbs_of_buttons_that_were_sent_before_stay_as_they_are() -> None:
    assert {verb.name: verb.value for verb in Verb} == {
        "LIST_MEMORIES": "ml",
        "SHOW_MEMORY": "mo",
        "PIN": "mp",
        "UNPIN": "mu",
        "SHOW_CURVES": "mc",
        "SHOW_PREVIEW": "fp",
        "CONFIRM_FORGET": "fc",
        "FORGET_PARTS": "fr",
        "ERASE": "fe",
        "CANCEL_FORGET": "fx",
        "UNDO_FORGET": "fu",
        "ASK_CORRECTION": "ca",
        "CONFIRM_CORRECTION": "cc",
        "SET_PAUSE": "pa",
        "RESET_PERSONA": "pr",
        "CHANGE_SETTING": "cs",
        "CONFIRM_LINK": "lk",
        "CANCEL_LINK": "lx",
        "UNDO_LINK": "lu",
    }


def test_every_verb_has_a_handler() -> None:
    assert set(BUTTONS) == set(Verb)
