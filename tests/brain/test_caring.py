"""What a turn does when somebody speaks of harming themselves."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from brain.care import Care
from brain.clock import ManualClock
from brain.companion import Companion
from brain.errors import GeneratorBusy
from brain.ids import MessageId
from brain.memory.retention import COMPANION
from brain.messages import Incoming
from brain.prompt import Prompt, Setting, compose
from brain.texts import say
from brain.turns.turn import Turn
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import ANNA, ANNAS_DM, NOON

HEAVY = "I don't want to live anymore."


class Talk:
    """One companion and one person."""

    def __init__(self, store: SqliteStore, *, care: Care | None = None) -> None:
        self.generator = ScriptedGenerator()
        self.number = 0
        self.companion = Companion(
            store=store,
            embedder=HashEmbedder(),
            generator=self.generator,
            clock=ManualClock(NOON),
            curve=COMPANION,
            persona=lambda _: "A friend.",
            care=care,
        )

    async def say(self, text: str) -> Turn:
        self.number += 1
        incoming = Incoming(id=MessageId(str(self.number)), person=ANNA, place=ANNAS_DM, text=text)
        async with self.companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        return turn


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "memories.db")
    embedder = HashEmbedder()
    await opened.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )
    yield opened
    await opened.close()


async def test_they_are_answered_and_see_where_to_find_help(store: SqliteStore) -> None:
    talk = Talk(store)
    turn = await talk.say(HEAVY)
    assert turn.words == "I see."
    assert turn.care is not None
    assert "TelefonSeelsorge" in turn.care  # Anna lives in Berlin.
    assert say("en", "prompt-care") in talk.generator.asked[0][0].content


async def test_the_model_stays_gentle_but_the_lines_are_not_shown_each_time(
    store: SqliteStore,
) -> None:
    talk = Talk(store)
    await talk.say(HEAVY)
    turn = await talk.say("Thank you for listening.")
    assert turn.care is None
    assert say("en", "prompt-care") in talk.generator.asked[1][0].content


async def test_nobody_else_is_told(store: SqliteStore) -> None:
    talk = Talk(store)
    turn = await talk.say("This traffic kills me.")
    assert turn.care is None
    assert say("en", "prompt-care") not in talk.generator.asked[0][0].content


async def test_help_is_shown_even_when_the_model_is_away(store: SqliteStore) -> None:
    talk = Talk(store, care=Care(resources=("Campus line: 555-0100",)))
    talk.generator.say_next(GeneratorBusy(model="x"))
    incoming = Incoming(id=MessageId("1"), person=ANNA, place=ANNAS_DM, text=HEAVY)
    async with talk.companion.turn(incoming) as turn:
        assert "· Campus line: 555-0100" in (turn.care or "")
        with pytest.raises(GeneratorBusy):
            async for _ in turn:
                pass


async def test_a_model_too_small_to_be_trusted_is_not_asked(store: SqliteStore) -> None:
    talk = Talk(store, care=Care(without_model=True))
    turn = await talk.say(HEAVY)
    assert turn.reply == say("en", "care-reply")
    assert turn.care
    assert talk.generator.asked == []
    later = await talk.say("I do not know what to do.")
    assert later.reply == say("en", "care-reply-again")
    assert talk.generator.asked == [], "what was said a moment ago still weighs"


async def test_chinese_is_answered_in_chinese(store: SqliteStore) -> None:
    talk = Talk(store, care=Care(country="CN"))
    turn = await talk.say("我最近总是觉得活不下去。")
    assert turn.care is not None
    assert "12356" in turn.care
    assert say("zh", "prompt-care") in talk.generator.asked[0][0].content


def composed(*, worried: bool, budget: int) -> Prompt:
    setting = Setting(
        persona="A friend. " * 50,
        name="Anna",
        language="en",
        now=NOON,
        zone=ZoneInfo("UTC"),
        portrait="She likes tea. " * 50,
    )
    return compose(
        replace(setting, worried=worried),
        HEAVY,
        recalled=(),
        recent=(),
        budget=budget,
        count=lambda text: len(text) // 3 + 1,
    )


def test_how_to_be_there_for_them_stands_last_and_counts() -> None:
    gentle, plain = composed(worried=True, budget=2_000), composed(worried=False, budget=2_000)
    assert gentle.messages[0].content.endswith(say("en", "prompt-care"))
    assert plain.tokens < gentle.tokens <= 2_000


def test_a_tight_budget_leaves_out_other_things_first() -> None:
    tight = composed(worried=True, budget=400)
    assert say("en", "prompt-care") in tight.messages[0].content
    assert tight.messages[-1].content == HEAVY
    assert len(tight.portrait) < len(composed(worried=True, budget=2_000).portrait)
    assert tight.tokens <= 400
