"""Which language a message is in, among those that the catalogue has."""

from functools import cache

from brain.texts import languages


@cache
def _classifier() -> object:
    import py3langid  # noqa: PLC0415 half a second of model to load: not at start

    py3langid.set_languages(list(languages()))
    return py3langid


def prepare() -> None:
    """Load what tells languages apart (half a second), so that no reply waits for it.

    Call it in a thread.
    """
    _classifier()


def detect(text: str, *, fallback: str) -> str:
    """The language of a text.

    Args:
        text: a message; "ok", an emoji or a number belong to no language.
        fallback: for those: the language of the conversation so far.
    """
    letters = sum(character.isalpha() for character in text)
    if letters < _ENOUGH_LETTERS and text.isascii():
        return fallback
    if letters == 0:
        return fallback
    language, _ = _classifier().classify(text)  # type: ignore[attr-defined]
    return str(language)


_ENOUGH_LETTERS = 4
