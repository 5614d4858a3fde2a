"""Configures the parser of Markdown for what chat models and people write.

It is CommonMark with tables, ~~strikethrough~~ and ||spoilers||. Signs that people mean as such
stay as they are:

- HTML, entities (`&amp;`), link references (`[Ann]: hello`), underlined headings, and links that
  lead nowhere are text;
- emphasis beside Chinese or Japanese needs no spaces (`**注意：**这是`), by the amendment of
  https://github.com/tats-u/markdown-cjk-friendly, and beside other scripts without spaces neither;
- `2*3*4`, `2**10`, `*.py`, `/*`, `__init__`, `a || b` and a web address have no markup in them.
"""

import re
import unicodedata
from functools import cache

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.image import image
from markdown_it.rules_inline.link import link
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

IDEOGRAPHIC_SPACE = "\ufdd0"
"""Stands for U+3000, which the parser would strip from the beginning of a paragraph."""
LONGEST_LABEL = 500
"""Most characters from the beginning of a link to its address; the parser takes long over more."""
_UNFINISHED = "unfinished"
_UNFINISHED_LINK = re.compile(
    r"!?\[([^\[\]\n]{1,500})\]\((?:[^()\s]|\([^()\s]*\))*(?:\([^()\s]*)?$"
)
_SCHEMES = ("http://", "https://", "tg://")
_URL = re.compile(r"https?://[^\s<>*`|\\\u0080-\U0010ffff]+(?<![.,:;!?'\")\]_~])")
_SHRUG = "¯\\_(ツ)_/¯"
_DUNDER = re.compile(r"__[a-z][a-z0-9]*(?:_[a-z0-9]+)*__")
_WITHOUT_SPACES = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\p{Tibetan}\u3001-\u303f\uff00-\uffef]"
)
_FORMULA = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{N}]")
"""Characters between which a sign is one of a formula or of code."""
_PAIRED = frozenset({"''", '""', "()", "[]", "{}", "‘’", "“”", "//", "（）", "「」"})


@cache
def parser() -> MarkdownIt:
    """Return the parser, which has no state of its own."""
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.disable(["entity", "html_inline", "html_block", "reference", "lheading"])
    made.validateLink = lambda url: url.startswith(_SCHEMES)  # type: ignore[method-assign]
    inline = made.inline.ruler
    inline.before("emphasis", "whole", _whole)
    inline.at("emphasis", _emphasis)
    inline.at("strikethrough", _doubled)
    inline.at("link", lambda state, silent: _has_address(state) and link(state, silent))
    inline.at("image", lambda state, silent: _has_address(state) and image(state, silent))
    # Text ends where another rule may begin.
    made.inline.add_terminator_char("|")
    made.inline.add_terminator_char("h")
    made.inline.add_terminator_char("¯")
    made.inline.ruler2.after("strikethrough", "spoiler", _make_spoilers)
    made.inline.ruler2.before("strikethrough", "unfinished", _end_unfinished)
    return made


def parse_unfinished(content: str) -> list[Token]:
    """Return the tokens of a line that is being written, with the styles ended that it begins."""
    found: list[Token] = []
    written = _UNFINISHED_LINK.sub(r"\1", content.rstrip("*_~|`\\"))
    code = _open_code(written)
    parser().inline.parse(f"{written}{code}", parser(), {_UNFINISHED: True}, found)
    return found


def _open_code(line: str) -> str:
    """Return the signs that end the code which a line begins, if any."""
    opened = ""
    for found in re.finditer("`+", line):
        if not opened:
            opened = found[0]
        elif found[0] == opened:
            opened = ""
    return opened


def _end_unfinished(state: StateInline) -> None:
    """End at the end of the text what begins in it, where that is asked for."""
    if _UNFINISHED not in state.env:
        return
    reach = -1
    begun = []
    for number, one in enumerate(state.delimiters):
        # What is within a style that ended cannot go on after it.
        if one.open and one.end < 0 and number > reach:
            begun.append(one)
        reach = max(reach, one.end)
    for one in reversed(begun):
        signs = state.tokens[one.token].content
        one.end = len(state.delimiters)
        _push(state, signs, one.length, opens=False, closes=True)


def _has_address(state: StateInline) -> bool:
    return state.src.find("](", state.pos, state.pos + LONGEST_LABEL) >= 0


def _whole(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 the parser's signature
    """Read a web address, `__init__` or a shrug as text without markup."""
    src, at = state.src, state.pos
    kind = "text"
    if src[at] == "h":
        found = _URL.match(src, at) if src.startswith("http", at) else None
        length, kind = (found.end() - at, "url") if found else (0, "")
    elif src[at] == "_":
        found = _DUNDER.match(src, at)
        length = found.end() - at if found else 0
    else:
        length = len(_SHRUG) if src.startswith(_SHRUG, at) else 0
    if not length or state.pos + length > state.posMax:
        return False
    if not silent:
        state.push(kind, "", 0).content = src[at : at + length]
    state.pos += length
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 the same
    """Note the signs of a run of `*` or `_` that may begin or end emphasis, as markdown-it does."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    length, opens, closes = _flanks(state, marker)
    for _ in range(length):
        _push(state, marker, length, opens=opens, closes=closes)
    state.pos += length
    return True


def _doubled(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 the same
    """Note `~~` and `||`, which may begin or end a strikethrough or a spoiler."""
    marker = state.src[state.pos]
    if silent or marker not in "~|":
        return False
    length, opens, closes = _flanks(state, marker)
    if length == 2:  # noqa: PLR2004 as many signs as they have
        _push(state, marker * 2, 0, opens=opens, closes=closes)
    else:
        state.push("text", "", 0).content = marker * length
    state.pos += length
    return True


def _push(state: StateInline, signs: str, length: int, *, opens: bool, closes: bool) -> None:
    state.push("text", "", 0).content = signs
    at = len(state.tokens) - 1
    state.delimiters.append(Delimiter(ord(signs[0]), length, at, -1, opens, closes))


def _flanks(state: StateInline, marker: str) -> tuple[int, bool, bool]:
    """Return the length of a run of signs, and whether it may begin and end a style."""
    src, start = state.src, state.pos
    end = start + 1
    while end < state.posMax and src[end] == marker:
        end += 1
    before = src[start - 1] if start else " "
    after = src[end] if end < state.posMax else " "
    opens = _may_begin(before, after)
    closes = _may_begin(after, before)
    within = bool(_FORMULA.match(before) and _FORMULA.match(after))
    if before + after in _PAIRED or (before.isdecimal() and after.isdecimal()):
        opens = closes = False
    elif marker == "_":
        # Faces such as -_- and >_< have no markup in them.
        is_face = before + after == "><" or (before == after and _is_punctuation(before))
        opens = opens and not (is_face or before.isalnum() or before in "./\\@#$")
        closes = closes and not (is_face or after.isalnum())
    elif marker == "*":
        single = end - start == 1
        opens = opens and not (within or after == "/" or (single and before == "/"))
        closes = closes and not (before == "/" or (single and (within or after == "/")))
        if single and after == "." and end + 1 < state.posMax and src[end + 1].isalnum():
            opens = closes = False
    elif marker == "|":
        opens = opens and not (_FORMULA.match(before) or before in ")]")
        closes = closes and not (_FORMULA.match(after) or after in "([")
    return end - start, opens, closes


def _may_begin(before: str, after: str) -> bool:
    """Whether a run between two characters may begin a style (and, mirrored, end one)."""
    if _is_space(after):
        return False
    if _WITHOUT_SPACES.match(after) or not _is_punctuation(after):
        return True
    return _is_space(before) or _is_punctuation(before) or bool(_WITHOUT_SPACES.match(before))


def _is_space(char: str) -> bool:
    return char.isspace() or char == IDEOGRAPHIC_SPACE


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _make_spoilers(state: StateInline) -> None:
    for delimiters in (
        state.delimiters,
        *(m.get("delimiters", ()) for m in state.tokens_meta if m),
    ):
        for one in delimiters:
            if one.marker == ord("|") and one.end >= 0:
                begin, end = state.tokens[one.token], state.tokens[delimiters[one.end].token]
                begin.type, begin.nesting, begin.content = "spoiler_open", 1, ""
                end.type, end.nesting, end.content = "spoiler_close", -1, ""
