"""Buttons: short, kept over restarts, and of no use to anybody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.desk.buttons import Actions, OldButton
from bots.screens import ACTION_BYTES
from tests.bots.desk.bench import Bench, caller
from tests.factories import ANNA, BEN, BENS_DM, CAFE


@pytest.mark.parametrize(
    "values", [(), ("",), ("a" * 32,), ("x" * 500,), ("猫", "a|b"), ("", "", "c" * 60)]
)
async def test_what_was_signed_is_read_in_another_process(
    bench: Bench, values: tuple[str, ...]
) -> None:
    action = await Actions(bench.store).sign(caller(), ANNA.id, "mo", *values)
    assert len(action.encode("ascii")) <= ACTION_BYTES
    assert await Actions(bench.store).read(caller(), ANNA.id, action) == ("mo", *values)


@pytest.mark.parametrize("value", ["short", "x" * 500])
async def test_a_button_is_no_use_to_another_or_elsewhere(bench: Bench, value: str) -> None:
    actions = Actions(bench.store)
    action = await actions.sign(caller(), ANNA.id, "mo", value)
    for other, account in ((caller(BEN, BENS_DM), BEN.id), (caller(place=CAFE), ANNA.id)):
        with pytest.raises(OldButton):
            await actions.read(other, account, action)


async def test_a_button_whose_person_was_erased_is_old(bench: Bench) -> None:
    actions = Actions(bench.store)
    action = await actions.sign(caller(), ANNA.id, "mo", "x" * 500)
    await bench.store.erase_person(ANNA.id)
    with pytest.raises(OldButton):
        await actions.read(caller(), ANNA.id, action)


async def test_two_processes_that_start_together_have_one_key(bench: Bench) -> None:
    first, second = Actions(bench.store), Actions(bench.store)
    action = await first.sign(caller(), ANNA.id, "mo")
    assert await second.sign(caller(), ANNA.id, "mo") == action


@given(st.text(max_size=80))
def test_made_up_actions_are_answered_politely(made_up: str) -> None:
    from bots.desk.buttons import _signature  # noqa: PLC0415

    meaning, _, signature = made_up.rpartition("|")
    assert _signature(b"key", ANNA.id, "place", meaning) != signature
