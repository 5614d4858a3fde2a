"""Estimates the tokens of a text for models whose tokenizer is not known."""

import math

NON_ASCII_SHARE = 0.36
"""Factor on `bytes_per_token` for bytes outside ASCII, which cost about three times as many
tokens."""
_NON_ASCII = bytes(range(128, 256))
_WORDS = b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def estimate_tokens(text: str, *, bytes_per_token: float) -> int:
    """Returns an estimate that errs high: digits and punctuation count as a token each.

    Args:
        text: the text.
        bytes_per_token: bytes of English text in a token.
    """
    data = text.encode(errors="replace")
    ascii_only = data.translate(None, _NON_ASCII)
    marks = len(ascii_only.translate(None, _WORDS))
    words = (len(ascii_only) - marks) / bytes_per_token
    others = len(data) - len(ascii_only)
    foreign = others / max(1.0, bytes_per_token * NON_ASCII_SHARE)
    # The parts of a text must not count less than the whole because of rounding errors.
    return math.ceil(round(marks + words + foreign, 9))
