"""How a model begins an English answer that is none."""

REFUSAL = r"i(?:'|’)?m sorry|sorry,|i (?:can(?:no|')?t|am unable|won't)|as an ai\b"
