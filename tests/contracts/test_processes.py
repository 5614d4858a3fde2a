"""Two bots over the same memories: what one person says is answered in one order."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from brain.turns.lease import LEASE_S
from tests.contracts.harness import Harness
from tests.factories import ANNA, ANNAS_DM, IN_PRIVATE

Start = Callable[..., "subprocess.Popen[str]"]
MESSAGES = 15


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a bot (`tests.contracts.talker`) that is ready; none outlives its test."""
    with ExitStack() as stack:

        def start(what: str, name: str, harness: Harness) -> "subprocess.Popen[str]":
            bot = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.contracts.talker"),
                    *(what, name, str(MESSAGES), *harness.address),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[2],
            )
            stack.enter_context(bot)
            stack.callback(bot.kill)
            assert bot.stdout is not None
            assert bot.stdout.readline() == "ready\n"
            return bot

        yield start


def go(bot: "subprocess.Popen[str]") -> None:
    assert bot.stdin is not None
    bot.stdin.write("go\n")
    bot.stdin.flush()


async def test_two_bots_answer_one_person_in_one_order(harness: Harness, start: Start) -> None:
    left, right = start("talk", "left", harness), start("talk", "right", harness)
    go(left)
    go(right)
    for bot in (left, right):
        output, _ = bot.communicate()
        assert (bot.returncode, output.splitlines()[-1]) == (0, "done")
    turns = (await harness.store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=100)).recent
    assert len(turns) == 2 * MESSAGES
    assert [turn.reply for turn in turns] == [f"I am {turn.text.split()[0]}." for turn in turns]
    for name in ("left", "right"):
        own = [turn.text for turn in turns if turn.text.startswith(name)]
        assert own == [f"{name} {n}" for n in range(MESSAGES)]


async def test_a_bot_that_is_killed_while_it_answers_frees_the_conversation(
    harness: Harness, start: Start
) -> None:
    dying = start("hold", "dying", harness)
    go(dying)
    assert dying.stdout is not None
    # It speaks: it holds the conversation.
    assert dying.stdout.readline() == "I am \n"
    dying.kill()
    dying.wait()
    store = harness.store
    assert not await store.acquire(ANNA.id, ANNAS_DM.id, holder="next", lease_s=LEASE_S)
    await harness.pass_time(LEASE_S)
    assert await store.acquire(ANNA.id, ANNAS_DM.id, holder="next", lease_s=LEASE_S)
    [turn] = (await store.conversation(IN_PRIVATE, ANNAS_DM.id, limit=9)).recent
    assert (turn.text, turn.reply) == ("dying 0", None)


async def test_of_processes_that_rewrite_at_once_exactly_one_writes(
    harness: Harness, start: Start
) -> None:
    bots = {name: start("rewrite", name, harness) for name in ("left", "right")}
    for bot in bots.values():
        go(bot)
    answers = {name: bot.communicate()[0].strip() for name, bot in bots.items()}
    assert sorted(answers.values()) == ["False", "True"]
    [written] = (await harness.store.page(IN_PRIVATE, limit=9)).memories
    assert answers[written.id] == "True"
    assert await harness.store.revision(ANNA.id) == 1
