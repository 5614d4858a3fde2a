"""Where the person lives, and where memories are kept."""

from zoneinfo import ZoneInfo

import pytest

from bots.settings.addresses import HIDDEN
from bots.settings.config_file import ConfigFile
from bots.settings.loading import load
from bots.terminal.wizard.place_questions import ask_country, ask_store, ask_zone
from tests.bots.conftest import Sandbox
from tests.bots.terminal.wizard.answers import Answers


@pytest.fixture
def config(sandbox: Sandbox) -> ConfigFile:
    del sandbox
    return ConfigFile(language="en")


def test_the_zone_that_is_proposed_is_the_machine_s(
    config: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_ZONE", "Asia/Shanghai")
    assert ask_zone(Answers(""), config, load().settings) == ZoneInfo("Asia/Shanghai")
    assert config.get("zone") == "Asia/Shanghai"
    answers = Answers("nowhere", "new york", "america/new york")
    assert ask_zone(answers, config, load().settings).key == "America/New_York"
    assert len(answers.told) == 2


@pytest.mark.parametrize(
    ("zone", "script", "country"),
    [
        ("Asia/Shanghai", [""], None),
        ("Asia/Shanghai", ["China: 全国统一心理援助热线"], "CN"),
        ("UTC", ["another country", "Atlantis", "germany"], "DE"),
        ("UTC", ["another country", "uk"], "GB"),
        ("UTC", ["another country", ""], None),
    ],
)
def test_a_country_is_that_of_the_zone_or_another(
    zone: str, script: list[str], country: str | None, config: ConfigFile
) -> None:
    answers = Answers(*script)
    ask_country(answers, config, load().settings, ZoneInfo(zone))
    answers.end()
    assert config.get("care.country") == country


def test_a_country_has_its_name_in_the_language(config: ConfigFile) -> None:
    answers = Answers("另一个国家", "德国", language="zh")
    ask_country(answers, config, load().settings, ZoneInfo("UTC"))
    assert config.get("care.country") == "DE"


def test_a_redis_has_its_password_in_the_address_and_nowhere_else(config: ConfigFile) -> None:
    answers = Answers("Redis", "localhost", "rediss://me@host:6380/1", "p@ss/word")
    ask_store(answers, config, load().settings)
    answers.end()
    assert config.get("store") == "rediss://me:p%40ss%2Fword@host:6380/1"
    assert len(answers.told) == 1
    [(key, shown)] = config.changes()
    assert key == "store"
    assert shown == f"rediss://{HIDDEN}@host:6380/1"


def test_a_redis_without_a_password_is_taken_as_it_is(config: ConfigFile) -> None:
    ask_store(Answers("Redis", "", ""), config, load().settings)
    assert config.get("store") == "redis://localhost:6379/0"


def test_a_folder_is_a_whole_path(config: ConfigFile, sandbox: Sandbox) -> None:
    answers = Answers("another folder", "relative", "~/mine")
    ask_store(answers, config, load().settings)
    assert len(answers.told) == 1
    assert config.get("store") == f"sqlite:{sandbox.home}/mine/memories.db"


def test_what_is_set_is_proposed_without_its_password(
    config: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.set("store", "redis://:secret@host")
    config.save()
    answers = Answers("")
    ask_store(answers, config, load().settings)
    assert "secret" not in answers.offered[0]
    assert config.get("store") == "redis://:secret@host"
    ask_store(Answers("In a file on this machine"), config, load().settings)
    assert config.get("store") is None
    del monkeypatch
