"""Reads training dialogues from JSON Lines, one dialogue a line, and splits off a validation set.

    {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}, …]}
    {"input": "…", "output": "…"}

The second form is that of the first SiliconFriend's data: one question with its answer.
Other fields are ignored.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from brain.messages import ChatMessage
from brain.training.errors import BadDialogues

LINE_MEBIBYTES = 16
"""The longest line that is read."""
ROLES = frozenset({"system", "user", "assistant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """The messages of one dialogue, ending with an answer of the assistant."""

    messages: tuple[ChatMessage, ...]
    line: int
    """Number of its line in the file, counted from 1."""

    @property
    def fingerprint(self) -> str:
        """A hash of the roles and words: equal dialogues have equal fingerprints."""
        said = json.dumps([[message.role, message.content] for message in self.messages])
        return hashlib.sha256(said.encode()).hexdigest()


def read_dialogues(path: Path) -> list[Dialogue]:
    """Returns the dialogues of a file, in the order of the file.

    Raises:
        BadDialogues: the file cannot be read, is empty, or has a line that is not a dialogue.
    """
    try:
        with path.open("rb") as file:
            found = [_dialogue(data, path, line) for line, data in _objects(file, path)]
    except FileNotFoundError as exc:
        raise BadDialogues(path, "missing") from exc
    except OSError as exc:
        raise BadDialogues(path, "unreadable") from exc
    if not found:
        raise BadDialogues(path, "empty")
    return found


def split(dialogues: Iterable[Dialogue], *, share: float) -> tuple[list[Dialogue], list[Dialogue]]:
    """Splits dialogues into a training set and a validation set, each in the order of the file.

    The order of the fingerprints decides, not chance: the same file is always split the same way,
    and a dialogue that stands in it twice is never in both sets.

    Args:
        dialogues: all dialogues.
        share: the part that goes to validation, from 0 to below 1. Above 0, the validation set has
            at least one dialogue if at least two of them differ.
    """
    ordered = sorted(dialogues, key=lambda dialogue: dialogue.fingerprint)
    groups = [list(same) for _, same in groupby(ordered, key=lambda one: one.fingerprint)]
    wanted = max(1, round(len(ordered) * share)) if share else 0
    validation: list[Dialogue] = []
    for same in groups[:-1]:
        if len(validation) >= wanted:
            break
        validation.extend(same)
    held_back = {dialogue.line for dialogue in validation}
    training = [dialogue for dialogue in ordered if dialogue.line not in held_back]
    return _in_order(training), _in_order(validation)


def _in_order(dialogues: Iterable[Dialogue]) -> list[Dialogue]:
    return sorted(dialogues, key=lambda dialogue: dialogue.line)


def _objects(file: BinaryIO, path: Path) -> Iterator[tuple[int, object]]:
    limit = LINE_MEBIBYTES << 20
    number = 0
    while raw := file.readline(limit + 1):
        number += 1
        if len(raw) > limit:
            raise BadDialogues(path, "too-long", line=number)
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as exc:
            raise BadDialogues(path, "not-utf8", line=number) from exc
        if not text.strip():
            continue
        try:
            yield number, json.loads(text)
        except (ValueError, RecursionError) as exc:
            raise BadDialogues(path, "not-json", line=number) from exc


def _dialogue(data: object, path: Path, line: int) -> Dialogue:
    if not isinstance(data, dict):
        raise BadDialogues(path, "no-dialogue", line=line)
    if "messages" in data:
        entries = data["messages"]
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise BadDialogues(path, "no-dialogue", line=line)
        messages = [_message(entry, path, line) for entry in entries]
    elif "input" in data and "output" in data:
        messages = [
            _message({"role": "user", "content": data["input"]}, path, line),
            _message({"role": "assistant", "content": data["output"]}, path, line),
        ]
    else:
        raise BadDialogues(path, "no-dialogue", line=line)
    while messages and messages[-1].role != "assistant":
        messages.pop()
    if not messages:
        raise BadDialogues(path, "no-answer", line=line)
    roles = [message.role for message in messages if message.role != "system"]
    # Chat templates expect the user and the assistant to take turns, beginning with the user.
    if roles != ["user", "assistant"] * (len(roles) // 2):
        raise BadDialogues(path, "turns", line=line)
    if any(message.role == "system" for message in messages[1:]):
        raise BadDialogues(path, "system", line=line)
    return Dialogue(messages=tuple(messages), line=line)


def _message(data: Mapping[str, object], path: Path, line: int) -> ChatMessage:
    role, content = data.get("role"), data.get("content")
    if not isinstance(role, str) or role not in ROLES:
        raise BadDialogues(path, "role", line=line)
    if not isinstance(content, str) or not content.strip():
        raise BadDialogues(path, "content", line=line)
    return ChatMessage(role, content)
