"""Which answers of a model are kept."""

from collections.abc import AsyncGenerator, Sequence

import pytest

from brain.consolidation.summariser import LONGEST, Summariser, is_sound, tidy
from brain.errors import AnswerUnusable, GeneratorRefused, PromptTooLong
from brain.messages import ChatMessage
from brain.ports import Limited, Replacement
from tests.doubles import ScriptedGenerator

MATERIAL = "1. 13:00 Anna: My cat is called Mango and fears thunder."


async def silence() -> None:
    """Nobody is talking."""


@pytest.mark.parametrize(
    ("answer", "language", "expected"),
    [
        ("- Anna told that her cat Mango is afraid of thunder.", "en", True),
        ("", "en", False),
        ("I'm sorry, but I can't write about Mango and thunder.", "en", False),
        ("As an AI, I cannot write about the cat Mango.", "en", False),
        ("抱歉，我无法总结芒果和打雷。", "zh", False),
        ("The weather in Paris is lovely at this time of the year.", "en", False),
        ("安娜的猫叫 Mango，它很害怕打雷的声音。", "en", False),
        ("Anna hat eine Katze namens Mango.", "zh", False),
    ],
)
def test_an_answer_is_kept_only_if_it_is_a_summary(
    answer: str, language: str, *, expected: bool
) -> None:
    assert is_sound(answer, MATERIAL + " 芒果 打雷", language=language) is expected


@pytest.mark.parametrize(
    ("answer", "language", "expected"),
    [
        ("They are friendly and a little weary; answer them warmly.", "en", True),
        ("性格温和，情绪低落，应该多安慰。", "zh", True),
        ("", "en", False),
        ("I'm sorry, but I can't judge people.", "en", False),
        ("性格温和，情绪低落，应该多安慰。", "en", False),
    ],
)
def test_how_somebody_is_may_take_none_of_their_words(
    answer: str, language: str, *, expected: bool
) -> None:
    assert is_sound(answer, None, language=language) is expected


def test_a_fence_and_control_characters_are_no_part_of_an_answer() -> None:
    assert tidy("```markdown\n- Mango\x07 fears thunder\n```") == "- Mango fears thunder"


def test_an_answer_without_end_stops_with_its_last_sentence() -> None:
    text = tidy("A sentence about Mango. " * LONGEST)
    assert len(text) <= LONGEST
    assert text.endswith("Mango.")


async def test_a_model_that_goes_on_for_a_megabyte_is_stopped() -> None:
    model = ScriptedGenerator(["- Mango fears thunder.\n"] * 50_000)
    text = await Summariser(model, idle=silence).write("Summarise.", MATERIAL, language="en")
    assert len(text) <= LONGEST
    assert model.closed_early == 1


async def test_an_answer_that_reached_its_limit_ends_with_its_last_whole_sentence() -> None:
    model = ScriptedGenerator(["They muse.", Replacement("Mango fears thunder. He hi"), Limited()])
    text = await Summariser(model, idle=silence).write("Summarise.", MATERIAL, language="en")
    assert text == "Mango fears thunder."


async def test_a_refusal_that_was_not_for_the_length_leaves_the_room_as_it_was() -> None:
    refused = GeneratorRefused(model="m", reason="no")
    doubt = PromptTooLong(otherwise=refused)
    model = ScriptedGenerator([doubt], [doubt], [refused], ["- Mango fears thunder."])
    summariser = Summariser(model, idle=silence)
    room = summariser.room("Summarise.")
    with pytest.raises(GeneratorRefused):
        await summariser.condense("Summarise.", [MATERIAL], language="en")
    assert summariser.room("Summarise.") == room
    model.say_next(doubt)
    model._scripts.append(["- Mango fears thunder."])
    assert await summariser.condense("Summarise.", [MATERIAL], language="en")
    assert summariser.room("Summarise.") < room, "a shorter one was answered"


async def test_a_bad_answer_is_asked_for_again_once() -> None:
    model = ScriptedGenerator(["I can't do that."], ["- Mango fears thunder."])
    summariser = Summariser(model, idle=silence)
    assert await summariser.write("Summarise.", MATERIAL, language="en") == "- Mango fears thunder."
    assert "could not be used" in model.asked[1][0].content


async def test_two_bad_answers_are_enough() -> None:
    model = ScriptedGenerator(["I can't do that."])
    with pytest.raises(AnswerUnusable):
        await Summariser(model, idle=silence).write("Summarise.", MATERIAL, language="en")
    assert len(model.asked) == 2


async def test_more_than_a_context_holds_is_condensed_in_steps() -> None:
    model = ScriptedGenerator(["- Mango fears thunder."])
    lines = [f"{MATERIAL} ({n})" for n in range(1_000)]
    text = await Summariser(model, idle=silence).condense("Summarise.", lines, language="en")
    assert text == "- Mango fears thunder."
    assert len(model.asked) > 2
    room = model.context_tokens - model.reply_tokens
    assert all(sum(model.count_tokens(m.content) for m in asked) <= room for asked in model.asked)
    assert all(any(f"({n})" in asked[1].content for asked in model.asked) for n in range(1_000))


class Narrow(ScriptedGenerator):
    """Says that it takes more than it does."""

    def __init__(self, tokens: int) -> None:
        super().__init__(["- Mango fears thunder."])
        self.tokens = tokens
        self.too_long = 0

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        if self.count_tokens(messages[-1].content) > self.tokens:
            self.too_long += 1
            raise PromptTooLong
        async for piece in super().stream(messages):
            yield piece


async def test_a_model_that_takes_less_than_it_says_is_given_less_from_then_on() -> None:
    model = Narrow(tokens=1_000)
    summariser = Summariser(model, idle=silence)
    lines = [f"{MATERIAL} ({n})" for n in range(300)]
    for _ in range(2):
        assert await summariser.condense("Summarise.", lines, language="en")
    assert model.too_long == 2, "halved twice, and remembered"


async def test_a_model_that_takes_nothing_is_given_up() -> None:
    with pytest.raises(PromptTooLong):
        await Summariser(Narrow(tokens=1), idle=silence).condense("Go.", [MATERIAL], language="en")


def test_a_form_is_left_room_of_its_own() -> None:
    summariser = Summariser(ScriptedGenerator(), idle=silence)
    assert summariser.room("Fill it in.") - summariser.form_room("Fill it in.") == 1_024 - 256


def test_a_part_that_is_too_long_for_the_model_is_cut() -> None:
    summariser = Summariser(ScriptedGenerator(), idle=silence)
    [[part]] = summariser.portions(["Mango " * 10_000], room=100)
    assert part.startswith("Mango")
    assert ScriptedGenerator().count_tokens(part) <= 100
