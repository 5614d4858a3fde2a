"""Removes the accents of Spanish, which many people omit."""

ACUTE = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")
"""For `str.translate` of composed characters; ñ is a letter of its own and stays."""
