"""Tells how a model begins when it refuses to answer in English."""

REFUSAL = r"i(?:'|’)?m sorry|sorry,|i (?:can(?:no|')?t|am unable|won't)|as an ai\b"
