"""A token is tried before it is kept."""

from typing import Any

import pytest

from bots.settings.config_file import ConfigFile
from bots.settings.loading import load
from bots.terminal.wizard import platform_questions
from bots.terminal.wizard.platform_questions import ask_platforms
from tests.bots.conftest import Sandbox
from tests.bots.terminal.wizard.answers import Answers
from tests.ports import closed_address

TOKEN = "7000000003:AANobodyNobodyNobodyNobodyNobodyNob"  # noqa: S105 of nobody


@pytest.fixture
def config(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> ConfigFile:
    del sandbox
    monkeypatch.setenv("SILICONFRIEND_TELEGRAM__API_BASE", f"http://{closed_address()}")
    monkeypatch.setattr("bots.telegram.checks.LIMIT_S", 0.0)
    return ConfigFile(language="en")


def ask(config: ConfigFile, *script: str) -> Answers:
    answers = Answers(*script)
    ask_platforms(answers, config, load().settings)
    answers.end()
    return answers


def test_a_platform_that_is_away_can_be_kept_or_left(
    config: ConfigFile, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(config, "No", "Yes", TOKEN, "Go on without")
    assert config.get("telegram.token") is None
    ask(config, "No", "Yes", TOKEN, "Keep this token")
    assert config.get("telegram.token") == TOKEN
    shown = capsys.readouterr().out
    assert "cannot be reached" in shown
    assert TOKEN not in shown


def test_no_token_is_no_platform(config: ConfigFile) -> None:
    ask(config, "No", "Yes", "")
    assert not config.is_changed


def test_a_platform_whose_package_is_missing_names_the_command(
    config: ConfigFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: Any) -> None:  # noqa: ANN401 whatever it is called with
        raise ImportError

    monkeypatch.setattr(platform_questions, "_examine", missing)
    ask(config, "Yes", "a.b.c", "Go on without", "No")
    assert "pip install 'siliconfriend[discord]'" in capsys.readouterr().out
    assert not config.is_changed


def test_a_token_in_the_environment_is_told_of(
    config: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_TELEGRAM__TOKEN", TOKEN)
    answers = ask(config, "No", "Yes, as now")
    assert "SILICONFRIEND_TELEGRAM__TOKEN" in answers.told[0]
    assert not config.is_changed
