"""Chat at a terminal: a real one, with the real keyboard library on it."""

import json
import re
from typing import Any

import pexpect

from tests.bots.conftest import Sandbox
from tests.bots.forked import Terminal

PROMPT = re.escape("\x1b[?2004h")
"""What a fresh prompt begins with, once the terminal is its own; its text is painted repeatedly."""
PASTE = "\x1b[200~{}\x1b[201~"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def say(child: Terminal, text: str) -> None:
    """Type it once the prompt is there, and press Enter."""
    child.expect(PROMPT)
    child.send(f"{text}\r")


def leave(child: Terminal, key: str = "\x04") -> str:
    """Press Ctrl-D (or another key) at the prompt; gives what was shown since."""
    child.expect(PROMPT)
    child.send(key)
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
    return ESCAPES.sub("", child.before or "")


def kept(sandbox: Sandbox, *options: str) -> list[dict[str, Any]]:
    listed = sandbox.run("memories", "--json", *options).stdout
    return [json.loads(line) for line in listed.splitlines()]


def test_a_conversation_from_greeting_to_goodbye(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("chat")
    child.expect("The model is echo")
    child.expect("We have not met before")
    child.expect("/help")
    say(child, "hello there")
    child.expect("You said: hello there")
    assert "See you." in leave(child)
    [memory] = kept(sandbox)
    assert (memory["text"], memory["reply"]) == ("hello there", "You said: hello there")


def test_no_thought_of_a_model_that_is_not_known_is_shown(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "musing"
    child = sandbox.open_terminal("chat")
    say(child, "hello there")
    child.expect("Good morning!")
    assert "hide something" not in (child.before or "")
    leave(child)


def test_thoughts_that_were_shown_are_told_to_be_some(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "musing"
    sandbox.know("musing")
    child = sandbox.open_terminal("chat")
    say(child, "hello there")
    child.expect("were thoughts of the model")
    child.expect("Good morning!")
    leave(child)
    assert [memory["reply"] for memory in kept(sandbox)] == ["Good morning!"]


def test_a_paste_of_many_lines_is_one_message(sandbox: Sandbox) -> None:
    pasted = "\n".join(f"line {number}" for number in range(40))
    child = sandbox.open_terminal("chat")
    child.expect(PROMPT)
    child.send(PASTE.format(pasted))
    child.expect("line 39")
    child.send("\r")
    child.expect("You said: ")
    leave(child)
    assert [memory["text"] for memory in kept(sandbox)] == [pasted]


def test_ctrl_c_stops_the_reply_keeps_the_message_and_comes_back_to_the_prompt(
    sandbox: Sandbox,
) -> None:
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "hang"
    sandbox.know("hang")
    child = sandbox.open_terminal("chat")
    say(child, "tell me a long story")
    child.expect("You ")
    child.sendintr()
    child.expect("Stopped. Your message is kept.")
    assert sandbox.server.hung_up.wait(60)
    assert "See you." in leave(child, "\x03")
    [memory] = kept(sandbox)
    assert (memory["text"], memory["reply"]) == ("tell me a long story", None)


def test_errors_are_told_and_the_conversation_goes_on(sandbox: Sandbox) -> None:
    sandbox.env["SILICONFRIEND_CHAT__MESSAGE_CHARACTERS"] = "20"
    sandbox.env["SILICONFRIEND_MODEL__NAME"] = "refuse"
    child = sandbox.open_terminal("chat")
    say(child, "this is far too long a message")
    child.expect("30 characters")
    say(child, "short")
    child.expect("refused to answer")
    say(child, "   ")
    say(child, "/nonsense")
    child.expect("There is no /nonsense here")
    leave(child)


def test_memories_are_listed_searched_pinned_forgotten_and_brought_back(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("chat", "--show-recall")
    say(child, "My cat Mochi is afraid of thunder")
    child.expect("nothing remembered")
    child.expect("You said")
    say(child, "I had tea")
    child.expect("You said")
    say(child, "/memories")
    child.expect("I had tea")
    child.expect("2 of 2 shown")
    say(child, "/memories cat")
    child.expect("Mochi")
    [tea, cat] = kept(sandbox)
    say(child, f"/pin {cat['id'][:8]}")
    child.expect("will not fade")
    say(child, f"/unpin {cat['id'][:8]}")
    child.expect("fades again")
    say(child, "/pin 00000000")
    child.expect("no memory 00000000")
    say(child, "/forget thunder")
    child.expect("This would be forgotten")
    child.expect("Which shall I forget")
    child.send("1\r")
    child.expect("One memory is forgotten")
    assert [memory["id"] for memory in kept(sandbox)] == [tea["id"]]
    say(child, "/undo")
    child.expect("One memory is back")
    say(child, "/undo")
    child.expect("nothing to bring back")
    say(child, f"/forget {tea['id'][:8]}")
    child.expect("Which shall I forget")
    child.send("\r")
    child.expect("Nothing was forgotten")
    leave(child)
    assert len(kept(sandbox)) == 2


def test_a_memory_is_chosen_changed_where_it_stands_and_put_back(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("chat")
    say(child, "My cat is called Mango")
    child.expect("You said")
    say(child, "I had tea")
    child.expect("You said")
    say(child, "/correct cat Mango")
    child.expect("My cat is called Mango")
    child.expect("Which one")
    child.send("1\r")
    child.expect("How should it read")
    # Its text stands there to be changed.
    child.send("\x7f" * len("Mango") + "Miso\r")
    child.expect("It would read: My cat is called Miso")
    child.expect("repeats what you take back")
    child.expect("Shall I")
    child.send("n\r")
    child.expect("Nothing was changed")
    [_, cat] = kept(sandbox)
    say(child, f"/correct {cat['id'][:8]} My cat is called Miso")
    child.expect("Shall I")
    child.send("y\r")
    child.expect("It now reads: My cat is called Miso")
    child.expect("/undo puts it back")
    assert [memory["text"] for memory in kept(sandbox)] == ["I had tea", "My cat is called Miso"]
    say(child, "/undo")
    child.expect("One memory is back")
    leave(child)
    assert [memory["text"] for memory in kept(sandbox)] == ["I had tea", "My cat is called Mango"]


def test_commands_without_what_they_need_say_so(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("chat")
    for command, answer in [
        ("/forget", "Forget what"),
        ("/forget xyzzy", "nothing to forget"),
        ("/pin", "Which one"),
        ("/correct", "Correct what"),
        ("/correct xyzzy", "Nothing comes to mind"),
        ("/correct 00000000 x", "no memory 00000000"),
        ("/memories", "0 of 0 shown"),
        ("/help", "Alt-Enter"),
    ]:
        say(child, command)
        child.expect(answer)
    say(child, "/quit")
    child.expect("See you")
    child.expect(pexpect.EOF)


def test_nothing_that_was_typed_is_in_a_file_but_the_memories(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("chat")
    say(child, "my secret wish")
    child.expect("You said: my secret wish")
    leave(child)
    files = [path for path in sandbox.home.rglob("*") if path.is_file()]
    holding = {path.name for path in files if b"my secret wish" in path.read_bytes()}
    assert {name.removesuffix("-wal") for name in holding} == {"memories.db"}


def test_the_terminal_knows_the_commands_of_the_chat_platforms(sandbox: Sandbox) -> None:
    child = sandbox.open_terminal("chat")
    say(child, "/remember My sister is called Ida")
    child.expect("I will keep that for good: My sister is called Ida")
    say(child, "/portrait")
    child.expect("What I know")
    child.expect("• My sister is called Ida")
    say(child, "/remember")
    child.expect("/remember …")
    say(child, "/pause")
    child.expect("I remember nothing of what we say here")
    say(child, "A secret")
    child.expect("You said: A secret")
    say(child, "/privacy")
    child.expect("/resume goes on")
    say(child, "/resume")
    child.expect("I remember again")
    say(child, "I had tea")
    child.expect("You said: I had tea")
    say(child, "/persona Call me Captain.")
    child.expect("How you want me to be with you")
    say(child, "/export")
    child.expect("Written to ")
    say(child, "/help")
    child.expect("/portrait")
    leave(child)
    assert {memory["text"] for memory in kept(sandbox)} == {"My sister is called Ida", "I had tea"}
    [export] = sandbox.data.glob("siliconfriend-*.jsonl")
    assert "called Ida" in export.read_text("utf-8")
    assert export.stat().st_mode & 0o077 == 0


def test_a_mistyped_command_at_the_terminal_is_told_which_one_it_resembles(
    sandbox: Sandbox,
) -> None:
    child = sandbox.open_terminal("chat")
    for typed, meant in (("memory", "memories"), ("undoo", "undo"), ("quitt", "quit")):
        say(child, f"/{typed}")
        child.expect(f"did you mean /{meant}")
    say(child, "/link")
    child.expect("is for Discord and Telegram")
    leave(child)
    assert kept(sandbox) == []
