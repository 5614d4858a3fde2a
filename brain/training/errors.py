"""The errors of training: wrong dialogues, or a training that cannot be done as planned."""

from pathlib import Path

from brain.errors import BadInput, SiliconfriendError


class BadDialogues(BadInput):
    """A file of dialogues cannot be used.

    Values: `path`, `line` (counted from 1; 0 for the whole file) and `reason`, one of the words
    that the text `error-bad-dialogues` in the catalogue distinguishes.
    """

    key = "error-bad-dialogues"

    def __init__(self, path: Path, reason: str, *, line: int = 0) -> None:
        super().__init__(path=str(path), line=line, reason=reason)


class TrainingRefused(SiliconfriendError):
    """A training cannot begin, or cannot go on.

    Values: `reason`, one of the words that the text `error-training-refused` in the catalogue
    distinguishes, and `detail`, the name, folder or message that it is about.
    """

    key = "error-training-refused"

    def __init__(self, reason: str, *, detail: str = "") -> None:
        super().__init__(reason=reason, detail=detail)
