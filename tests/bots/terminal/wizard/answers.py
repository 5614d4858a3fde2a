"""Somebody who answers the questions of setup from a script, without a terminal."""

from collections.abc import Iterable, Sequence

from bots.terminal.wizard.questions import Questions, Read, Value


class Answers(Questions):
    """Answers in order: a part of a label chooses it, any other answer is typed as it is."""

    def __init__(self, *script: str, language: str = "en") -> None:
        super().__init__(language)
        self._script = list(script)
        self.asked: list[str] = []
        self.told: list[str] = []
        self.offered: list[str] = []
        """The labels that were last chosen from."""

    def tell(self, text: str) -> None:
        self.told.append(text)

    def choose(
        self, question: str, options: Sequence[tuple[Value, str]], *, default: Value | None = None
    ) -> Value:
        self.asked.append(question)
        self.offered = [label for _, label in options]
        answer = self._script.pop(0)
        if not answer:
            return options[0][0] if default is None else default
        [chosen] = [value for value, label in options if answer in label]
        return chosen

    def ask(
        self,
        question: str,
        read: Read[Value],
        *,
        present: str = "",
        words: Iterable[str] = (),
    ) -> Value:
        del words
        self.asked.append(question)
        while True:
            try:
                return read(self._script.pop(0) or present)
            except ValueError as problem:
                self.told.append(str(problem))

    def secret(self, question: str) -> str:
        self.asked.append(question)
        return self._script.pop(0)

    def end(self) -> None:
        """Assert that every answer was given."""
        assert self._script == []
