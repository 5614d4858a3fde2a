"""Chat through a pipe, in a process of its own."""

import json
import re
import signal
import subprocess
import sys
from typing import Any

import pytest

from brain.texts import say
from tests.bots.conftest import GENEROUS_SECONDS, KYOTO, OSAKA, REPLACED, ROOT, Sandbox
from tests.ports import closed_address


def objects(stdout: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


def test_each_line_is_answered_and_everything_else_goes_to_stderr(sandbox: Sandbox) -> None:
    done = sandbox.start("chat", stdin="hello\n你好\n".encode())
    assert done.returncode == 0
    assert done.stdout.decode() == "You said: hello\nYou said: 你好\n"
    told = done.stderr.decode()
    assert "The model is echo." in told
    assert "answers" not in told
    assert "We have not met before" in told
    assert "demonstration" not in told


def test_what_was_said_is_remembered_by_the_next_process(sandbox: Sandbox) -> None:
    sandbox.start("chat", stdin=b"My cat Mochi is afraid of thunder\n")
    # With a place for no turn of the conversation at hand, only memory can know.
    sandbox.env["SILICONFRIEND_CHAT__RECENT_TURNS"] = "0"
    done = sandbox.start("chat", "--show-recall", "--json", stdin=b"what scares the cat?\n")
    [answer] = objects(done.stdout)
    assert answer["reply"] == "You said: what scares the cat?"
    assert answer["error"] is None
    [recalled] = answer["recalled"]
    assert recalled["text"] == "My cat Mochi is afraid of thunder"
    assert set(recalled) == {"id", "text", "said_at", "strength", "retention", "replaced_at"}
    assert recalled["replaced_at"] is None
    assert 0.9 < recalled["retention"] <= 1
    assert "Mochi" in sandbox.server.last_prompt()
    told = done.stderr.decode()
    assert "I have one memory of you." in told
    # Midnight may lie between the two.
    assert re.search(r"\((?:today|yesterday)\), retention 100 %, strength", told)


def test_what_was_said_otherwise_since_is_marked_among_what_a_reply_was_given(
    sandbox: Sandbox,
) -> None:
    sandbox.seed(*REPLACED)
    sandbox.env["SILICONFRIEND_CHAT__RECENT_TURNS"] = "0"
    sandbox.env["SILICONFRIEND_MEMORY__CONSOLIDATE"] = "off"
    done = sandbox.start("chat", "--show-recall", "--json", stdin=b"Where do I live?\n")
    [answer] = objects(done.stdout)
    marked = {one["text"]: one["replaced_at"] for one in answer["recalled"]}
    assert marked == {KYOTO.text: OSAKA.said_at.isoformat(), OSAKA.text: None}
    line = r"\(said earlier; since \w+, \d+ \w+ \d+ otherwise\) I live in Kyoto"
    assert re.search(line, done.stderr.decode())


def test_what_a_prompt_had_no_room_for_is_not_shown_as_recalled(sandbox: Sandbox) -> None:
    sandbox.start("chat", stdin=b"My cat Mochi is afraid of thunder\n")
    sandbox.env |= {
        "SILICONFRIEND_CHAT__RECENT_TURNS": "0",
        "SILICONFRIEND_MODEL__NAME": "small",
        "SILICONFRIEND_MODEL__CONTEXT_TOKENS": "1600",
        "SILICONFRIEND_MODEL__REPLY_TOKENS": "600",
    }
    done = sandbox.start("chat", "--show-recall", "--json", stdin=b"what scares the cat?\n")
    [answer] = objects(done.stdout)
    assert any("Mochi" in message["content"] for message in sandbox.server.prompts[1])
    assert "Mochi" not in sandbox.server.last_prompt()
    assert answer["reply"] == "You said: what scares the cat?"
    assert answer["recalled"] == []
    assert "retention" not in done.stderr.decode()


def test_people_share_nothing(sandbox: Sandbox) -> None:
    names = ["snake_case", """a/b 'O"Neil"' 🐱 %""", "me"]
    for name in names:
        assert sandbox.start("chat", "--person", name, stdin=b"I am here\n").returncode == 0
    for name in names:
        done = sandbox.run("memories", "--person", name, "--json")
        assert [m["text"] for m in objects(done.stdout_bytes)] == ["I am here"]


def test_bad_lines_are_told_and_the_good_ones_answered(sandbox: Sandbox) -> None:
    lines = [b"", b"\xff\xfe\xfa", b"a\x00b", b"x" * 2_000_000, b"\x01\x02", b"fine"]
    done = sandbox.start("chat", "--json", stdin=b"\n".join(lines) + b"\n")
    assert done.returncode == 1
    answers = objects(done.stdout)
    errors = [answer["error"] for answer in answers]
    assert "nothing in that message" in errors[0]
    assert "not text I can read" in errors[1]
    assert "not text I can read" in errors[2]
    assert "2,000,000 characters" in errors[3]
    assert "nothing in that message" in errors[4]
    assert answers[5] == {"reply": "You said: fine", "recalled": [], "error": None}
    assert len(objects(sandbox.run("memories", "--json").stdout_bytes)) == 1


def test_odd_texts_are_answered_and_kept_as_they_can_be_shown(sandbox: Sandbox) -> None:
    texts = [
        "\x1b[31mred\x1b[0m",
        "مرحبا كيف حالك",
        "שלום \u202eabc",
        "word " * 5_000,
        "👩‍👩‍👧‍👦",
        "ok\r",
    ]
    done = sandbox.start("chat", stdin="\n".join(texts).encode())
    assert done.returncode == 0
    assert "\x1b" not in done.stdout.decode()
    kept = objects(sandbox.run("memories", "--json").stdout_bytes)
    shown = [text.replace("\x1b", "").strip() for text in texts]
    assert [memory["text"] for memory in reversed(kept)] == shown


def test_no_input_is_no_error(sandbox: Sandbox) -> None:
    done = sandbox.start("chat", stdin=b"")
    assert done.returncode == 0
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("model", "told"),
    [("refuse", "refused to answer"), ("busy", "too busy"), ("break", "Your message is kept")],
)
def test_a_model_that_fails_costs_the_reply_and_not_the_message(
    model: str, told: str, sandbox: Sandbox
) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = model
    done = sandbox.start("chat", stdin=b"My cat is called Mochi\n")
    assert done.returncode == 1
    assert told in done.stderr.decode()
    [kept] = objects(sandbox.run("memories", "--json").stdout_bytes)
    assert (kept["text"], kept["reply"]) == ("My cat is called Mochi", None)


def test_a_model_that_is_not_there_is_named_with_its_address(sandbox: Sandbox) -> None:
    address = f"http://{closed_address()}/v1"
    sandbox.env["SILICONFRIEND_MODEL__BASE_URL"] = address
    done = sandbox.start("chat", stdin=b"hi\n")
    assert done.returncode == 1
    assert address in done.stderr.decode()


def test_a_reply_that_reached_its_limit_is_gone_on_with(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "lengthy"
    done = sandbox.start("chat", stdin=b"Tell me a story.\nGo on!\n")
    assert done.stderr.count(b"Say \xe2\x80\x9cgo on\xe2\x80\x9d") == 2
    system, *_, cut, more = sandbox.server.prompts[-1]
    assert say("en", "prompt-go-on") in system["content"]
    assert (cut["content"], more["content"]) == ("Once upon", "Go on!")


def test_thoughts_and_limits_are_no_part_of_the_output(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "musing"
    assert sandbox.start("chat", stdin=b"hi\n").stdout == b"Good morning!\n"
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "lengthy"
    done = sandbox.start("chat", stdin=b"a story\n")
    assert done.stdout == b"Once upon\n"
    assert "Say \u201cgo on\u201d" in done.stderr.decode()


def test_no_escape_sequence_of_a_model_reaches_the_terminal(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "escape"
    assert sandbox.start("chat", stdin=b"hi\n").stdout == b"[31mred[0m\n"


def test_a_key_goes_to_the_model_and_nowhere_else(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__API_KEY"] = "sk-secret-1"
    done = sandbox.start("--debug", "chat", stdin=b"hi\n")
    assert sandbox.server.keys == ["Bearer sk-secret-1"]
    assert b"sk-secret-1" not in done.stdout + done.stderr
    assert all(b"sk-secret-1" not in p.read_bytes() for p in sandbox.data.iterdir())


def test_ctrl_c_ends_it_quietly_and_the_message_is_kept(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "hang"
    sandbox.know("hang")
    process = subprocess.Popen(
        [sys.executable, "-m", "bots", "chat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=sandbox.env,
        cwd=ROOT,
    )
    assert process.stdin is not None
    process.stdin.write(b"remember me\n")
    process.stdin.flush()
    # A reply is printed once it is whole: this one waits for words that never come.
    assert sandbox.server.began.wait(GENEROUS_SECONDS)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=GENEROUS_SECONDS)
    assert process.returncode == 130
    assert stdout == b""
    assert b"Traceback" not in stderr
    assert sandbox.server.hung_up.wait(GENEROUS_SECONDS)
    [kept] = objects(sandbox.run("memories", "--json").stdout_bytes)
    assert (kept["text"], kept["reply"]) == ("remember me", None)


def test_a_clock_set_ahead_is_said_and_shows_what_has_faded(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_CHAT__RECENT_TURNS"] = "0"
    sandbox.start("chat", stdin=b"My cat Mochi is afraid of thunder\n")
    done = sandbox.start("chat", "--json", "--days-later", "5000", stdin=b"the cat?\n")
    assert "5,000 days ahead" in done.stderr.decode()
    assert objects(done.stdout)[0]["recalled"] == []
    # A preview forgets nothing in earnest.
    assert len(objects(sandbox.run("memories", "--json").stdout_bytes)) == 2


def test_the_interface_speaks_chinese(sandbox: Sandbox) -> None:
    sandbox.env["LC_ALL"] = "zh_CN.UTF-8"
    done = sandbox.start("chat", stdin="\n你好\n".encode())
    assert "模型：echo。" in done.stderr.decode()
    assert "没有可以回答的内容" in done.stderr.decode()


def test_with_nothing_set_the_models_that_come_along_answer(sandbox: Sandbox) -> None:
    for name in [n for n in sandbox.env if n.startswith("SILICONFRIEND_") and "__" in n]:
        del sandbox.env[name]
    sandbox.env["SILICONFRIEND_MODEL__REPLY_TOKENS"] = "8"
    done = sandbox.start("chat", "--json", stdin=b"Hello, my name is Ada.\n")
    assert done.returncode == 0
    assert objects(done.stdout)[0]["reply"]
    told = done.stderr.decode()
    assert "a tiny model for demonstration" in told
    assert "siliconfriend setup" in told
    assert "siliconfriend setup" in done.stderr.decode()
