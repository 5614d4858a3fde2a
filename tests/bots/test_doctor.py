import pytest

from bots.doctor import settings_in_force
from bots.settings.addresses import HIDDEN
from bots.settings.loading import load
from bots.terminal import failures
from tests.bots.conftest import Sandbox
from tests.ports import closed_address


def test_when_all_is_well_the_doctor_says_so(sandbox: Sandbox) -> None:
    done = sandbox.run("doctor")
    assert done.exit_code == 0
    assert "All is well" in done.stdout
    assert "✗" not in done.stdout
    assert "integrity ok" in done.stdout
    assert "echo answers" in done.stdout
    assert "and finds facts" in done.stdout
    assert "words gives vectors of 64 numbers" in done.stdout


def test_keys_are_never_shown(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__API_KEY"] = "sk-secret-1"
    sandbox.env["OPENAI_API_KEY"] = "sk-secret-2"
    url = sandbox.env["SILICONFRIEND_MODEL__BASE_URL"].replace("http://", "http://me:sk-secret-3@")
    sandbox.env["SILICONFRIEND_MODEL__BASE_URL"] = url
    done = sandbox.run("doctor")
    assert "sk-secret" not in done.output
    assert HIDDEN in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("MODEL__BASE_URL", "http://{closed}/v1", "I cannot reach the model"),
        ("MODEL__NAME", "refuse", "refused to answer"),
        ("EMBEDDER__BASE_URL", "http://{closed}/v1", "I cannot reach the embedding model"),
        ("EMBEDDER__KIND", "sentence-transformers", "pip install"),
        ("EMBEDDER__KIND", "onnx", "There is no ONNX file at"),
        ("PERSONA", "/nowhere/persona.md", "/nowhere/persona.md"),
        ("LANGAUGE", "en", "did you mean SILICONFRIEND_LANGUAGE?"),
        ("DATA_DIR", "/dev/null/data", "I cannot write to /dev/null/data"),
        ("MODEL__FILE", "/nowhere.gguf", "either file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_raises(
    name: str, value: str, told: str, sandbox: Sandbox
) -> None:
    sandbox.env[f"SILICONFRIEND_{name}"] = value.replace("{closed}", closed_address())
    done = sandbox.run("doctor")
    assert done.exit_code == failures.FAILED
    assert told in done.stdout
    assert "✗" in done.stdout
    assert "mending before a chat works" in done.stdout


def test_a_damaged_database_is_one_of_the_things_to_mend(sandbox: Sandbox) -> None:
    sandbox.data.mkdir()
    sandbox.database.write_bytes(b"no database" * 1000)
    done = sandbox.run("doctor")
    assert done.exit_code == failures.FAILED
    assert "is damaged" in done.stdout
    assert "echo answers" in done.stdout


def test_the_model_that_comes_along_is_a_note_and_no_failure(sandbox: Sandbox) -> None:
    for name in ("NAME", "BASE_URL"):
        del sandbox.env[f"SILICONFRIEND_MODEL__{name}"]
    sandbox.env["SILICONFRIEND_MODEL__REPLY_TOKENS"] = "8"
    done = sandbox.start("doctor")
    assert done.returncode == 0
    assert "! Model" in done.stdout.decode()
    assert "SILICONFRIEND_MODEL__BASE_URL" in done.stdout.decode()
    assert "! Summaries" in done.stdout.decode()


def test_a_model_that_knows_no_forms_is_a_note(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "formless"
    done = sandbox.run("doctor")
    assert done.exit_code == 0
    assert "! Summaries" in done.stdout
    assert "there will be no facts" in done.stdout


def test_every_setting_in_force_says_where_it_comes_from(sandbox: Sandbox) -> None:
    sandbox.config.mkdir(parents=True)
    path = sandbox.config / "config.toml"
    path.write_text('person = "ada"\n')
    rows = {row.variable: row for row in settings_in_force(load())}
    assert rows["SILICONFRIEND_PERSON"].value == "ada"
    assert rows["SILICONFRIEND_PERSON"].origin == str(path)
    assert rows["SILICONFRIEND_ZONE"].origin == "SILICONFRIEND_ZONE"
    assert rows["SILICONFRIEND_STORE"].origin is None


def test_the_doctor_speaks_chinese(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_LANGUAGE"] = "zh"
    assert "一切正常" in sandbox.run("doctor").stdout
