"""Tells how a model begins when it refuses to answer in Chinese."""

REFUSAL = "抱歉|对不起|很遗憾|作为(?:一个|一名)?(?:AI|人工智能)|我(?:无法|不能)"
