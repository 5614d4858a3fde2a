from pathlib import Path

import pytest
from tzlocal import reload_localzone

from bots.settings.loading import load, locale_language, zone_of
from bots.settings.platforms import DiscordSettings, TelegramSettings
from bots.settings.root import PREFIX, Settings, person_name, settings_table
from brain.errors import BadSettings
from brain.memory.retention import COMPANION, PAPER
from tests.bots.conftest import Sandbox


@pytest.fixture(autouse=True)
def _own_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in sandbox.env:
        if name.startswith(PREFIX) and not name.endswith("DATA_DIR"):
            monkeypatch.delenv(name, raising=False)


def problems() -> str:
    with pytest.raises(BadSettings) as caught:
        load()
    return str(caught.value.values["problems"])


def write(sandbox: Sandbox, text: str) -> Path:
    sandbox.config.mkdir(parents=True, exist_ok=True)
    path = sandbox.config / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_set_the_defaults_are_those_of_the_paper_for_years() -> None:
    settings = load().settings
    assert settings.memory.curve == COMPANION
    assert settings.person == "me"
    assert settings.model.base_url is None


def test_the_environment_wins_over_the_file_value_by_value(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(sandbox, 'person = "ada"\n[model]\nname = "a"\ntimeout_s = 5\n')
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "b")
    loaded = load()
    assert loaded.settings.person == "ada"
    assert loaded.settings.model.name == "b"
    assert loaded.settings.model.timeout_s == 5
    assert loaded.origins["model.name"] == "SILICONFRIEND_MODEL__NAME"
    assert loaded.origins["model.timeout_s"] == str(path)


def test_a_home_folder_is_meant_by_a_tilde(sandbox: Sandbox) -> None:
    write(sandbox, 'persona = "~/me.md"\n[model]\nfile = "~/model.gguf"\n')
    settings = load().settings
    assert settings.persona == sandbox.home / "me.md"
    assert settings.model.file == sandbox.home / "model.gguf"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__BASE_URL", "")
    assert load().settings.model.base_url is None


def test_an_unknown_variable_is_named_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__NMAE", "secret-value")
    monkeypatch.setenv("SILICONFRIEND_XYZZY", "1")
    told = problems()
    assert "SILICONFRIEND_MODEL__NMAE" in told
    assert "did you mean SILICONFRIEND_MODEL__NAME?" in told
    assert "SILICONFRIEND_XYZZY: there is no such setting." in told
    assert "secret-value" not in told
    assert len(told.splitlines()) == 2


def test_unknown_keys_of_the_file_are_named_with_those_that_were_meant(sandbox: Sandbox) -> None:
    path = write(sandbox, 'persn = "ada"\n[model]\ntimeout = 5\n[memroy]\nfade = 0.1\n')
    told = problems()
    assert f"{path}: persn: there is no such setting; did you mean person?" in told
    assert "model.timeout: there is no such setting; did you mean model.timeout_s?" in told
    assert "memroy" in told
    assert len(told.splitlines()) == 3


def test_every_wrong_value_is_one_line_and_never_shows_the_value(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(sandbox, "[chat]\nrecall_count = -1\n")
    monkeypatch.setenv("SILICONFRIEND_MODEL__TIMEOUT_S", "sk-oops")
    monkeypatch.setenv("SILICONFRIEND_MODEL__BASE_URL", "ftp://sk-oops")
    monkeypatch.setenv("SILICONFRIEND_LANGUAGE", "tlh")
    told = problems()
    assert "SILICONFRIEND_MODEL__TIMEOUT_S: " in told
    assert "SILICONFRIEND_MODEL__BASE_URL: " in told
    assert "SILICONFRIEND_LANGUAGE: " in told
    assert f"{path}: chat.recall_count: " in told
    assert len(told.splitlines()) == 4
    assert "sk-oops" not in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEMORY__INITIAL_STRENGTH_DAYS", "0"),
        ("MEMORY__INITIAL_STRENGTH_DAYS", "nan"),
        ("MEMORY__STEP_DAYS", "inf"),
        ("MEMORY__FADE", "1"),
        ("MEMORY__FORGET", "0.5"),
        ("MEMORY__GRACE_DAYS", "-1"),
        ("MEMORY__PRESET", "eternal"),
        ("STORE", "http://localhost"),
        ("STORE", "redis://"),
        ("STORE", "/var/memories.db"),
        ("STORE_PREFIX", "a:b"),
        ("STORE_PRECISION", "float8"),
        ("STORE", "sqlite:"),
        ("ZONE", "Europe/Berlim"),
        ("ZONE", "../../etc/passwd"),
        ("ZONE", "Europe"),
        ("PERSON", "   "),
        ("PERSON", "a\tb"),
        ("MODEL", "gpt"),
        ("MODEL__TEMPERATURE", "3"),
        ("EMBEDDER__KIND", "magic"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    told = problems()
    assert len(told.splitlines()) == 1


def test_a_zone_that_is_mistyped_is_answered_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_ZONE", "Europe/Berlim")
    assert "did you mean Europe/Berlin?" in problems()


def test_an_address_without_a_model_and_a_file_beside_an_address_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILICONFRIEND_MODEL__BASE_URL", "http://localhost:1/v1")
    assert "base_url needs a name" in problems()
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "m")
    monkeypatch.setenv("SILICONFRIEND_MODEL__FILE", "/m.gguf")
    assert "either file" in problems()


@pytest.mark.parametrize("text", ["person = \n", "person = 'a'\nperson = 'b'\n"])
def test_a_file_that_is_no_toml_is_one_problem(text: str, sandbox: Sandbox) -> None:
    path = write(sandbox, text)
    assert problems().startswith(f"{path}: ")


def test_a_file_that_is_not_utf8_is_one_problem(sandbox: Sandbox) -> None:
    write(sandbox, "").write_bytes(b"person = '\xff'")
    assert "UTF-8" in problems()


def test_a_file_that_was_named_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILICONFRIEND_CONFIG", "/nowhere/config.toml")
    assert "/nowhere/config.toml" in problems()


def test_the_preset_can_be_changed_constant_by_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILICONFRIEND_MEMORY__PRESET", "paper")
    monkeypatch.setenv("SILICONFRIEND_MEMORY__GRACE_DAYS", "0")
    curve = load().settings.memory.curve
    assert curve.grace == 0
    assert curve.initial_strength == PAPER.initial_strength


def test_there_is_no_budget_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load().settings.memory.curve.has_budget
    monkeypatch.setenv("SILICONFRIEND_MEMORY__MOST_PER_PERSON", "5000")
    monkeypatch.setenv("SILICONFRIEND_MEMORY__MOST_MIB", "2")
    curve = load().settings.memory.curve
    assert (curve.memories_per_person, curve.store_bytes) == (5_000, 2_097_152)


def test_openais_variables_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    loaded = load()
    assert loaded.settings.model.api_key is not None
    assert loaded.settings.model.api_key.get_secret_value() == "sk-1"
    assert loaded.origins["model.api_key"] == "OPENAI_API_KEY"
    assert "sk-1" not in repr(loaded)


def test_openais_key_never_goes_to_an_address_that_was_set_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("SILICONFRIEND_MODEL__BASE_URL", "http://localhost:11434/v1")
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "llama")
    assert load().settings.model.api_key is None
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:11434/v1/")
    assert load().settings.model.api_key is not None


def test_openais_variables_leave_a_model_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:1/v1")
    monkeypatch.setenv("SILICONFRIEND_MODEL__FILE", "/m.gguf")
    model = load().settings.model
    assert model.base_url is None
    assert model.api_key is None


def test_the_table_has_every_setting_once_with_its_meaning() -> None:
    rows = settings_table()
    assert len({row.variable for row in rows}) == len(rows)
    assert all(row.meaning.endswith(".") for row in rows)
    assert {"SILICONFRIEND_DATA_DIR", "SILICONFRIEND_MEMORY__FADE"} <= {r.variable for r in rows}
    sections = {name for name, f in Settings.model_fields.items() if f.default_factory}
    assert {row.key.partition(".")[0] for row in rows} >= sections


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh_CN.UTF-8", "zh"), ("zh-TW", "zh"), ("zh", "zh"), ("de_DE.UTF-8", "en"), ("C", "en")],
)
def test_the_interface_follows_the_locale(
    locale: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert locale_language() == language


def test_the_zone_falls_back_to_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Shanghai")
        # Whoever asked before was answered once and for all.
        reload_localzone()
        assert zone_of(load().settings).key == "Asia/Shanghai"
    reload_localzone()


@pytest.mark.parametrize("name", ["snake_case", "a/b", "O'Neil", 'say "hi"', "🐱", "王小明", " x "])
def test_names_may_hold_anything_that_can_be_seen(name: str) -> None:
    assert person_name(name) == name.strip()


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "\x1b[31m", "a\x7f", "\ud800"])
def test_names_without_a_visible_character_or_with_control_characters_are_refused(
    name: str,
) -> None:
    with pytest.raises(ValueError, match="name"):
        person_name(name)


@pytest.mark.parametrize("platform", [DiscordSettings, TelegramSettings])
def test_a_server_of_ones_own_may_be_called_bot_and_holds_no_token(
    platform: type[DiscordSettings | TelegramSettings],
) -> None:
    for root in ("http://bot-api:8081", "https://botapi.example.org"):
        assert platform.model_validate({"api_base": root}).api_base == root
    with pytest.raises(ValueError, match="the root alone"):
        platform.model_validate({"api_base": "http://bot-api:8081/bot123:abc"})
