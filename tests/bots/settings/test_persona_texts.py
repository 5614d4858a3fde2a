"""Which text says who the companion is, by the model that reads it."""

import pytest

from bots.settings.loading import load
from bots.settings.persona import default_text, persona
from brain.languages import languages
from brain.texts import say
from tests.bots.conftest import Sandbox


@pytest.fixture
def demonstration(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    for name in ("NAME", "BASE_URL"):
        monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
    return sandbox


def test_the_demonstration_model_reads_one_line(demonstration: Sandbox) -> None:  # noqa: ARG001
    texts = persona(load().settings, language="en")
    assert {code: texts(code) for code in languages()} == {
        code: say(code, "prompt-demonstration") for code in languages()
    }
    assert len(texts("en")) < 200


def test_other_models_read_the_bundled_text(sandbox: Sandbox) -> None:  # noqa: ARG001
    assert persona(load().settings, language="en")("en") == default_text("en")


def test_the_text_of_ones_own_is_read_by_any_model(demonstration: Sandbox) -> None:
    demonstration.config.mkdir(parents=True)
    (demonstration.config / "persona.md").write_text("You are a pirate.")
    assert persona(load().settings, language="en")("en") == "You are a pirate."
