import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.messages import ChatMessage
from brain.training.dialogues import Dialogue, read_dialogues, split
from brain.training.errors import BadDialogues

USER = {"role": "user", "content": "I lost my job."}
ANSWER = {"role": "assistant", "content": "That is hard."}


def file_of(folder: Path, *lines: object) -> Path:
    path = folder / "dialogues.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_both_forms_are_read_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "dialogues.jsonl"
    system = {"role": "system", "content": "Be kind."}
    lines = [
        json.dumps({"messages": [system, USER, ANSWER], "source": "x"}),
        "",
        json.dumps({"input": "我失眠", "output": "我在听"}, ensure_ascii=False),
    ]
    path.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    first, second = read_dialogues(path)
    assert [message.role for message in first.messages] == ["system", "user", "assistant"]
    assert second.messages == (ChatMessage("user", "我失眠"), ChatMessage("assistant", "我在听"))
    assert (first.line, second.line) == (1, 3)


def test_what_follows_the_last_answer_is_left_out(tmp_path: Path) -> None:
    path = file_of(tmp_path, {"messages": [USER, ANSWER, USER]})
    assert len(read_dialogues(path)[0].messages) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ([1], "no-dialogue"),
        ({"text": "x"}, "no-dialogue"),
        ({"messages": "x"}, "no-dialogue"),
        ({"messages": [USER]}, "no-answer"),
        ({"messages": [ANSWER]}, "turns"),
        ({"messages": [USER, USER, ANSWER]}, "turns"),
        ({"messages": [USER, ANSWER, {"role": "system", "content": "x"}, USER, ANSWER]}, "system"),
        ({"messages": [{"role": "tool", "content": "x"}, ANSWER]}, "role"),
        ({"input": "", "output": "x"}, "content"),
        ({"input": "x", "output": 3}, "content"),
    ],
)
def test_a_wrong_line_is_named_with_the_reason(line: object, reason: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, {"input": "a", "output": "b"}, line)
    with pytest.raises(BadDialogues) as caught:
        read_dialogues(path)
    assert caught.value.values == {"path": str(path), "line": 2, "reason": reason}
    assert "line 2: " in str(caught.value)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), (b"{", "not-json"), (b"\xff\xfe\x00", "not-utf8")]
)
def test_a_wrong_file_is_told(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "dialogues.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadDialogues) as caught:
        read_dialogues(path)
    assert caught.value.values["reason"] == reason


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "no.jsonl", "missing"), (tmp_path, "unreadable")):
        with pytest.raises(BadDialogues) as caught:
            read_dialogues(path)
        assert caught.value.values["reason"] == reason


def dialogues(words: list[str]) -> list[Dialogue]:
    return [
        Dialogue(messages=(ChatMessage("user", word), ChatMessage("assistant", "yes")), line=line)
        for line, word in enumerate(words, 1)
    ]


@given(st.lists(st.sampled_from("abcdefghij"), min_size=2), st.floats(0.01, 0.9))
def test_the_same_words_are_never_on_both_sides(words: list[str], share: float) -> None:
    everything = dialogues(words)
    learned, judged = split(everything, share=share)
    assert sorted([*learned, *judged], key=lambda each: each.line) == everything
    assert not {each.messages for each in learned} & {each.messages for each in judged}
    assert learned
    assert bool(judged) == (len(set(words)) > 1)


def test_a_share_of_nothing_holds_nothing_back() -> None:
    everything = dialogues(["a", "b"])
    assert split(everything, share=0) == (everything, [])


def test_most_dialogues_stay_on_their_side_when_others_are_added() -> None:
    many = dialogues([str(number) for number in range(200)])
    before = {each.fingerprint for each in split(many, share=0.1)[1]}
    more = dialogues([str(number) for number in range(220)])
    after = {each.fingerprint for each in split(more, share=0.1)[1]}
    assert len(before - after) <= 4
