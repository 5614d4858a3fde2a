"""The package `siliconfriend`: what it offers to other programs."""

import subprocess
import sys
import textwrap

import siliconfriend
from tests.bots.conftest import GENEROUS_SECONDS, ROOT, Sandbox


def example() -> str:
    """The program in the package's docstring."""
    assert siliconfriend.__doc__ is not None
    _, _, rest = siliconfriend.__doc__.partition("remembers between runs:\n\n")
    program, _, _ = rest.partition("\n\n`Incoming.id`")
    return textwrap.dedent(program)


def test_the_example_of_the_docstring_answers_and_remembers(sandbox: Sandbox) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", example()],
            capture_output=True,
            env={**sandbox.env, "PYTHONPATH": str(ROOT)},
            cwd=sandbox.home,
            timeout=GENEROUS_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout.strip()
    first, second = sandbox.server.prompts
    assert str(first).count("Miso") == 1
    assert str(second).count("Miso") > 1


def test_all_that_is_named_is_there() -> None:
    assert sorted(siliconfriend.__all__) == siliconfriend.__all__
    for name in siliconfriend.__all__:
        assert getattr(siliconfriend, name).__doc__


def test_the_package_is_the_command_as_well(sandbox: Sandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "siliconfriend", "--help"],
        capture_output=True,
        env=sandbox.env,
        cwd=ROOT,
        timeout=GENEROUS_SECONDS,
        check=False,
    )
    assert done.returncode == 0
    assert b"siliconfriend chat" in done.stdout
