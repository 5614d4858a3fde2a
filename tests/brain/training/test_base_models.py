import builtins
import json
import shutil
from pathlib import Path

import pytest

from brain.training.base_models import load_base
from brain.training.errors import TrainingRefused
from tests.brain.training.models import tiny_llama


def test_code_that_a_model_brings_is_not_run_and_nobody_is_asked_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def yes(question: str = "") -> str:
        asked.append(question)
        return "y"

    monkeypatch.setattr(builtins, "input", yes)
    folder = shutil.copytree(tiny_llama(), tmp_path / "model")
    ran = tmp_path / "ran"
    (folder / "own.py").write_text(f"import pathlib\npathlib.Path({str(ran)!r}).touch()\n")
    file = folder / "config.json"
    auto = {"AutoConfig": "own.It", "AutoTokenizer": ["own.It", None]}
    file.write_text(json.dumps({"model_type": "own", "auto_map": auto}))
    with pytest.raises(TrainingRefused, match="custom code"):
        load_base(str(folder), models=tmp_path / "models", weights=False)
    assert not asked
    assert not ran.exists()


def test_a_model_of_another_kind_is_told_so_though_it_has_no_tokenizer(tmp_path: Path) -> None:
    config = {"model_type": "chatglm", "padded_vocab_size": 65024}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(TrainingRefused, match="This is ChatGLM2 or ChatGLM3"):
        load_base(str(tmp_path), models=tmp_path / "models", weights=False)
