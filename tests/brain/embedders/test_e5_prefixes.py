import pytest

from brain.embedders.e5_prefixes import e5_prefixes


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("intfloat/multilingual-e5-small", True),
        ("intfloat/e5-large-v2", True),
        ("multilingual-e5-base", True),
        ("intfloat/multilingual-e5-large-instruct", False),
        ("text-embedding-3-small", False),
        ("BAAI/bge-m3", False),
    ],
)
def test_e5_models_want_prefixes(model: str, *, known: bool) -> None:
    assert e5_prefixes(model) == (("query: ", "passage: ") if known else None)
