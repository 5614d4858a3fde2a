"""In which voice a turn is spoken. On the real SQLite store."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from brain.clock import ManualClock
from brain.companion import Companion
from brain.errors import PromptTooLong, VoiceUnknown
from brain.ids import MessageId
from brain.memory.retention import COMPANION
from brain.messages import Incoming, Place, Scope
from brain.ports import Voiced
from brain.turns.turn import Turn
from brain.turns.voices import voices_of, with_voice
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator, VoicedGenerator
from tests.factories import ANNA, CAFE, GARDEN, NOON


class Bench:
    """A companion whose model has two voices."""

    def __init__(self, store: SqliteStore, embedder: HashEmbedder) -> None:
        self.store = store
        self.generator = VoicedGenerator("calm", "merry")
        self.numbers = iter(range(10**6))
        self.companion = Companion(
            store=store,
            embedder=embedder,
            generator=self.generator,
            clock=ManualClock(NOON),
            curve=COMPANION,
            persona=lambda language: f"A friend ({language}).",
        )

    def turn(self, voice: str | None, place: Place) -> AbstractAsyncContextManager[Turn]:
        number = str(next(self.numbers))
        return self.companion.turn(
            Incoming(
                id=MessageId(number), person=ANNA, place=place, text="Who are you?", voice=voice
            )
        )

    async def hear(self, voice: str | None) -> Turn:
        async with self.turn(voice, CAFE) as turn:
            async for _ in turn:
                pass
        return turn


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = await SqliteStore.open(tmp_path / "memories.db")
    embedder = HashEmbedder()
    await store.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )
    made = Bench(store, embedder)
    yield made
    await made.companion.drain()
    await store.close()


class Small(ScriptedGenerator):
    """Counts high, and holds little."""

    @property
    def context_tokens(self) -> int:
        return 1_024

    def count_tokens(self, text: str) -> int:
        return len(text)


async def test_two_places_hear_two_voices_at_once(bench: Bench) -> None:
    for name, generator in bench.generator.generators.items():
        generator.say_next("I am ", f"{name}.")
    async with bench.turn("calm", CAFE) as one, bench.turn("merry", GARDEN) as other:
        both = aiter(one), aiter(other)
        said = [await anext(each) for each in (*both, *both)]
        for each in both:
            assert await anext(each, None) is None
    assert said == ["I am ", "I am ", "calm.", "merry."]
    assert (one.words, other.words) == ("I am calm.", "I am merry.")
    assert bench.generator.asked == []


async def test_who_names_no_voice_hears_the_default_one(bench: Bench) -> None:
    assert (await bench.hear(None)).reply == "I see."
    assert not any(generator.asked for generator in bench.generator.generators.values())


async def test_the_prompt_and_the_cost_are_measured_by_the_voice(bench: Bench) -> None:
    bench.generator.generators["small"] = Small(["Hi."])
    turn = await bench.hear("small")
    [asked] = bench.generator.generators["small"].asked
    assert turn.tokens == turn.prompt.tokens + 3
    assert sum(len(message.content) for message in asked) <= turn.prompt.tokens <= 1_024 - 256
    assert turn.prompt.tokens > (await bench.hear("calm")).prompt.tokens


async def test_where_a_voice_is_gone_the_default_one_answers_and_the_log_says_so_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    assert [(await bench.hear("gone")).reply for _ in range(3)] == ["I see."] * 3
    assert (await bench.hear("lost")).reply == "I see."
    told = [record.getMessage() for record in caplog.records if record.name == "brain.turns.voices"]
    assert told == [
        f"There is no voice '{name}' any more; the default one answers."
        for name in ("gone", "lost")
    ]


async def test_a_voice_that_turns_out_to_be_gone_when_it_is_asked_is_replaced_too(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = VoiceUnknown(voice="calm", known="merry")
    too_long = PromptTooLong()
    bench.generator.generators["calm"] = Small([too_long], [too_long], [unknown])
    # Measured by the default one anew, which may need shorter prompts, too.
    ScriptedGenerator.__init__(bench.generator, [too_long], [too_long], ["I see."])
    turn = await bench.hear("calm")
    assert (turn.reply, turn.complete) == ("I see.", True)
    assert turn.tokens == turn.prompt.tokens + bench.generator.count_tokens("I see.")
    assert "no voice 'calm'" in caplog.text
    [kept] = (await bench.store.page(Scope.of(ANNA, CAFE), limit=5)).memories
    assert kept.reply == "I see."


async def test_a_default_voice_that_fails_is_not_asked_without_end(bench: Bench) -> None:
    unknown = VoiceUnknown(voice="calm", known="none")
    bench.generator.generators["calm"].say_next(unknown)
    bench.generator.say_next(unknown)
    with pytest.raises(VoiceUnknown):
        await bench.hear("calm")
    assert len(bench.generator.asked) == 1


async def test_what_has_begun_is_not_begun_again_in_another_voice(bench: Bench) -> None:
    bench.generator.generators["calm"].say_next("I a", VoiceUnknown(voice="calm", known="none"))
    with pytest.raises(VoiceUnknown):
        await bench.hear("calm")
    assert bench.generator.asked == []


def test_a_model_of_one_voice_has_none_to_choose() -> None:
    plain, voiced = ScriptedGenerator(), VoicedGenerator("calm")
    assert not isinstance(plain, Voiced)
    assert (voices_of(plain), voices_of(voiced)) == ((), ("calm",))
    assert with_voice(plain, "calm") is None
    assert with_voice(voiced, "loud") is None
    assert with_voice(voiced, "calm") is voiced.generators["calm"]
