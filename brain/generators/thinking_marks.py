"""Marks of thoughts, of the reply, and of the end of a turn, in the chat templates of models.

As the reasoning parsers of vLLM and SGLang list them, and as people have reported them.
"""

import re

NAME = (
    r"(?:[a-z][\w:|.-]*[\d_:|.-])?(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|reasoning_steps)"
    r"(?:_[a-z]+)?"
)
"""`think` of most models, `seed:think`, `M2_7think`, `ifm|think_fast`, `thought`, ..."""
OPENING = (
    rf"<{NAME}>|\[THINK\]|\[unused16\]|◁think▷|<unused94>|<\|channel>"
    r"|<\|(?:START_THINKING|begin_of_thought|inner_prefix|think:start|think|thinking)\|>"
)
"""Besides tags: Magistral, Pangu, Kimi, MedGemma, Gemma 4, Cohere, OpenThinker, Apertus, Solar."""
CLOSING = (
    rf"</{NAME}>|\[/THINK\]|\[unused17\]|◁/think▷|<unused95>|<channel\|>"
    r"|<\|(?:END_THINKING|end_of_thought|inner_suffix|think:end|/think|/thinking)\|>"
)
FRAME = (
    r"<\|(?:START_RESPONSE|END_RESPONSE|(?:begin|end)_of_(?:solution|box))\|>"
    r"|\[(?:BEGIN|END) FINAL RESPONSE\]|</?(?:answer|response|solution)>"
)
"""Marks around the reply itself; tags among them count only after thoughts."""
OVER = (
    r"<\|(?:im_end|im_start|eot_id|start_header_id|endoftext|end_of_text)\|>"
    r"|<(?:end|start)_of_turn>|<｜(?:end▁of▁sentence|User)｜>"
)
"""Ends of a turn: ChatML, Llama 3, Gemma, DeepSeek. Where a server goes on past one, the model
speaks as the person next (vllm-project/vllm#5924, continuedev/continue#1152)."""
MARK = re.compile(
    rf"(?P<opening>{OPENING})|(?P<closing>{CLOSING})|(?P<frame>{FRAME})"
    # Harmony, the format of gpt-oss: <|start|>assistant<|channel|>analysis<|message|>...<|end|>
    r"|(?P<header><\|(?:channel|start)\|>)|(?P<end><\|(?:end|return|call|eom|eot|message)\|>"
    # Places in Gemma's vocabulary that mean nothing, and that broken ones fill replies with.
    r"|<unused\d{1,4}>)"
    rf"|(?P<over>{OVER})",
    re.IGNORECASE,
)
UNFINISHED = re.compile(
    r"(?:<(?:/?(?:[A-Za-z|｜][\w:|/.▁｜-]{0,40})?)?"
    r"|\[/?(?:[A-Z][A-Z ]{0,24}|unused\d{0,2}|u\w{0,5})?|◁/?[a-z]{0,8})\Z"
)
"""The end of a text that may be the beginning of a mark."""
HEADER = re.compile(r"(.{0,200}?)<\|message\|>", re.DOTALL)
HEADER_OF_THOUGHT = re.compile(r"analysis|commentary|thought|to=(?!user)")
CLOSES = re.compile(rf"{CLOSING}|<\|(?:end|channel|start|START_RESPONSE)\|>", re.IGNORECASE)
WORD_ALONE = "thought\n"
"""What is left of Gemma 4's mark where a server drops the special tokens, the closing one among
them (raullenchai/Rapid-MLX#447). With thinking off its larger models write it before each reply."""
PROSE = (
    # gpt-oss where the server drops the special tokens of harmony.
    ("analysis", re.compile(r"analysis(?=[A-Z])"), re.compile(r"assistantfinal")),
    (
        "Here is my thought process:",  # Granite 3.2
        re.compile(r"Here(?: is|'s) my thought process:"),
        re.compile(r"Here(?: is|'s) my response:"),
    ),
    (
        "Here are my reasoning steps:",  # Apriel
        re.compile(r"Here are my reasoning steps:"),
        re.compile(r"\[BEGIN FINAL RESPONSE\]"),
    ),
    (WORD_ALONE, re.compile(WORD_ALONE), CLOSES),
)
"""Marks that are words, which count at the very beginning alone: text, opening, closing."""
AGAIN = re.compile(OPENING, re.IGNORECASE)
OPENED = re.compile(rf"(?:{OPENING})\s*\Z", re.IGNORECASE)
LONGEST_MARK = 64
MUSING = 400
"""Characters at the beginning of a reply in which it shows whether it speaks of its person."""
_MUSING = re.compile(
    r"\b[Tt]he user\b|\buser(?:'s|’s)\b|\bI (?:need to|should|must) (?:respond|reply|answer)\b"
    r"|用户|\b[Ee]l usuario\b"
)
QUOTES = frozenset("\"'`“‘«‹「『(（")
QUOTES_AFTER = frozenset("\"'`”’»›」』)）")


def is_musing(text: str) -> bool:
    """Returns whether a text begins as models speak in thoughts alone: of who they speak with."""
    return bool(_MUSING.search(text[:MUSING]))
