import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bots.terminal import failures
from bots.terminal.failures import Cli
from bots.terminal.train import _recipe
from brain.training.chat_templates import BELLE
from brain.training.presets import PRESETS
from tests.bots.conftest import Sandbox
from tests.brain.training.models import tiny_llama

LINES = [
    {"input": f"I lost my {thing}.", "output": f"I am sorry about your {thing}."}
    for thing in ("job", "cat", "way", "key")
]
QUICK = ("--learning-rate", "0.02", "--batch", "2", "--accumulation", "1", "--validation", "0.25")


def run(*args: str) -> Result:
    """The command with its exit codes, in this process."""
    group = Cli(name="siliconfriend", modules={"train": ("bots.terminal.train", "")})
    return CliRunner().invoke(group, ["train", *args])


@pytest.fixture
def data(sandbox: Sandbox) -> Path:
    path = sandbox.home / "dialogues.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES), encoding="utf-8")
    return path


def test_a_dry_run_shows_what_is_learned_and_needs_no_weights(sandbox: Sandbox, data: Path) -> None:
    model = sandbox.home / "model"
    shutil.copytree(tiny_llama(), model)
    (model / "model.safetensors").unlink()
    before = set(sandbox.home.iterdir())
    done = run(str(data), "--model", str(model), "--dry-run", "--validation", "0")
    assert done.exit_code == 0, done.stderr
    assert done.stdout == (
        "<|im_start|>user\nI lost my job.<|im_end|>\n<|im_start|>assistant\n"
        "⟦I am sorry about your job.<|im_end|>⟧\n"
    )
    assert "4 dialogues" in done.stderr
    assert "marked ones are learned" in done.stderr
    assert set(sandbox.home.iterdir()) - before <= {sandbox.data}


def test_an_adapter_is_tuned_told_kept_and_gone_on_with(sandbox: Sandbox, data: Path) -> None:
    out = sandbox.home / "out"
    args = (str(data), "--model", str(tiny_llama()), "--out", str(out), *QUICK)
    done = run(*args, "--epochs", "1", "--rank", "4")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"The adapter is in {out} (loss ")
    assert "3 dialogues (1 more for validation)" in done.stderr
    assert "Loading weights" not in done.stderr
    assert json.loads((out / "adapter_config.json").read_text())["r"] == 4

    again = run(str(data), "--model", "nobody/nothing", "--out", str(out))
    assert again.exit_code == failures.FAILED
    assert again.stderr.splitlines()[-1].endswith("or go on with --resume.")

    more = run(*args, "--epochs", "2", "--rank", "4", "--resume")
    assert more.exit_code == 0, more.stderr
    other = run(*args, "--epochs", "3", "--rank", "8", "--resume")
    assert "begun with another rank" in other.stderr


def test_a_wrong_line_is_told_before_the_model_is_loaded(sandbox: Sandbox) -> None:
    path = sandbox.home / "wrong.jsonl"
    path.write_text('{"input": "a", "output": "b"}\n{"input": "a"}\n', encoding="utf-8")
    done = run(str(path), "--model", "nobody/nothing", "--dry-run")
    assert done.exit_code == failures.FAILED
    assert f"{path}, line 2: a dialogue is" in done.stderr
    assert '{"input": …, "output": …}' in done.stderr


def test_errors_are_told_in_the_persons_language(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILICONFRIEND_LANGUAGE", "zh")
    done = run(str(sandbox.home / "no.jsonl"), "--model", "x", "--dry-run")
    assert "没有这个文件" in done.stderr


@pytest.mark.parametrize("model", ["./nowhere", "nowhere.gguf", "/no/where", "nobody/nothing"])
@pytest.mark.usefixtures("sandbox")
def test_a_model_that_is_not_there_is_one_line(model: str, data: Path) -> None:
    done = run(str(data), "--model", model, "--dry-run")
    assert done.exit_code == failures.FAILED
    [line] = [each for each in done.stderr.splitlines() if "cannot be loaded" in each]
    assert model in line


@pytest.mark.usefixtures("sandbox")
def test_a_file_that_only_calls_itself_gguf_leaves_nothing_behind(
    sandbox: Sandbox, data: Path
) -> None:
    file = sandbox.home / "broken.gguf"
    file.write_bytes(b"GGUF" + b"\0" * 100)
    done = run(str(data), "--model", str(file), "--dry-run")
    assert done.exit_code == failures.FAILED, done.stderr
    assert "cannot be loaded" in done.stderr
    assert list((sandbox.data / "models").iterdir()) == []


@pytest.mark.usefixtures("sandbox")
def test_a_model_without_a_template_needs_a_prompt_form(sandbox: Sandbox, data: Path) -> None:
    model = sandbox.home / "model"
    shutil.copytree(tiny_llama(template=BELLE), model)
    (model / "chat_template.jinja").unlink()
    args = (str(data), "--model", str(model), "--dry-run", "--validation", "0")
    refused = run(*args)
    assert refused.exit_code == failures.FAILED
    assert "--form: belle" in refused.stderr
    shown = "Human: I lost my job.\n\nAssistant:⟦I am sorry about your job.<|im_end|>⟧"
    assert shown in run(*args, "--form", "belle").stdout
    assert shown in run(*args, "--preset", "belle").stdout


@pytest.mark.usefixtures("sandbox")
def test_nowhere_to_put_the_adapter_is_a_wrong_usage(data: Path) -> None:
    done = run(str(data), "--model", str(tiny_llama()))
    assert done.exit_code == failures.USAGE
    assert "--out" in done.stderr


@pytest.mark.usefixtures("sandbox")
def test_without_the_libraries_the_command_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "peft", None)
    done = run(str(data), "--model", str(tiny_llama()), "--dry-run")
    assert done.exit_code == failures.FAILED
    assert "pip install 'siliconfriend[train]'" in done.stderr


def test_what_is_named_wins_over_the_preset() -> None:
    recipe = _recipe(PRESETS["belle"], targets="q_proj, v_proj", figures={"rank": 4, "alpha": None})
    assert recipe.rank == 4
    assert recipe.targets == ("q_proj", "v_proj")
    assert recipe.alpha == PRESETS["belle"].alpha
    assert recipe.form == "belle"


def test_the_help_loads_no_heavy_library() -> None:
    code = "import sys, bots.terminal.train; print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
