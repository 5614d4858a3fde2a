"""`siliconfriend consolidate`, through the real command."""

import os

import pytest

from bots.terminal import failures
from brain.languages import languages
from brain.texts import say as say_in
from tests.bots.conftest import Sandbox, memory

CAT = "My cat is called Mango and fears thunder."


def say(sandbox: Sandbox, text: str) -> str:
    """One message through the pipe; gives what was told beside the reply."""
    done = sandbox.start("chat", "--show-recall", stdin=f"{text}\n".encode())
    assert done.returncode == 0
    return done.stderr.decode()


def test_what_was_said_is_summarised_and_then_remembered(sandbox: Sandbox) -> None:
    say(sandbox, CAT)
    done = sandbox.run("consolidate")
    assert (done.exit_code, done.stdout) == (0, "One day is summarised.\n")
    listed = sandbox.run("memories").stdout
    assert " day " in listed
    assert " fact " in listed
    again = sandbox.run("consolidate")
    assert (again.exit_code, again.stdout) == (0, "There was nothing to summarise.\n")
    told = say(sandbox, "What do you know?")
    assert "portrait given" in told
    assert "history given" in told


def test_a_forget_shows_what_was_made_of_it(sandbox: Sandbox) -> None:
    say(sandbox, CAT)
    sandbox.run("consolidate")
    preview = sandbox.run("forget", "--search", "Mango thunder", "--dry-run")
    assert "summaries, facts and portraits made of it would be erased for good" in preview.stdout
    done = sandbox.run("forget", "--search", "Mango thunder", "--yes", "--now")
    assert "are erased for good; what is left is summarised anew" in done.stdout
    assert b"Mango" not in sandbox.database.read_bytes()


def test_answers_that_are_no_summaries_are_told_and_nothing_is_lost(sandbox: Sandbox) -> None:
    say(sandbox, CAT)
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "rambling"
    done = sandbox.run("consolidate")
    assert done.exit_code == failures.FAILED
    assert "summary was unusable" in done.stderr
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "echo"
    assert sandbox.run("consolidate").stdout == "One day is summarised.\n"


def test_a_model_that_is_away_is_told(sandbox: Sandbox) -> None:
    say(sandbox, CAT)
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "refuse"
    done = sandbox.run("consolidate")
    assert done.exit_code == failures.FAILED
    assert "refused to answer" in done.stderr


def test_one_person_or_everybody_but_not_both(sandbox: Sandbox) -> None:
    assert sandbox.run("consolidate", "--person", "ada", "--everybody").exit_code != 0


def test_a_model_that_never_answers_is_given_up(sandbox: Sandbox) -> None:
    say(sandbox, CAT)
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "hang"
    sandbox.env["SILICONFRIEND_MODEL__TIMEOUT_S"] = "0.5"
    done = sandbox.run("consolidate")
    assert done.exit_code == failures.FAILED
    assert "took too long" in done.stderr


@pytest.mark.parametrize("days", ["1", "30", "400", "3650.5"])
def test_a_day_that_lies_in_the_future_is_summarised_when_asked_for(
    days: str, sandbox: Sandbox
) -> None:
    ahead = sandbox.start("chat", "--days-later", days, stdin=f"{CAT}\n".encode())
    assert ahead.returncode == 0
    done = sandbox.run("consolidate")
    assert done.stdout == "One day is summarised.\n"
    assert "another process" not in done.stderr
    assert "Summarising 20" in done.stderr, "whoever reads a pipe sees that it goes on"
    say(sandbox, "I started a new job at the harbour.")
    assert sandbox.run("consolidate").stdout == "One day is summarised.\n"
    kinds = {"portrait", "history"}
    told = sandbox.start("chat", "--days-later", days, "--show-recall", stdin=b"Hello there.\n")
    assert all(f"{kind} given" in told.stderr.decode() for kind in kinds)
    assert "Mango" in told.stderr.decode()


@pytest.mark.parametrize("arguments", [[], ["--everybody"], ["--person", "ada"]])
@pytest.mark.parametrize("language", languages())
def test_with_the_demonstration_model_it_says_at_once_what_the_doctor_says(
    arguments: list[str], language: str, sandbox: Sandbox
) -> None:
    sandbox.seed(memory(CAT, id="eeee0003ffff"))
    for name in [name for name in sandbox.env if name.startswith("SILICONFRIEND_MODEL")]:
        del sandbox.env[name]
        os.environ.pop(name)
    sandbox.env["SILICONFRIEND_LANGUAGE"] = language
    done = sandbox.run("consolidate", *arguments)
    assert done.exit_code == failures.FAILED
    assert done.stderr == say_in(language, "doctor-no-summaries") + "\n"
    assert done.stdout == ""
