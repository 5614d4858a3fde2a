"""What can be wrong with training: the data, or the plan."""

from pathlib import Path

from brain.errors import BadInput, SiliconfriendError


class BadDialogues(BadInput):
    """Values: `path`, `line` (1-based; 0 for the whole file), `reason` (see the sentence)."""

    key = "error-bad-dialogues"

    def __init__(self, path: Path, reason: str, *, line: int = 0) -> None:
        super().__init__(path=str(path), line=line, reason=reason)


class TrainingRefused(SiliconfriendError):
    """Values: `reason` (see the sentence), `detail`, what it is about."""

    key = "error-training-refused"

    def __init__(self, reason: str, *, detail: str = "") -> None:
        super().__init__(reason=reason, detail=detail)
