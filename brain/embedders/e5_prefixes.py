"""The prefixes that the E5 embedding models expect before a text."""

PREFIXES = ("query: ", "passage: ")
"""Prefix of a query and prefix of a passage."""


def e5_prefixes(model: str) -> tuple[str, str] | None:
    """Returns the prefixes that a model was trained with, before a query and before a passage.

    Args:
        model: name on the Hugging Face hub, name on a server, or folder.

    Returns:
        The two prefixes, or None when the model is not one of the E5 models that need them.
    """
    name = model.lower().rpartition("/")[2]
    is_e5 = name.startswith(("e5-", "multilingual-e5-")) and "instruct" not in name
    return PREFIXES if is_e5 else None
