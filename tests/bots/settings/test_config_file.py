"""config.toml is changed as a careful person would change it by hand."""

from pathlib import Path

import pytest

from bots.settings.config_file import ConfigFile, in_environment
from bots.settings.loading import load
from brain.errors import BadSettings
from tests.bots.conftest import Sandbox

BEFORE = """\
# who I am
person = "ada"   # my name

[memory]
preset = "paper"  # as the paper has it
unheard = "of"

[model]
name = "qwen3:8b"

[[model.fallbacks]]
name = "other"
"""


def opened(sandbox: Sandbox, text: str | None = None) -> ConfigFile:
    if text is not None:
        sandbox.config.mkdir(parents=True, exist_ok=True)
        (sandbox.config / "config.toml").write_bytes(text.encode())
    return ConfigFile(language="en")


def test_everything_else_stays_as_it_was(sandbox: Sandbox) -> None:
    config = opened(sandbox, BEFORE)
    config.set("model.name", None)
    config.set("model.file", "/models/x.gguf")
    config.set("zone", "Asia/Shanghai")
    config.set("discord.token", "secret")
    config.save()
    after = config.path.read_text()
    for line in BEFORE.splitlines():
        assert (line in after) == (line != 'name = "qwen3:8b"')
    again = ConfigFile(language="en")
    assert again.get("zone") == "Asia/Shanghai"
    assert again.get("model.file") == "/models/x.gguf"
    assert again.get("model.name") is None
    assert again.get("discord.token") == "secret"
    assert again.get("memory.unheard") == "of"


@pytest.mark.parametrize(
    "text",
    [
        'model = { name = "a", timeout_s = 5 }\n',
        'model.name = "a"\nmodel.timeout_s = 5\n',
        '[model]\nname = "a"\ntimeout_s = 5\n[memory]\npreset = "paper"\n',
        '[model.options]\ntop_k = 2\n[memory]\n[model]\nname = "a"\ntimeout_s = 5\n',
    ],
)
def test_a_section_is_changed_however_it_is_written(text: str, sandbox: Sandbox) -> None:
    config = opened(sandbox, text)
    config.set("model.name", None)
    config.set("model.file", "/x.gguf")
    config.set("language", "zh")
    config.save()
    again = ConfigFile(language="en")
    assert (again.get("model.name"), again.get("model.file")) == (None, "/x.gguf")
    assert (again.get("model.timeout_s"), again.get("language")) == (5, "zh")


def test_what_is_written_is_what_is_loaded(sandbox: Sandbox) -> None:
    config = opened(sandbox)
    config.set("person", "ada")
    config.set("hub.url", "https://hf-mirror.com")
    config.set("model.context_tokens", 4096)
    config.save()
    loaded = load()
    assert loaded.settings.person == "ada"
    assert loaded.settings.hub.url == "https://hf-mirror.com"
    assert loaded.settings.model.context_tokens == 4096
    assert loaded.origins["hub.url"] == str(config.path)


def test_a_value_that_stays_is_no_change(sandbox: Sandbox) -> None:
    config = opened(sandbox, BEFORE)
    config.set("person", "ada")
    config.set("telegram.token", None)
    changed = [config.is_changed]
    config.set("person", "bea")
    changed.append(config.is_changed)
    config.save()
    changed.append(config.is_changed)
    assert changed == [False, True, False]
    assert "# my name" in config.path.read_text()


def test_line_ends_stay(sandbox: Sandbox) -> None:
    config = opened(sandbox, 'person = "ada"\r\n[memory]\r\npreset = "paper"\r\n')
    config.set("person", "bea")
    config.save()
    assert config.path.read_bytes() == b'person = "bea"\r\n[memory]\r\npreset = "paper"\r\n'


@pytest.mark.parametrize(
    ("text", "key", "value", "mode"),
    [
        (None, "person", "ada", 0o600),
        (BEFORE, "person", "bea", 0o644),
        (BEFORE, "telegram.token", "secret", 0o600),
        (BEFORE, "store", "redis://:secret@host", 0o600),
        ('[[model.fallbacks]]\nname = "a"\napi_key = "b"\n', "person", "bea", 0o600),
    ],
)
def test_a_file_with_keys_is_for_its_owner_alone(
    text: str | None, key: str, value: str, mode: int, sandbox: Sandbox
) -> None:
    config = opened(sandbox, text)
    if text is not None:
        config.path.chmod(0o644)
    config.set(key, value)
    config.save()
    assert config.path.stat().st_mode & 0o777 == mode
    assert [path.name for path in config.path.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_one(sandbox: Sandbox, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    target.write_text(BEFORE)
    sandbox.config.mkdir(parents=True)
    (sandbox.config / "config.toml").symlink_to(target)
    config = opened(sandbox)
    config.set("person", "bea")
    config.save()
    assert config.path.is_symlink()
    assert 'person = "bea"' in target.read_text()


@pytest.mark.parametrize("text", ["person = ", "[model\n", "a = 1\na = 2\n"])
def test_what_is_no_toml_is_left_alone(text: str, sandbox: Sandbox) -> None:
    with pytest.raises(BadSettings) as caught:
        opened(sandbox, text)
    assert "config.toml" in str(caught.value.values["problems"])


def test_a_section_that_is_none_is_told(sandbox: Sandbox) -> None:
    config = opened(sandbox, "model = 3\n")
    with pytest.raises(BadSettings):
        config.set("model.name", "x")


def test_the_environment_wins_over_the_file(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    del sandbox
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "")
    monkeypatch.setenv("SILICONFRIEND_LOCAL__MODEL", "x")
    found = in_environment(["model", "local.model", "person"])
    assert "SILICONFRIEND_MODEL__BASE_URL" in found
    assert "SILICONFRIEND_LOCAL__MODEL" in found
    assert "SILICONFRIEND_MODEL__NAME" not in found
    assert in_environment(["memory"]) == []
