"""What a turn tells of itself: what it cost, and where help can be found."""

from collections.abc import AsyncGenerator, Callable, Sequence

import pytest

from brain.errors import PromptTooLong
from brain.messages import ChatMessage
from brain.ports import Generator, Limited, Replacement
from brain.prompt import Prompt
from brain.turns.turn import Turn
from tests.doubles import ScriptedGenerator
from tests.factories import memory


class Counting(ScriptedGenerator):
    """Tells what each piece has cost so far."""

    async def metered(
        self, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        number = 100
        async for piece in self.stream(messages):
            number += 1
            on_usage(number)
            yield piece


def turn(generator: Generator) -> Turn:
    def arrange(_: Generator, budget: int) -> Prompt:
        return Prompt((ChatMessage("user", "Hi"),), (), (), tokens=budget)

    return Turn(begun=memory(), generator=generator, arrange=arrange)


async def test_without_a_count_the_cost_is_estimated_from_prompt_and_reply() -> None:
    held = turn(ScriptedGenerator(["Good ", "morning"]))
    assert held.tokens == 3_840 + 1
    async for _ in held:
        pass
    assert held.tokens == 3_840 + 5


async def test_the_cost_is_what_the_server_counted_last() -> None:
    held = turn(Counting(["Good ", "morning"]))
    async for _ in held:
        pass
    assert held.reply == "Good morning"
    assert held.tokens == 102


async def test_a_prompt_that_was_made_shorter_costs_less() -> None:
    held = turn(ScriptedGenerator([PromptTooLong()], ["Hi"]))
    async for _ in held:
        pass
    assert held.tokens == 1_920 + 1


@pytest.mark.parametrize("care", [None, "Somebody listens at 142."])
def test_where_to_find_help_stands_beside_the_reply(care: str | None) -> None:
    held = Turn(
        begun=memory(),
        generator=ScriptedGenerator(),
        arrange=lambda _, budget: Prompt((), (), (), tokens=budget),
        care=care,
    )
    assert held.care == care
    assert held.words == ""


async def test_a_piece_that_replaces_the_thoughts_before_it_is_all_that_is_remembered() -> None:
    held = turn(ScriptedGenerator(["He is sad.", Replacement("Cheer"), " up!"]))
    drafts = [held.reply async for _ in held]
    assert drafts == ["He is sad.", "Cheer", "Cheer up!"]
    assert held.words == "Cheer up!"
    assert not held.is_limited


async def test_a_reply_that_ended_at_its_limit_says_so() -> None:
    held = turn(ScriptedGenerator(["Once upon", Limited()]))
    async for _ in held:
        pass
    assert held.words == "Once upon"
    assert held.is_limited
