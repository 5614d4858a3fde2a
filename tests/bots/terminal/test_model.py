"""`siliconfriend model`: the list, a download, and a model that answers."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import tomlkit

from bots.terminal import failures
from brain.hub import chat_models
from brain.hub.chat_models import ChatModel
from tests.bots.conftest import Sandbox
from tests.brain.hub.hub_server import FILE, HubServer, hub_server, tiny_model

CONTENT = os.urandom(200_000)


def offer(path: Path, *models: ChatModel) -> None:
    """Write a list of models."""
    path.write_text(tomlkit.dumps({"model": [msgspec.to_builtins(one) for one in models]}))
    chat_models.chat_models.cache_clear()


@pytest.fixture
def hub(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub with a model, which alone is in the list; nothing in the environment names a model."""
    monkeypatch.setattr(chat_models, "FILE", tmp_path / "models.toml")
    offer(chat_models.FILE, tiny_model(CONTENT))
    for name in ("NAME", "BASE_URL"):
        del sandbox.env[f"SILICONFRIEND_MODEL__{name}"]
        monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
    with hub_server(CONTENT) as server:
        sandbox.env["SILICONFRIEND_HUB__URL"] = server.url
        yield server
    chat_models.chat_models.cache_clear()


def written(sandbox: Sandbox) -> dict[str, object]:
    return tomllib.loads((sandbox.config / "config.toml").read_text())


def test_the_list_tells_what_there_is_and_what_is_here(sandbox: Sandbox, hub: HubServer) -> None:
    listed = sandbox.run("model", "list")
    assert listed.exit_code == 0
    for told in ("tiny", "0.5 GB", "512", "English 中文", "Apache-2.0"):
        assert told in listed.stdout
    assert "downloaded" not in listed.stdout
    assert hub.asked == []
    sandbox.run("model", "get", "tiny")
    assert "downloaded" in sandbox.run("model", "list").stdout
    sandbox.run("model", "use", "tiny")
    assert "answers" in sandbox.run("model", "list").stdout


def test_a_model_that_needs_more_than_there_is_is_marked(
    sandbox: Sandbox, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    del hub
    monkeypatch.setattr("bots.terminal.model.machine_memory", lambda: 2**29)
    assert "too large for this machine" in sandbox.run("model", "list").stdout
    monkeypatch.setattr("bots.terminal.model.machine_memory", lambda: None)
    assert "too large for this machine" not in sandbox.run("model", "list").output


def test_a_download_tells_its_steps_on_a_pipe(sandbox: Sandbox, hub: HubServer) -> None:
    done = sandbox.run("model", "get", "TINY")
    assert done.exit_code == 0
    path = sandbox.data / "models" / FILE
    assert done.stdout == f"tiny is here: {path}\n"
    assert path.read_bytes() == CONTENT
    assert "Downloading tiny from 127.0.0.1" in done.stderr
    assert len(done.stderr.splitlines()) <= 9
    again = sandbox.run("model", "get", "tiny")
    assert again.stderr == ""
    assert len(hub.asked) == 1


def test_use_writes_the_settings_and_says_how_to_talk(sandbox: Sandbox, hub: HubServer) -> None:
    del hub
    sandbox.config.mkdir(parents=True)
    (sandbox.config / "config.toml").write_text(
        '# mine\nperson = "ada"\n[model]\nname = "a"\nbase_url = "http://x/v1"\nvoices = ["b"]\n'
        'timeout_s = 9 # patience\n[local]\nadapter = "c"\n'
    )
    # A name and a file at once are refused, so that the choice has to be made anew as a whole.
    done = sandbox.run("model", "use", "tiny")
    assert done.exit_code == failures.USAGE
    (sandbox.config / "config.toml").write_text(
        '# mine\nperson = "ada"\n[model]\nname = "a"\nbase_url = "http://x/v1"\nvoices = ["b"]\n'
        "timeout_s = 9 # patience\n"
    )
    done = sandbox.run("model", "use", "tiny")
    assert done.exit_code == 0
    assert "siliconfriend chat" in done.stdout
    path = sandbox.data / "models" / FILE
    assert written(sandbox) == {
        "person": "ada",
        "model": {"timeout_s": 9, "file": str(path), "context_tokens": 512},
    }
    assert "# patience" in (sandbox.config / "config.toml").read_text()


def test_a_model_that_thinks_is_told_not_to(sandbox: Sandbox, hub: HubServer) -> None:
    del hub
    offer(chat_models.FILE, tiny_model(CONTENT, thinks=True))
    sandbox.run("model", "use", "tiny")
    assert written(sandbox)["model"]["thinking"] == "off"  # type: ignore[index]


def test_where_the_environment_names_a_model_nothing_is_downloaded(
    sandbox: Sandbox, hub: HubServer
) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "other"
    done = sandbox.run("model", "use", "tiny")
    assert done.exit_code == failures.USAGE
    assert "SILICONFRIEND_MODEL__NAME" in done.stderr
    assert hub.asked == []
    assert not (sandbox.config / "config.toml").exists()


def test_an_unknown_name_lists_those_that_there_are(sandbox: Sandbox, hub: HubServer) -> None:
    del hub
    done = sandbox.run("model", "use", "huge")
    assert done.exit_code == failures.FAILED
    assert "huge" in done.stderr
    assert "tiny" in done.stderr


def test_a_download_that_fails_changes_nothing(sandbox: Sandbox, hub: HubServer) -> None:
    hub.sent = CONTENT[::-1]
    done = sandbox.run("model", "use", "tiny")
    assert done.exit_code == failures.FAILED
    assert "damaged" in done.stderr
    assert not (sandbox.config / "config.toml").exists()


def test_the_mirror_that_other_programs_use_is_used_here(sandbox: Sandbox, hub: HubServer) -> None:
    sandbox.env["HF_ENDPOINT"] = hub.url
    del sandbox.env["SILICONFRIEND_HUB__URL"]
    assert sandbox.run("model", "get", "tiny").exit_code == 0
    assert len(hub.asked) == 1


def test_errors_are_told_in_chinese(sandbox: Sandbox, hub: HubServer) -> None:
    hub.statuses = [403]
    sandbox.env["SILICONFRIEND_LANGUAGE"] = "zh"
    assert "拒绝下载" in sandbox.run("model", "get", "tiny").stderr
