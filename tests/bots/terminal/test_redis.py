"""The command with its memories in Redis."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bots.terminal import failures
from tests.bots.conftest import ROOT, Sandbox, memory
from tests.ports import closed_address
from tests.redis_server import emptied, running, shared_url

WITHOUT_REDIS = """
import sys
sys.modules["redis"] = sys.modules["redisvl"] = None
from bots.__main__ import main
main()
"""


@pytest.fixture
def prefix(sandbox: Sandbox) -> Iterator[str]:
    """The sandbox keeps its memories in the shared Redis, under this prefix."""
    prefix = f"tests-{uuid4().hex}"
    sandbox.env["SILICONFRIEND_STORE"] = shared_url()
    sandbox.env["SILICONFRIEND_STORE_PREFIX"] = prefix
    yield prefix
    asyncio.run(emptied(shared_url(), prefix))


@pytest.mark.usefixtures("prefix")
def test_what_was_said_is_recalled_three_days_later(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_CHAT__RECENT_TURNS"] = "0"
    done = sandbox.start("chat", stdin="My cat Mochi is afraid of thunder\n我喜欢吃面\n".encode())
    assert done.returncode == 0
    assert "You said: 我喜欢吃面" in done.stdout.decode()
    done = sandbox.start("chat", "--json", "--days-later", "3", stdin=b"what scares the cat?\n")
    [answer] = [json.loads(line) for line in done.stdout.splitlines()]
    assert answer["recalled"][0]["text"] == "My cat Mochi is afraid of thunder"
    assert 0.9 < answer["recalled"][0]["retention"] < 1
    assert "Mochi" in sandbox.server.last_prompt()
    # Nothing of it is in a file.
    assert not sandbox.database.exists()


@pytest.mark.usefixtures("prefix")
def test_commands_that_need_no_model_work_before_and_after_the_first_chat(
    sandbox: Sandbox,
) -> None:
    assert "no memories of me yet" in sandbox.run("memories").stderr
    assert "archived: 0; erased: 0" in sandbox.run("upkeep", "--dry-run").stdout
    assert '"memories":0' in sandbox.run("export").stdout
    assert sandbox.start("chat", stdin=b"hello\n").returncode == 0
    assert "hello" in sandbox.run("memories").stdout
    assert '"memories":1' in sandbox.run("export").stdout
    assert "archived: 0; erased: 0" in sandbox.run("upkeep", "--dry-run").stdout
    assert sandbox.run("forget", "--everything", "--yes").exit_code == 0
    assert "no memories of me yet" in sandbox.run("memories").stderr


@pytest.mark.usefixtures("prefix")
def test_the_doctor_tells_how_redis_keeps_what_is_said(sandbox: Sandbox) -> None:
    done = sandbox.run("doctor")
    assert done.exit_code == 0
    assert "Redis 8" in done.stdout
    assert "Durability" in done.stdout
    assert "All is well" in done.stdout


def test_the_password_of_a_redis_is_told_nowhere(sandbox: Sandbox, tmp_path: Path) -> None:
    with running(tmp_path, "--requirepass", "pass-word-1") as server:
        address = f"redis://:pass-word-1@127.0.0.1:{server.port}/0"
        sandbox.env["SILICONFRIEND_STORE"] = address
        done = [sandbox.start("--debug", "chat", stdin=b"hi\n"), sandbox.start("doctor")]
        assert [each.returncode for each in done] == [0, 0]
        server.stop()
        done += [sandbox.start("--debug", name) for name in ("chat", "doctor", "memories")]
        sandbox.env["SILICONFRIEND_STORE"] = "redis://:pass-word-1@127.0.0.1:port/0"
        done += [sandbox.start("--debug", name) for name in ("chat", "doctor", "memories")]
        sandbox.env["SILICONFRIEND_STORE"] = "http://:pass-word-1@127.0.0.1/0"
        done += [sandbox.start("--debug", name) for name in ("chat", "doctor", "memories")]
        done.append(sandbox.start("migrate", "http://:pass-word-1@127.0.0.1/0"))
    for each in done:
        assert b"pass-word-1" not in each.stdout + each.stderr
    assert all(b"pass-word-1" not in path.read_bytes() for path in sandbox.data.glob("*"))


def shorten_to_line(sandbox: Sandbox, *args: str) -> str:
    done = sandbox.start(*args, stdin=b"hi\n")
    assert done.returncode == failures.FAILED
    assert done.stdout == b""
    [line] = done.stderr.decode().splitlines()
    return line


@pytest.mark.parametrize("command", ["chat", "memories", "export", "upkeep"])
def test_a_redis_that_is_not_there_is_one_line(command: str, sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_STORE"] = f"redis://{closed_address()}/0"
    assert "is Redis running there?" in shorten_to_line(sandbox, command)


@pytest.mark.parametrize("command", ["chat", "memories"])
def test_a_wrong_password_is_one_line(command: str, sandbox: Sandbox, tmp_path: Path) -> None:
    with running(tmp_path, "--requirepass", "right") as server:
        for user in (":guess@", ""):
            sandbox.env["SILICONFRIEND_STORE"] = f"redis://{user}127.0.0.1:{server.port}/0"
            told = shorten_to_line(sandbox, command)
            assert "refuses the user name or the password" in told
            assert "guess" not in told


@pytest.mark.parametrize("command", ["chat", "memories"])
def test_a_redis_without_its_query_engine_is_one_line(
    command: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    with running(tmp_path, with_search=False) as server:
        sandbox.env["SILICONFRIEND_STORE"] = server.url
        assert "has no query engine" in shorten_to_line(sandbox, command)


def test_without_the_package_its_command_is_named(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_STORE"] = f"redis://{closed_address()}/0"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_REDIS, "memories"],
        capture_output=True,
        env=sandbox.env,
        cwd=ROOT,
        text=True,
        check=False,
    )
    assert done.returncode == failures.FAILED
    assert done.stderr.splitlines() == [
        "redis is not installed. To install it: pip install 'siliconfriend[redis]'"
    ]
    # Whoever keeps memories in a file does not need it.
    del sandbox.env["SILICONFRIEND_STORE"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_REDIS, "memories"],
        capture_output=True,
        env=sandbox.env,
        cwd=ROOT,
        check=True,
        text=True,
    )


def test_vectors_of_half_the_size_recall_too(sandbox: Sandbox, prefix: str) -> None:
    sandbox.env["SILICONFRIEND_STORE_PRECISION"] = "float16"
    sandbox.env["SILICONFRIEND_CHAT__RECENT_TURNS"] = "0"
    sandbox.start("chat", stdin=b"My cat Mochi is afraid of thunder\n")
    done = sandbox.start("chat", "--json", stdin=b"what scares the cat?\n")
    assert [each["text"] for each in json.loads(done.stdout)["recalled"]] == [
        "My cat Mochi is afraid of thunder"
    ]
    del sandbox.env["SILICONFRIEND_STORE_PRECISION"]
    assert "float16" in sandbox.run("doctor").stdout
    assert prefix in sandbox.run("doctor").stdout


def migrate(sandbox: Sandbox, *addresses: str) -> "subprocess.CompletedProcess[bytes]":
    return sandbox.start("migrate", *addresses)


def errors_of(done: "subprocess.CompletedProcess[bytes]") -> list[str]:
    """The lines on standard error that do not tell how far it is."""
    lines = done.stderr.decode().splitlines()
    return [line for line in lines if not re.fullmatch(r"(Copying|Comparing) \d+/\d+", line)]


@pytest.mark.usefixtures("prefix")
def test_a_migration_there_and_back_loses_nothing(sandbox: Sandbox) -> None:
    redis = sandbox.env.pop("SILICONFRIEND_STORE")
    sandbox.env["SILICONFRIEND_CHAT__RECENT_TURNS"] = "0"
    for name in ("me", "王小明"):
        for text in ("My cat Mochi is afraid of thunder", "what scares the cat?"):
            sandbox.start("chat", "--person", name, stdin=text.encode())
    sandbox.seed(memory("Never embedded", id="aaaa0001"))
    sandbox.run("forget", "aaaa0001", "--yes")
    file = f"sqlite:{sandbox.database}"
    back = sandbox.home / "back.db"

    done = migrate(sandbox, file, redis)
    assert done.returncode == 0
    assert errors_of(done) == []
    assert done.stdout.decode().splitlines() == [
        "People: 2; memories copied: 5; there already: 0.",
        # What is known of the model's server, and how its embedder is calibrated.
        "Pauses, wishes and settings copied, and whatever else was noted: 2.",
        "Compared: counts and checksums of everybody agree.",
    ]
    assert migrate(sandbox, redis, f"sqlite:{back}").returncode == 0
    exported = []
    for address in (file, redis, f"sqlite:{back}"):
        sandbox.env["SILICONFRIEND_STORE"] = address
        for name in ("me", "王小明"):
            header, *lines = sandbox.run("export", "--person", name).stdout.splitlines()
            exported.append((json.loads(header)["person"], lines))
    assert exported[:2] == exported[2:4] == exported[4:]
    assert len(exported[0][1]) == 4

    # Into the store of the settings, again: nothing to do.
    sandbox.env["SILICONFRIEND_STORE"] = redis
    assert b"copied: 0; there already: 5" in migrate(sandbox, file).stdout
    # What was embedded there is recalled here, without embedding it anew.
    done = sandbox.start("chat", "--json", stdin=b"what scares my cat?\n")
    assert any("Mochi" in each["text"] for each in json.loads(done.stdout)["recalled"])

    done = migrate(sandbox, file)
    assert done.returncode == failures.FAILED
    one, all_of_them = errors_of(done)
    assert "terminal:me differs: 3 memories in the source, 4 in the target" in one
    assert "do not hold the same: 1" in all_of_them


def test_a_source_that_is_not_there_is_not_made(sandbox: Sandbox) -> None:
    absent = sandbox.home / "absent.db"
    done = migrate(sandbox, f"sqlite:{absent}")
    assert done.returncode == failures.FAILED
    assert b"absent.db is not there" in done.stderr
    assert not absent.exists()


def test_what_is_no_address_is_a_mistake_in_use(sandbox: Sandbox) -> None:
    done = sandbox.run("migrate", "memories.db")
    assert done.exit_code == failures.USAGE
    assert "Not the address of a store" in done.stderr
