import json

import pytest

from bots.doctor_checks import CheckStatus, settings_in_force
from bots.settings.addresses import HIDDEN
from bots.settings.loading import load
from bots.settings.root import settings_table
from bots.terminal import failures
from bots.terminal.doctor import _mark
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
    assert "siliconfriend setup" in done.stdout.decode()
    assert "! Summaries" in done.stdout.decode()


@pytest.mark.parametrize(
    ("fallback", "told", "code"),
    [
        ("echo", ["! Model: refuse refused", "✓ Model: echo answers"], 0),
        ("busy", ["✗ Model: refuse refused", "✗ Model: busy"], failures.FAILED),
    ],
)
def test_only_who_answered_is_said_to_answer(
    fallback: str, told: list[str], code: int, sandbox: Sandbox
) -> None:
    models = [{"name": fallback, "base_url": sandbox.server.url}]
    sandbox.env["SILICONFRIEND_MODEL__FALLBACKS"] = json.dumps(models)
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "refuse"
    done = sandbox.run("doctor")
    assert done.exit_code == code
    assert all(line in done.stdout for line in told)
    assert "refuse answers" not in done.stdout


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


def test_only_what_is_set_is_shown_until_all_is_asked_for(sandbox: Sandbox) -> None:
    shown, whole = sandbox.run("doctor").stdout, sandbox.run("doctor", "--all").stdout
    assert "SILICONFRIEND_MODEL__NAME" in shown
    assert "SILICONFRIEND_MODEL__TEMPERATURE" not in shown
    assert all(row.variable in whole for row in settings_table())


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"ALL_PROXY": "socks4://ann:sesame@h"}, "✗ Network: ALL_PROXY names a kind of proxy"),
        ({"HTTPS_PROXY": "http://ann:sesame@h:9"}, "✓ Network: HTTPS_PROXY: http://h:9"),
        ({"SSL_CERT_FILE": "/nowhere.pem"}, "✗ Network: SSL_CERT_FILE names /nowhere.pem"),
        ({"SILICONFRIEND_MODEL__BASE_URL": "http://[::1/v1"}, "the address of a server"),
        ({"SILICONFRIEND_MODEL__BASE_URL": "http://h.x:99999/v1"}, "the address of a server"),
        ({"SILICONFRIEND_MODEL__API_KEY": "a\nb"}, "The key has characters that no key has"),
        ({"SILICONFRIEND_MODEL": "x"}, "did you mean SILICONFRIEND_MODEL__NAME?"),
        ({"SILICONFRIEND_CONFIG": "/" + "x" * 5000}, "cannot be read: File name too long"),
        ({"SILICONFRIEND_CONFIG": "/etc"}, "/etc cannot be read: Is a directory"),
        ({"SILICONFRIEND_CONFIG": "~nobody-here/x"}, "nobody here has the home folder"),
        ({"SILICONFRIEND_PERSONA": "/etc"}, "/etc cannot be read: Is a directory"),
        ({"SILICONFRIEND_DATA_DIR": "/etc/hostname"}, "I cannot write to /etc/hostname"),
        ({"SILICONFRIEND_DATA_DIR": "/var/" + "x" * 3000}, "File name too long"),
        ({"SILICONFRIEND_STORE": "unix:///tmp"}, "nothing answers at that address"),
        ({"SILICONFRIEND_STORE": "redis://:sesame@@@:x/zz"}, "its address cannot be read"),
        ({"SILICONFRIEND_EMBEDDER__KIND": "onnx"}, "There is no ONNX file"),
        ({"SILICONFRIEND_MODEL__OPTIONS": "{bad"}, "expected JSON, such as"),
        ({"LC_ALL": "xx_YY.weird", "LANG": "klingon"}, "All is well"),
        ({"TZ": ":/etc/nowhere"}, "All is well"),
        ({"COLUMNS": "0"}, "All is well"),
        ({"TERM": "nonsense", "FORCE_COLOR": "1"}, "All is well"),
        ({"HOME": "/nonexistent"}, "All is well"),
        ({"SILICONFRIEND_TELEGRAM__TOKEN": "nonsense"}, "Telegram"),
        ({"SILICONFRIEND_DISCORD__TOKEN": "a\nb"}, "does not take the token"),
    ],
)
def test_no_environment_ends_the_doctor(
    environment: dict[str, str], told: str, sandbox: Sandbox
) -> None:
    # Nothing outside is asked: neither of them is there.
    for platform in ("DISCORD", "TELEGRAM"):
        sandbox.env[f"SILICONFRIEND_{platform}__API_BASE"] = f"http://{closed_address()}"
    sandbox.env.update(environment)
    done = sandbox.run("doctor")
    assert done.exit_code in {0, failures.FAILED}
    assert told in done.stdout
    assert "sesame" not in done.output
    assert "{???}" not in done.stdout


def test_a_page_in_place_of_discord_is_not_told_in_the_words_of_the_library(
    sandbox: Sandbox,
) -> None:
    sandbox.env["SILICONFRIEND_DISCORD__TOKEN"] = "a.b.c"  # noqa: S105
    sandbox.env["SILICONFRIEND_DISCORD__API_BASE"] = sandbox.server.url.removesuffix("/v1")
    done = sandbox.run("doctor")
    assert done.exit_code == failures.FAILED
    assert "✗ Discord token: " in done.stdout
    assert "indices" not in done.stdout


def test_what_nobody_thought_of_ends_one_check_and_not_the_others(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError("sesame")

    monkeypatch.setattr("bots.doctor.open_embedder", fail)
    done = sandbox.run("doctor")
    assert done.exit_code == failures.FAILED
    assert "✗ Embedder: Something went wrong that should not have (RecursionError)" in done.stdout
    assert "echo answers" in done.stdout
    assert "sesame" not in done.output


def test_a_terminal_without_the_marks_gets_others() -> None:
    marks = {
        encoding: [_mark(status, encoding).plain for status in CheckStatus]
        for encoding in ("utf-8", "ascii", "cp1252")
    }
    assert marks["utf-8"] == ["✓", "!", "✗"]
    assert marks["ascii"] == marks["cp1252"] == ["+", "!", "x"]
