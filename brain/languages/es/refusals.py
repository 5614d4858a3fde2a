"""How a model begins a Spanish answer that is none."""

REFUSAL = r"lo siento|disculpa|como (?:modelo|una? (?:ia|inteligencia artificial))\b|no puedo\b"
