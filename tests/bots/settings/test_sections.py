"""Settings of models, embedders and care, from the environment and from the file."""

import json
from pathlib import Path

import pytest

from bots.bootstrap import open_companion
from bots.opening import open_generator
from bots.settings.answering_model import answers_locally, uses_demonstration_model
from bots.settings.loading import load
from brain.clock import SystemClock
from brain.errors import BadSettings
from brain.generators.failover import Failover
from brain.generators.openai import OpenAIGenerator
from brain.ids import MessageId, PersonId, PlaceId
from brain.messages import ChatMessage, Incoming, Person, Place
from brain.ports import FormFiller, Seeing, Voiced
from tests.bots.conftest import Sandbox

FALLBACKS = "SILICONFRIEND_MODEL__FALLBACKS"
PROMPT = [ChatMessage("user", "hi")]


def config(sandbox: Sandbox, text: str) -> Path:
    path = sandbox.config / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


async def test_the_next_model_answers_when_the_first_one_refuses(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = {"name": "echo", "base_url": sandbox.server.url, "api_key": "sk-spare"}
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "refuse")
    monkeypatch.setenv(FALLBACKS, json.dumps([spare]))
    settings = load().settings
    assert "sk-spare" not in repr(settings)
    async with open_generator(settings.model) as generator:
        assert isinstance(generator, Failover)
        assert isinstance(generator, FormFiller)
        pieces = [piece async for piece in generator.stream(PROMPT)]
    assert "".join(pieces) == "You said: hi"
    assert sandbox.server.keys[-1] == "Bearer sk-spare"


def test_fallbacks_are_tables_in_the_file(sandbox: Sandbox) -> None:
    config(
        sandbox,
        '[[model.fallbacks]]\nname = "qwen3:8b"\nbase_url = "http://localhost:11434/v1"\n'
        '[[model.fallbacks]]\nname = "gpt"\nsees = true\n[embedder]\ndevice = "cuda"\n',
    )
    settings = load().settings
    assert [each.name for each in settings.model.fallbacks] == ["qwen3:8b", "gpt"]
    assert settings.model.fallbacks[1].sees
    assert settings.embedder.device == "cuda"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("qwen3", f"{FALLBACKS}: expected JSON, such as"),
        (
            '[{"name": "a", "base-url": "http://x"}]',
            f"{FALLBACKS}__0__BASE-URL: there is no such setting",
        ),
        ('[{"base_url": "http://x"}]', f"{FALLBACKS}__0__NAME: this is missing"),
        ('[{"name": "a", "base_url": "ftp://x"}]', f"{FALLBACKS}__0__BASE_URL: "),
    ],
)
def test_a_mistake_in_them_is_explained(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
    value: str,
    told: str,
) -> None:
    monkeypatch.setenv(FALLBACKS, value)
    with pytest.raises(BadSettings) as caught:
        load()
    assert told in str(caught.value)


def test_a_mistake_in_the_file_names_the_file(sandbox: Sandbox) -> None:
    path = config(sandbox, '[[model.fallbacks]]\nname = "a"\nbase_url = "ftp://x"\n')
    with pytest.raises(BadSettings) as caught:
        load()
    assert f"{path}: model.fallbacks.0.base_url" in str(caught.value)


def test_with_a_fallback_elsewhere_not_everything_stays_here(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NAME", "BASE_URL"):
        monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
    assert answers_locally(load().settings)
    monkeypatch.setenv(FALLBACKS, '[{"name": "gpt"}]')
    settings = load().settings
    assert not answers_locally(settings)
    assert uses_demonstration_model(settings)


@pytest.mark.parametrize(("told", "expected"), [("", False), ("true", True), ("false", False)])
async def test_whether_the_model_sees_can_be_told(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
    told: str,
    *,
    expected: bool,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__SEES", told)
    async with open_generator(load().settings.model) as generator:
        assert isinstance(generator, Seeing)
        assert generator.sees is expected


async def test_openai_s_own_models_see_unless_told_otherwise(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__BASE_URL", "https://api.openai.com/v1")
    async with open_generator(load().settings.model) as generator:
        assert isinstance(generator, OpenAIGenerator)
        assert generator.sees


async def test_the_lines_of_the_settings_are_shown(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_CARE__RESOURCES", "Campus line: 555-0100; Room 12, 9 to 5")
    settings = load().settings
    assert settings.care.resources == ("Campus line: 555-0100", "Room 12, 9 to 5")
    place = Place(PlaceId("terminal:ada"), private=True)
    said = Incoming(
        id=MessageId("1"),
        person=Person(PersonId("terminal:ada")),
        place=place,
        text="I want to die.",
    )
    async with (
        open_companion(settings, clock=SystemClock()) as companion,
        companion.turn(said) as turn,
    ):
        assert "· Campus line: 555-0100\n· Room 12, 9 to 5\n" in (turn.care or "")


@pytest.mark.parametrize("country", ["Germany", "SE", "u", "12"])
def test_a_country_without_a_helpline_is_refused_with_those_that_have_one(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
    country: str,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_CARE__COUNTRY", country)
    with pytest.raises(BadSettings, match=r"CARE__COUNTRY: .* AT, AU, .*care\.resources"):
        load()


@pytest.mark.parametrize(("told", "meant"), [("UK", "GB"), ("gb", "GB"), ("de", "DE")])
def test_a_country_is_known_by_what_people_call_it(
    sandbox: Sandbox,  # noqa: ARG001 it sets the environment
    monkeypatch: pytest.MonkeyPatch,
    told: str,
    meant: str,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_CARE__COUNTRY", told)
    assert load().settings.care.country == meant


async def test_voices_are_named_with_commas_and_those_of_fallbacks_in_their_tables(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__VOICES", "calm, echo,")
    async with open_generator(load().settings.model) as generator:
        assert isinstance(generator, OpenAIGenerator)
        assert generator.voices == ("calm", "echo")
        pieces = [piece async for piece in generator.voiced("echo").stream(PROMPT)]
        assert "".join(pieces) == "You said: hi"
    spare = {"name": "echo", "base_url": sandbox.server.url, "voices": ["wise"]}
    monkeypatch.setenv(FALLBACKS, json.dumps([spare]))
    async with open_generator(load().settings.model) as generator:
        assert isinstance(generator, Voiced)
        assert generator.voices == ("calm", "echo", "wise")


async def test_options_of_a_server_are_passed_on_as_they_are(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__OPTIONS", '{"top_k": 20, "think": true}')
    monkeypatch.setenv("SILICONFRIEND_MODEL__THINKING", "off")
    model = load().settings.model
    assert model.options == {"top_k": 20, "think": True}
    async with open_generator(model) as generator:
        assert [piece async for piece in generator.stream(PROMPT)]
    sent = sandbox.server.requests[-1]
    assert (sent["top_k"], sent["think"], sent["reasoning_effort"]) == (20, True, "none")
    monkeypatch.setenv("SILICONFRIEND_MODEL__OPTIONS", "top_k=20")
    with pytest.raises(BadSettings, match="expected JSON, such as"):
        load()


def test_a_file_has_no_voices(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NAME", "BASE_URL"):
        monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
    config(sandbox, '[model]\nfile = "/model.gguf"\nvoices = ["calm"]\n')
    with pytest.raises(BadSettings, match="voices are models of a server"):
        load()
