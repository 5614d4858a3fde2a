"""How much a message matters, judged at once and without a model, in English and Chinese.

The score sets a memory's first strength. It adds up what makes people remember: what is said about
oneself and one's own, names, dates and figures, feelings, an explicit wish to be remembered; and
takes off for greetings, thanks and bare questions.
"""

import re
from dataclasses import dataclass

BASE = 0.4
"""A plain statement."""


@dataclass(frozen=True, slots=True)
class _Sign:
    weight: float
    pattern: re.Pattern[str]


def _sign(weight: float, english: str, chinese: str) -> _Sign:
    return _Sign(weight, re.compile(rf"\b(?:{english})\b|{chinese}", re.IGNORECASE))


_SIGNS = (
    _sign(0.35, r"remember (?:that|this|my)|don'?t forget|never forget", "记住|别忘|不要忘"),
    _sign(
        0.3,
        r"my name is|i(?:'m| am) called|call me|my birthday|i was born|i live in|i work (?:as|at)"
        r"|allergic|diagnosed|married|divorced|pregnant|died|passed away",
        "我叫|我的名字|生日|出生|我住|我在.{1,12}工作|过敏|确诊|结婚|离婚|怀孕|去世",
    ),
    _sign(
        0.15,
        r"my (?:\w+ )?(?:wife|husband|partner|girlfriend|boyfriend|mother|mom|mum|father|dad|son"
        r"|daughter|child|children|kids?|sister|brother|cat|dog|friend|boss|job|exam|surgery)",
        "我的?(?:妻子|老婆|丈夫|老公|女朋友|男朋友|妈妈|母亲|爸爸|父亲|儿子|女儿|孩子|姐姐|妹妹"
        "|哥哥|弟弟|猫|狗|朋友|老板|工作|考试|手术)",
    ),
    _sign(
        0.15,
        r"i (?:really |always |never )?(?:love|hate|like|prefer|want|dream|plan|hope|fear)"
        r"|favou?rite",
        "我(?:很|最|一直|真的)?(?:喜欢|爱|讨厌|恨|想要|希望|打算|害怕|梦想)|最喜欢",
    ),
    _sign(
        0.15,
        r"afraid|fears?|scared|anxious|depressed|lonely|sad|angry|happy|proud|excited|worried"
        r"|stress(?:ed)?|cried",
        "害怕|怕|焦虑|抑郁|孤独|难过|伤心|生气|开心|高兴|骄傲|激动|担心|压力|哭",
    ),
    _sign(0.1, r"called|named|is my", "叫做?|名叫"),
    _sign(0.05, r"\d{1,4}(?:st|nd|rd|th)?", r"\d|[一二三四五六七八九十]+(?:月|日|号|岁|年)"),
)
_SMALL_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|thanks?(?: you)?|thank you.*|ok(?:ay)?|bye|goodbye|good (?:morning|night"
    r"|evening)|yes|no|sure|lol|ha(?:ha)+|你好.{0,2}|您好.{0,2}|嗨|谢谢.{0,6}|好的?.{0,3}|再见.{0,2}"
    r"|晚安|早安|早上好|嗯+|哈+|是的?|不是?)\W*$",
    re.IGNORECASE,
)
_SMALL_TALK_CHARACTERS = 60
_JUDGED_CHARACTERS = 2_000
_STOPS = frozenset(".!。！\n")


def importance(text: str) -> float:
    """From 0.05 (a greeting) over 0.4 (a plain statement) to 1 (who they are)."""
    # A paste says who they are at its beginning or not at all, and must not hold up anybody.
    text = text[:_JUDGED_CHARACTERS]
    if len(text) <= _SMALL_TALK_CHARACTERS and _SMALL_TALK.match(text):
        return 0.05
    score = BASE + sum(sign.weight for sign in _SIGNS if sign.pattern.search(text))
    if _is_question(text):
        # Asking is not telling: the words are there, the news is not.
        score = 0.2 + (score - BASE) / 2
    return min(1.0, score)


def _is_question(text: str) -> bool:
    """One sentence that ends in a question mark, quotes and spaces aside."""
    bare = text.rstrip(" \n\t\"'”’」』)）")
    return bare.endswith(("?", "？")) and _STOPS.isdisjoint(bare)
