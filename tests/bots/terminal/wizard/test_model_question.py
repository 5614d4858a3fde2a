"""Which model answers, whatever server or service it is on."""

from typing import Any

import pytest

from bots.settings.config_file import ConfigFile
from bots.settings.loading import load
from bots.terminal.wizard.model_question import ModelQuestion
from brain.hub.chat_models import ChatModel, chat_model
from tests.bots.conftest import Sandbox
from tests.bots.terminal.wizard.answers import Answers
from tests.ports import closed_address


class Bench:
    """A home without a model, where no server is found unless a test names one."""

    def __init__(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("NAME", "BASE_URL"):
            monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
        monkeypatch.setattr("brain.hub.model_servers.USUAL_PORTS", {"Ollama": 1})
        monkeypatch.setenv("OPENAI_BASE_URL", sandbox.server.url)
        self.url = sandbox.server.url
        self.config = ConfigFile(language="en")

    def ask(self, *script: str, language: str = "en") -> tuple[ChatModel | None, Answers]:
        answers = Answers(*script, language=language)
        model = ModelQuestion(answers, self.config, load().settings).ask()
        answers.end()
        return model, answers

    def write(self, **model: str) -> None:
        for name, value in model.items():
            self.config.set(f"model.{name}", value)
        self.config.save()

    @property
    def chosen(self) -> dict[str, Any]:
        found: dict[str, Any] = self.config.get("model") or {}
        return found


@pytest.fixture
def bench(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(sandbox, monkeypatch)


def test_a_service_takes_a_key_and_lists_its_models(bench: Bench) -> None:
    model, answers = bench.ask("service", "OpenAI", "wrong", "Try again", "sk-right", "echo")
    assert model is None
    assert bench.chosen == {"name": "echo", "api_key": "sk-right"}
    assert any("does not accept this key" in told for told in answers.told)
    assert "embedder" not in answers.offered
    assert not any("wrong" in told or "sk-right" in told for told in answers.told)


def test_without_a_key_the_first_question_comes_again(bench: Bench) -> None:
    bench.ask("service", "OpenAI", "", "demonstration")
    assert bench.chosen == {}


def test_a_present_key_is_kept_by_an_empty_answer(bench: Bench) -> None:
    bench.write(name="formless", api_key="sk-present")
    _, answers = bench.ask("service", "OpenAI", "", "echo")
    assert bench.chosen == {"name": "echo", "api_key": "sk-present"}
    assert any("the present one" in asked for asked in answers.asked)


def test_a_key_in_the_environment_is_used_and_not_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    bench.ask("service", "OpenAI", "", "echo")
    assert bench.chosen == {"name": "echo"}


def test_a_key_is_not_shown_to_another_server(bench: Bench, sandbox: Sandbox) -> None:
    bench.write(name="x", base_url="http://elsewhere.example/v1", api_key="sk-elsewhere")
    bench.ask("by its address", sandbox.server.url, "", "echo")
    assert bench.chosen == {"name": "echo", "base_url": sandbox.server.url}


def test_an_address_may_lack_its_scheme_and_v1(bench: Bench) -> None:
    bare = bench.url.removeprefix("http://").removesuffix("/v1")
    bench.ask("by its address", "ftp://x", bare, "", "formless")
    assert bench.chosen == {"name": "formless", "base_url": bench.url}


def test_a_server_that_is_away_can_be_kept_with_a_typed_name(bench: Bench) -> None:
    url = f"http://{closed_address()}/v1"
    _, answers = bench.ask("by its address", url, "", "all the same", "", "qwen3:8b")
    assert bench.chosen == {"name": "qwen3:8b", "base_url": url}
    assert any("I cannot reach" in told for told in answers.told)
    assert not any("Your message" in told for told in answers.told)


def test_a_server_that_is_away_leads_back(bench: Bench) -> None:
    url = f"http://{closed_address()}/v1"
    bench.ask("by its address", url, "", "something else", "by its address", "", "demonstration")
    assert bench.chosen == {}


def test_ollama_is_found_where_its_variable_says(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = bench.url.removesuffix("/v1").rpartition(":")[2]
    monkeypatch.setenv("OLLAMA_HOST", f"0.0.0.0:{port}")
    _, answers = bench.ask("Ollama", "echo")
    assert bench.chosen == {"name": "echo", "base_url": f"http://localhost:{port}/v1"}
    assert answers.asked[0] == "Which model is to answer?"


def test_another_model_takes_the_place_of_all_that_belonged_to_the_one_before(
    bench: Bench, sandbox: Sandbox
) -> None:
    bench.write(file="/models/x.gguf", thinking="off")
    bench.config.set("model.context_tokens", 4096)
    bench.config.set("model.timeout_s", 9)
    bench.config.save()
    _, answers = bench.ask("by its address", sandbox.server.url, "", "echo")
    assert bench.chosen == {"name": "echo", "base_url": sandbox.server.url, "timeout_s": 9}
    del answers


def test_the_present_model_stays_by_default(bench: Bench) -> None:
    bench.write(file="/models/x.gguf")
    before = dict(bench.chosen)
    _, answers = bench.ask("")
    assert "x.gguf" in answers.offered[0]
    assert bench.chosen == before


@pytest.mark.parametrize(
    ("language", "from_where", "url"),
    [("en", "huggingface.co", None), ("zh", "hf-mirror.com", "https://hf-mirror.com")],
)
def test_a_model_is_downloaded_from_the_hub_or_a_mirror(
    language: str, from_where: str, url: str | None, bench: Bench
) -> None:
    word = "Download" if language == "en" else "下载一个"
    model, answers = bench.ask(word, "qwen3-1.7b", from_where, language=language)
    assert model == chat_model("qwen3-1.7b")
    assert bench.config.get("hub.url") == url
    assert answers.offered == ["huggingface.co", "hf-mirror.com"]


def test_only_models_that_fit_the_memory_are_offered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_HUB__URL", "https://mirror.example")
    where = "bots.terminal.wizard.model_question.machine_memory"
    monkeypatch.setattr(where, lambda: 4_000_000_000)
    _, answers = bench.ask("Download", "qwen3-1.7b")
    assert not any("qwen3-8b" in label for label in answers.offered)
    monkeypatch.setattr(where, lambda: 1_000)
    _, answers = bench.ask("Download", "qwen3-0.6b")
    assert len(answers.offered) == 1


def test_variables_that_decide_are_told_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "other")
    _, answers = bench.ask("demonstration")
    assert "SILICONFRIEND_MODEL__NAME" in answers.told[0]
    monkeypatch.delenv("SILICONFRIEND_MODEL__NAME")
    monkeypatch.setenv("SILICONFRIEND_MODEL__CONTEXT_TOKENS", "4096")
    _, answers = bench.ask("demonstration")
    assert not any("SILICONFRIEND" in told for told in answers.told)
