"""The command as a whole: help, exit codes, and what every bad start is answered with."""

import logging
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bots.__main__ import COMMANDS, siliconfriend
from bots.terminal import failures
from bots.terminal.session import open_session
from tests.bots.conftest import ROOT, Sandbox

HEAVY = ("torch", "openai", "pydantic", "discord", "telegram", "numpy", "prompt_toolkit", "rich")


def test_help_and_version_import_nothing_heavy(sandbox: Sandbox) -> None:
    code = (
        "import sys\n"
        "from bots.__main__ import siliconfriend\n"
        f"for option in ('--help', '--version'):\n"
        "    siliconfriend([option], standalone_mode=False)\n"
        f"print('HEAVY', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env=sandbox.env,
        cwd=ROOT,
        check=True,
        text=True,
    )
    assert done.stdout.endswith("HEAVY []\n")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, sandbox: Sandbox) -> None:
    done = sandbox.run(name, "--help")
    assert done.exit_code == 0
    assert "--debug" in done.stdout


def test_an_unknown_command_is_a_mistake_in_use(sandbox: Sandbox) -> None:
    assert sandbox.run("chatt").exit_code == failures.USAGE


def test_unknown_settings_are_named_in_the_persons_language(sandbox: Sandbox) -> None:
    sandbox.env |= {"SILICONFRIEND_MODEL__NMAE": "x", "LC_ALL": "zh_CN.UTF-8"}
    done = sandbox.run("memories")
    assert done.exit_code == failures.USAGE
    assert "是不是想写 SILICONFRIEND_MODEL__NAME" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SILICONFRIEND_CONFIG", "~nosuchuser/config.toml"),
        ("SILICONFRIEND_DATA_DIR", "~nosuchuser"),
        ("SILICONFRIEND_STORE", "sqlite:~nosuchuser/memories.db"),
        ("SILICONFRIEND_PERSONA", "~nosuchuser/persona.md"),
        ("SILICONFRIEND_MODEL__FILE", "~nosuchuser/model.gguf"),
    ],
)
def test_a_home_folder_of_nobody_is_a_wrong_setting(
    variable: str, value: str, sandbox: Sandbox
) -> None:
    sandbox.env[variable] = value
    done = sandbox.run("memories")
    assert done.exit_code == failures.USAGE
    assert f"{variable}: nobody here has the home folder" in done.stderr


@pytest.mark.parametrize("command", [["memories"], ["chat"], ["upkeep"], ["export"]])
def test_a_data_folder_that_cannot_be_is_one_line(command: list[str], sandbox: Sandbox) -> None:
    blocked = sandbox.home / "file"
    blocked.write_text("")
    sandbox.env["SILICONFRIEND_DATA_DIR"] = str(blocked / "data")
    done = sandbox.start(*command, stdin=b"hi\n")
    assert done.returncode == failures.FAILED
    told = done.stderr.decode()
    assert "I may not write to" in told
    assert "SILICONFRIEND_DATA_DIR" in told
    assert len(told.splitlines()) == 1


def test_a_damaged_database_is_left_alone_and_one_line(sandbox: Sandbox) -> None:
    sandbox.data.mkdir()
    sandbox.database.write_bytes(b"this is no database" * 1000)
    done = sandbox.run("memories")
    assert done.exit_code == failures.FAILED
    assert "is damaged" in done.stderr
    assert sandbox.database.read_bytes() == b"this is no database" * 1000


def test_a_newer_database_is_left_alone_and_one_line(sandbox: Sandbox) -> None:
    sandbox.seed()
    with sqlite3.connect(sandbox.database) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    done = sandbox.run("memories")
    assert done.exit_code == failures.FAILED
    assert "newer siliconfriend" in done.stderr


def test_another_embedder_than_that_of_the_memories_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.start("chat", stdin=b"hi\n").returncode == 0
    sandbox.env["SILICONFRIEND_EMBEDDER__MODEL"] = "others"
    sandbox.env["SILICONFRIEND_EMBEDDER__WHEN_CHANGED"] = "refuse"
    done = sandbox.start("chat", stdin=b"hi\n")
    assert done.returncode == failures.FAILED
    assert b"are of the embedder words/64" in done.stderr
    assert b"siliconfriend reembed" in done.stderr


def test_a_chat_with_another_embedder_embeds_anew_and_says_so(sandbox: Sandbox) -> None:
    assert sandbox.start("chat", stdin=b"hi\n").returncode == 0
    sandbox.env["SILICONFRIEND_EMBEDDER__MODEL"] = "others"
    done = sandbox.start("chat", stdin=b"hi\n")
    assert done.returncode == 0
    assert b"one memory gets a new vector while we talk" in done.stderr


def test_who_speaks_of_dying_is_answered_and_sees_where_help_is(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_CARE__COUNTRY"] = "DE"
    done = sandbox.start("chat", stdin=b"I want to die.\n")
    assert done.stdout == b"You said: I want to die.\n"
    assert b"TelefonSeelsorge" in done.stderr


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m", "a\x7fb"])
def test_a_name_that_cannot_be_is_a_mistake_in_use(name: str, sandbox: Sandbox) -> None:
    done = sandbox.run("memories", "--person", name)
    assert done.exit_code == failures.USAGE
    assert "visible character" in done.stderr


@pytest.mark.parametrize("days", ["-1", "nan", "inf", "1e9", "soon"])
def test_days_that_cannot_be_are_a_mistake_in_use(days: str, sandbox: Sandbox) -> None:
    assert sandbox.run("memories", f"--days-later={days}").exit_code == failures.USAGE


def _failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def command() -> None:
        raise error

    monkeypatch.setattr("bots.terminal.upkeep.command", command)


def test_what_nobody_expected_is_one_line_and_a_traceback_on_request(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing(ZeroDivisionError("a secret"), monkeypatch)
    done = sandbox.run("upkeep")
    assert done.exit_code == failures.UNEXPECTED
    assert "ZeroDivisionError" in done.stderr
    assert "--debug" in done.stderr
    assert "a secret" not in done.output
    assert "Traceback" in sandbox.run("--debug", "upkeep").stderr


def test_ctrl_c_is_quiet(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(KeyboardInterrupt(), monkeypatch)
    done = sandbox.run("upkeep")
    assert done.exit_code == failures.INTERRUPTED
    assert not done.output.strip()


def test_a_reader_that_leaves_is_no_error(sandbox: Sandbox) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "bots", "export"],
            stdout=gone,
            stderr=subprocess.PIPE,
            env=sandbox.env,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == failures.PIPE_CLOSED
    assert done.stderr == b""


def test_the_group_is_what_the_console_script_runs() -> None:
    assert siliconfriend.name == "siliconfriend"
    assert 'siliconfriend = "bots.__main__:main"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_log_tells_of_failures_without_words_of_the_conversation(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_EMBEDDER__BASE_URL"] = sandbox.server.url
    assert sandbox.start("chat", stdin=b"hello\n").returncode == 0
    log = Path(sandbox.data / "siliconfriend.log")
    assert not log.exists() or "hello" not in log.read_text("utf-8")


@pytest.mark.parametrize("serving", [False, True])
def test_a_bot_warns_where_a_container_shows_it(
    sandbox: Sandbox,
    serving: bool,  # noqa: FBT001 drawn by position
) -> None:
    @click.command()
    def command() -> None:
        open_session(serving=serving)
        logging.getLogger("bots.anything").warning("Something to know.")

    told = CliRunner().invoke(command, env=sandbox.env)
    assert told.exit_code == 0
    assert ("Something to know." in told.stderr) is serving
    log = Path(sandbox.data / "siliconfriend.log")
    assert "Something to know." in log.read_text("utf-8")


WITHOUT_SDKS = """
import sys
for name in ("aiohttp", "discord", "telegram"):
    sys.modules[name] = None
from bots.__main__ import main
main()
"""


@pytest.mark.parametrize("platform", ["discord", "telegram"])
def test_a_platform_whose_packages_are_missing_says_how_to_install_them(
    platform: str, sandbox: Sandbox
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SDKS, platform],
        capture_output=True,
        env=sandbox.env,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == failures.FAILED
    assert f"pip install 'siliconfriend[{platform}]'" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
