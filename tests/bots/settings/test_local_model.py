import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bots.doctor import Doctor
from bots.doctor_checks import settings_in_force
from bots.opening import open_generator
from bots.settings.answering_model import answers_locally, consolidates, uses_demonstration_model
from bots.settings.loading import load
from bots.settings.local_model_choice import LocalModel, local_model, with_adapter
from bots.settings.persona import own_adapter, own_text
from bots.terminal.failures import Cli
from brain.errors import BadSettings
from brain.generators.failover import Failover
from brain.generators.local_lora.errors import AdapterDamaged, AdapterMissing
from brain.messages import ChatMessage
from tests.bots.conftest import Sandbox
from tests.brain.training.models import tiny_llama

Set = Callable[..., None]


@pytest.fixture
def local(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Sets `local` settings; those of a server are gone."""
    for name in ("BASE_URL", "NAME"):
        monkeypatch.delenv(f"SILICONFRIEND_MODEL__{name}")
        del sandbox.env[f"SILICONFRIEND_MODEL__{name}"]

    def put(**values: Any) -> None:  # noqa: ANN401
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value)
            monkeypatch.setenv(f"SILICONFRIEND_LOCAL__{name.upper()}", text)
            sandbox.env[f"SILICONFRIEND_LOCAL__{name.upper()}"] = text

    return put


def adapter_of(folder: Path, base: str | None) -> Path:
    """No weights: enough to say which model it is for."""
    folder.mkdir(parents=True)
    (folder / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": base}))
    return folder


def problems() -> str:
    with pytest.raises(BadSettings) as caught:
        local_model(load().settings)
    return str(caught.value.values["problems"])


def chosen() -> LocalModel:
    found = local_model(load().settings)
    assert found is not None
    return found


def write_persona(sandbox: Sandbox, text: str) -> None:
    sandbox.config.mkdir(parents=True, exist_ok=True)
    (sandbox.config / "persona.md").write_text(text, encoding="utf-8")


def test_a_trained_adapter_answers_in_a_chat(sandbox: Sandbox, local: Set) -> None:
    sandbox.env["HF_HUB_OFFLINE"] = "1"
    data, out = sandbox.home / "dialogues.jsonl", sandbox.home / "gentle"
    lines = [{"input": word, "output": "Meow."} for word in ("Hello", "Who is there?")]
    data.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    tuned = CliRunner().invoke(
        Cli(name="siliconfriend", modules={"train": ("bots.terminal.train", "")}),
        [
            "train", str(data), "--model", str(tiny_llama()), "--out", str(out),
            "--validation", "0", "--learning-rate", "0.05", "--batch", "2",
            "--accumulation", "1", "--epochs", "6",
        ],
    )  # fmt: skip
    assert tuned.exit_code == 0, tuned.stderr

    local(temperature=0, seed=1)
    sandbox.env["SILICONFRIEND_MODEL__REPLY_TOKENS"] = "16"

    def ask(*args: str) -> tuple[str, str]:
        done = sandbox.start("chat", "--json", *args, stdin=b"Hello\n")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["reply"], done.stderr.decode()

    # A server is named as well: the adapter brings its own model, and nobody else is asked.
    sandbox.env["SILICONFRIEND_MODEL__BASE_URL"] = sandbox.server.url
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "echo"
    reply, told = ask("--adapter", f"{out}/")
    assert f"The model is {tiny_llama().name} (gentle), on this machine." in told
    assert "Loading" not in told
    assert not sandbox.server.prompts
    del sandbox.env["SILICONFRIEND_MODEL__BASE_URL"], sandbox.env["SILICONFRIEND_MODEL__NAME"]
    local(model=str(tiny_llama()))
    plain, told = ask()
    assert f"The model is {tiny_llama().name}, on this machine." in told
    assert reply
    assert reply != plain


async def test_a_fallback_stands_behind_a_local_model_and_then_not_all_is_here(
    local: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    local(model=str(tiny_llama()), temperature=0)
    monkeypatch.setenv("SILICONFRIEND_MODEL__REPLY_TOKENS", "4")
    settings = load().settings
    assert answers_locally(settings)
    assert consolidates(settings)
    assert not uses_demonstration_model(settings)
    monkeypatch.setenv(
        "SILICONFRIEND_MODEL__FALLBACKS", '[{"name": "m", "base_url": "http://127.0.0.1:9/v1"}]'
    )
    settings = load().settings
    assert not answers_locally(settings)
    async with open_generator(settings.model, local=local_model(settings)) as generator:
        assert isinstance(generator, Failover)
        assert generator.name == tiny_llama().name
        assert [piece async for piece in generator.stream([ChatMessage("user", "Hi")])]


async def test_the_doctor_tells_what_runs_or_why_it_does_not(local: Set, tmp_path: Path) -> None:
    local(model=str(tiny_llama()), temperature=0)

    async def model_check() -> str:
        doctor = Doctor()
        checks = doctor._guarded("model", doctor._model(load().settings))
        [check, *_] = [check async for check in checks]
        return check.detail

    assert (
        await model_check()
        == f"{tiny_llama().name} answers, on cpu in float32. No adapters are loaded."
    )
    local(adapters={"calm": str(tmp_path)}, adapter="calm")
    assert f"there is no {tmp_path / 'adapter_config.json'}" in await model_check()
    local(model="./nowhere")
    assert "There is no model at nowhere" in await model_check()
    local(model=str(tiny_llama()), device="abacus")
    assert "no device abacus" in await model_check()
    [row] = [row for row in settings_in_force(load()) if row.variable.endswith("__ADAPTERS")]
    assert row.value == f"calm: {tmp_path}"


@pytest.mark.parametrize("other", ["NAME", "BASE_URL", "FILE"])
def test_one_model_answers_and_the_second_is_refused(
    local: Set, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    local(model="m")
    monkeypatch.setenv("SILICONFRIEND_MODEL__NAME", "n")
    monkeypatch.setenv(f"SILICONFRIEND_MODEL__{other}", "http://h/v1")
    if other == "FILE":
        monkeypatch.delenv("SILICONFRIEND_MODEL__NAME")
    assert "set either local.model (a model in this process) or model." in problems()


def test_openais_variables_belong_to_no_local_model(
    local: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    local(model="m")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://h/v1")
    settings = load().settings
    assert answers_locally(settings)
    assert settings.model.base_url is None
    assert settings.model.api_key is None


def test_settings_of_the_environment_and_the_file_reach_the_model(
    sandbox: Sandbox, local: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.config.mkdir(parents=True)
    (sandbox.config / "config.toml").write_text('[local.adapters]\ncalm = "~/calm"\n')
    monkeypatch.setenv("SILICONFRIEND_MODEL__TEMPERATURE", "0.5")
    local(model="m", quantised=4, compiled=True, dtype="bfloat16", any_base=True, most_rows=3)
    found = chosen()
    options = found.options
    assert (options.quantised, options.dtype, options.most_rows) == (4, "bfloat16", 3)
    assert options.compiled
    assert options.any_base
    assert (options.temperature, options.reply_tokens) == (0.5, 512)
    assert found.adapters == {"calm": sandbox.home / "calm"}
    assert found.adapter is None
    [row] = [row for row in settings_in_force(load()) if row.variable.endswith("__ADAPTERS")]
    assert row.origin == str(sandbox.config / "config.toml")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"adapters": "calm"}, 'expected JSON, such as {"gentle"'),
        ({"adapters": '{"calm": 1}'}, "LOCAL__ADAPTERS"),
        ({"quantised": "5"}, "LOCAL__QUANTISED"),
        ({"adapter": "calm"}, "No adapter named calm is in SILICONFRIEND_LOCAL__ADAPTERS. None"),
    ],
)
def test_a_wrong_setting_is_named(local: Set, values: dict[str, str], words: str) -> None:
    local(**{"model": "m", **values})
    assert words in problems()


def test_an_adapter_by_itself_brings_the_model_it_was_made_for(local: Set, tmp_path: Path) -> None:
    calm = adapter_of(tmp_path / "calm", "/models/base")
    other = adapter_of(tmp_path / "other", "/models/another")
    local(adapters={"calm": str(calm), "other": str(other)}, adapter="calm")
    found = chosen()
    assert (found.options.model, found.adapter) == ("/models/base", "calm")
    assert found.adapters == {"calm": calm}
    local(model="/models/mine")
    assert chosen().options.model == "/models/mine"
    assert len(chosen().adapters) == 2


def test_an_adapter_that_names_no_model_needs_one_named(local: Set, tmp_path: Path) -> None:
    local(adapters={"calm": str(adapter_of(tmp_path / "calm", None))}, adapter="calm")
    assert "calm does not say which model it was made for" in problems()
    (tmp_path / "calm" / "adapter_config.json").write_text("{")
    with pytest.raises(AdapterDamaged):
        chosen()


def test_a_prefix_is_an_option_of_its_model(local: Set, tmp_path: Path) -> None:
    (tmp_path / "soft").mkdir()
    (tmp_path / "soft" / "pytorch_model.bin").touch()
    local(adapters={"soft": str(tmp_path / "soft")}, adapter="soft")
    assert "soft does not say which model" in problems()
    others = {"calm": str(adapter_of(tmp_path / "calm", None))}
    local(model="chatglm", adapters={"soft": str(tmp_path / "soft"), **others})
    found = chosen()
    assert found.options.prefix == tmp_path / "soft"
    assert found.adapters == {}
    assert found.adapter is None


def test_the_command_takes_a_name_of_the_settings_or_a_folder(
    sandbox: Sandbox, local: Set, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local(adapters={"calm": str(adapter_of(tmp_path / "calm", "/models/base"))})
    write_persona(sandbox, "---\nadapter: calm\n---\nA friend.")
    merry = adapter_of(tmp_path / "merry", "/models/base")
    monkeypatch.chdir(tmp_path)
    for given, name in (("calm", "calm"), ("merry", "merry"), (str(merry), "merry")):
        found = local_model(with_adapter(load().settings, given))
        assert found is not None
        assert found.adapter == name
        assert found.adapters[name].is_dir()
    with pytest.raises(AdapterMissing, match=str(tmp_path / "nix")):
        with_adapter(load().settings, "nix")


def test_a_persona_names_its_adapter_and_the_setting_wins(
    sandbox: Sandbox, local: Set, tmp_path: Path
) -> None:
    write_persona(sandbox, "\ufeff---\nadapter: calm\n---\n\nA friend.\n---\nOf cats.\n")
    assert own_adapter(load().settings, language="en") == "calm"
    assert own_text(load().settings, language="en") == "A friend.\n---\nOf cats."
    folders = {name: str(adapter_of(tmp_path / name, "b")) for name in ("calm", "merry")}
    local(model="m", adapters=folders)
    assert chosen().adapter == "calm"
    local(adapter="merry")
    assert chosen().adapter == "merry"


@pytest.mark.parametrize("text", ["A friend.", "---\nA friend.", "A friend.\n---\nadapter: x\n---"])
def test_a_persona_without_a_head_names_none(sandbox: Sandbox, local: Set, text: str) -> None:
    local(model="m")
    write_persona(sandbox, text)
    assert own_adapter(load().settings, language="en") is None
    assert own_text(load().settings, language="en") == text
    assert chosen().adapter is None


def test_a_persona_with_another_head_is_refused(sandbox: Sandbox) -> None:
    write_persona(sandbox, "---\nvoice: calm\n---\nA friend.")
    with pytest.raises(BadSettings, match="only `adapter: NAME` is known"):
        own_text(load().settings, language="en")
    write_persona(sandbox, "---\nadapter: calm\n---\n")
    with pytest.raises(BadSettings, match="a persona needs 1 to"):
        own_text(load().settings, language="en")


async def test_the_doctor_says_when_a_personas_adapter_is_of_no_use(sandbox: Sandbox) -> None:
    write_persona(sandbox, "---\nadapter: calm\n---\nA friend.")
    [check] = [check async for check in Doctor()._persona(load().settings)]
    assert check.status.name == "NOTE"
    assert "names the adapter calm" in check.detail
