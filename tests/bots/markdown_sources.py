"""Markdown whose plain text is known, because both are made of the same parts.

It knows nothing of the parser: what is markup is put around plain parts here.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

WORDS = {
    "Latin": ["word", "naïve", "Straße", "x1"],
    "Cyrillic": ["слово", "ёлка"],
    "Greek": ["λέξη", "ναι"],
    "Han": ["注意", "这是", "重要的"],
    "Kana": ["これは", "テスト"],
    "Hangul": ["한국어", "강조"],
    "Arabic": ["مرحبا", "كلمة"],
    "Hebrew": ["שלום", "מילה"],
    "Devanagari": ["नमस्ते", "शब्द"],
    "Thai": ["สวัสดี", "คำ"],
    "Tamil": ["வணக்கம்"],
    "Emoji": ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽"],
}
SPACELESS = ("Han", "Kana", "Hangul", "Thai")
"""Scripts in which markup stands right beside other words."""
MEANT = [
    *(
        "2*3*4",
        "2**10",
        "a || b || c",
        "x||y||z",
        "__init__",
        "__main__.py",
        "snake_case_name",
        "<3",
    ),
    *(
        "&amp;",
        "&lt;",
        "$5",
        "$5-$10",
        "好呀~我来了~哈",
        "~5",
        "a~b",
        "<b>hi</b>",
        "a < b > c",
        "2 * 3",
    ),
    *(
        "*.py",
        "src/**/*.py",
        "/*c*/",
        "char *a, *b",
        "[Ann]: hi",
        "arr[0](x)",
        "f[i]",
        "(c)",
        "1.5",
    ),
    *(
        "¯\\_(ツ)_/¯",
        "C:\\path",
        "@everyone",
        "#tag",
        "/start",
        "'*'",
        "a|b",
        "100%",
        "^_^",
        ">_<",
    ),
    *(
        "https://a.b/_c_/d*e?f=g&h",
        "x = y**2 + z**2",
        "?!",
        "-5",
        "+1",
        "T_T",
        "o_O",
        "-_-",
        "self._x",
    ),
]
"""What people mean as it stands."""


@dataclass(frozen=True, slots=True)
class Source:
    """A Markdown source, and the text that is to be seen of it."""

    markdown: str
    plain: str


def _word() -> st.SearchStrategy[str]:
    return st.sampled_from([word for words in WORDS.values() for word in words])


def _inline() -> st.SearchStrategy[Source]:
    plain = st.one_of(_word(), st.sampled_from(MEANT)).map(lambda text: Source(text, text))
    styled = st.tuples(st.sampled_from(["**", "*", "_", "~~", "||"]), st.lists(_word(), min_size=1))
    escaped = st.text("*_`~|[]()<>#+-.!$&\\", min_size=1, max_size=6)
    code = st.sampled_from(["x = 1", "a || b", "**b**", "__init__", "<b>", "&amp;", "\\n", "注意"])
    return st.one_of(
        plain,
        plain,
        styled.map(lambda it: Source(f"{it[0]}{' '.join(it[1])}{it[0]}", " ".join(it[1]))),
        escaped.map(lambda text: Source("".join(f"\\{char}" for char in text), text)),
        code.map(lambda text: Source(f"`{text}`", text)),
        _word().map(lambda text: Source(f"[{text}](https://a.b/c_d(e))", text)),
    )


def _line() -> st.SearchStrategy[Source]:
    spaced = st.lists(_inline(), min_size=1, max_size=6).map(
        lambda parts: Source(
            " ".join(part.markdown for part in parts), " ".join(part.plain for part in parts)
        )
    )
    words = [word for script in SPACELESS for word in WORDS[script]]
    beside = st.tuples(
        st.sampled_from(words),
        st.sampled_from(["**", "*", "~~"]),
        st.sampled_from(words),
        st.sampled_from(["", "：", "。", "）", "”", "!", "?"]),
        st.sampled_from(words),
    ).map(
        lambda it: Source(
            f"{it[0]}{it[1]}{it[2]}{it[3]}{it[1]}{it[4]}", it[0] + it[2] + it[3] + it[4]
        )
    )
    # A word goes first: what begins a line may be the mark of a block.
    return st.one_of(spaced, beside).flatmap(
        lambda rest: _word().map(
            lambda first: Source(f"{first} {rest.markdown}", f"{first} {rest.plain}")
        )
    )


CODE = "def f(x):\n    if x:\n        return x**2  # __x__ || y\n\n    return None"


def _block() -> st.SearchStrategy[Source]:
    line = _line()

    def before(sign: str, shown: str = "") -> st.SearchStrategy[Source]:
        return line.map(lambda it: Source(f"{sign} {it.markdown}", f"{shown}{it.plain}"))

    return st.one_of(
        line,
        before("#"),
        before("###"),
        before(">"),
        before("-", "•"),
        before("*", "•"),
        before("1.", "1."),
        before("1990.", "1990."),
        before("- [x]", "•☑"),
        st.sampled_from(["", "py", "c++"]).map(lambda it: Source(f"```{it}\n{CODE}\n```", CODE)),
    )


SOURCES = st.lists(_block(), min_size=1, max_size=8).map(
    lambda blocks: Source(
        "\n\n".join(block.markdown for block in blocks),
        "\n\n".join(block.plain for block in blocks),
    )
)
"""Texts of several blocks in many scripts."""


def bare(text: str) -> str:
    """Returns a text without white space."""
    return "".join(text.split())
