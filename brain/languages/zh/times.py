"""Finds Chinese phrases of time: 上周二, 三周前, 去年夏天, 五月三号, 2023年5月.

dateparser reads 前天 and 上个月, but takes 上周二 for 上周 and 5月3日 for a day in March, and does
not know 三周前, so that all phrases are read by rules of this folder.
"""

import re

from brain.languages.parts import Times
from brain.languages.zh import time_readers as read
from brain.memory.temporal.finding import Rule

_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_UNIT = r"(?:天|日|个?星期|个?礼拜|周|个月|年)"
_YEAR = (
    rf"(?P<year>(?:19|20)\d\d年|[一二][〇零九一二三四五六七八]{{3}}年|大前年|(?<!年)前年|(?<!过)去年|今年|明年|后年"
    rf"|{_N}年前|(?<!\d)\d\d年(?=\d|[一二三四五六七八九十]{{1,2}}月|的?[春夏秋冬]))"
)
_MONTH = (
    r"(?P<month>(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?!饼|经|亮|光|球|嫂|薪)份?)"
)
_DAY = (
    r"(?:[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
    r"(?![线楼院门机店码])"
)
_MONTH_PART = r"(?P<part>上旬|中旬|下旬|上半月|下半月|月?初|月?中(?![学午国文秋])|月?底|月?末)"
_HOURS = r"(?:的?(?P<hours>凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜里|半夜))?"
_OPEN = r"(?:(?:之前|以前|之后|以后|以来|前|后|起)(?![天日面来]))"


def _end_of_range(pattern: str) -> str:
    """Return the pattern with a 2 added to the names of its groups, for the end of a range."""
    return re.sub(r"\(\?P<(\w+)>", r"(?P<\g<1>2>", pattern)


_FULL = rf"(?:{_YEAR}的?)?{_MONTH}(?P<day>{_DAY})"
_RULES = tuple(
    Rule(re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?<![\d.-])(?P<y>(?:19|20)\d\d)([-/.])(?P<m>\d\d?)\2(?P<d>\d\d?)(?![\d.-])", read.iso),
        (rf"{_FULL}(?:到|至|-|—|~|和){_end_of_range(_FULL)}", read.between),
        (rf"{_FULL}的?(?P<side>[前后])(?P<number>{_N})(?P<unit>{_UNIT})", read.beside),
        (
            (
                rf"(?:{_FULL}|(?P<which>上|这|本|当)个?月(?P<of>{_DAY}))"
                rf"(?:(?:到|至|-|—|~)(?P<other>{_DAY}))?{_HOURS}(?P<open>{_OPEN})?"
            ),
            read.date,
        ),
        (
            (
                rf"(?:(?:{_YEAR}的?)?(?<![个第天小\d]){_MONTH}(?!怀胎|天)|(?P<which>上上|上|这|本|下)个?月)"
                rf"(?!{_N}[点度]){_MONTH_PART}?(?P<open>{_OPEN})?"
            ),
            read.month,
        ),
        (
            (
                rf"(?:{_YEAR}的?|(?P<which>上个?|下个?|这个?|刚过去的))"
                rf"(?P<season>[春夏秋冬](?:天|季|日|(?![节运晚至令千装]))|暑假|寒假)(?P<open>{_OPEN})?"
            ),
            read.season,
        ),
        (
            rf"(?<!\d){_YEAR}(?P<part>上半年|下半年|年?[初底末尾]|年中)?(?![级代龄度])(?P<open>{_OPEN})?",
            read.in_year,
        ),
        (
            (
                rf"(?:(?P<which>上上|下下|上|这|本|下)个?|(?<![每一二两三四五六七八九十\d逢整从到至几个是]))"
                rf"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末](?!次|个|到|至|回|口|[一二三四五六七八九十]))?{_HOURS}"
                rf"(?P<open>{_OPEN})?"
            ),
            read.week,
        ),
        (
            (
                r"(?<![天日年周月\d])(?P<word>大前天|大后天|前[天日晚](?!气)|昨[天日晚夜早]|今[天日晚早晨]"
                rf"|明[天日晚早]|后天(?![性气])){_HOURS}"
            ),
            read.day,
        ),
        (
            (
                rf"(?<![的第前])(?:(?P<half>半年|半个月)|(?P<number>{_N}|几)多?(?P<unit>{_UNIT})多?)"
                r"(?P<side>之前|以前|前|之后|以后|后)"
            ),
            read.ago,
        ),
        (r"前几[天日]|前些[天日]", read.recent_days),
        (rf"(?:最近|过去|近)的?(?:这)?(?P<number>{_N}|几)(?P<unit>{_UNIT})", read.past),
    )
)

_HINT = re.compile(r"[年月天日周晚夜早晨]|星期|礼拜|暑假|寒假|(?:19|20)\d\d[-/.]")

_AHEAD = re.compile(r"将|要去|打算|准备|计划|即将|就要|会去|会在|快要")
_BEHIND = re.compile(r"[了过]|曾")

_TRADITIONAL = str.maketrans("週個號後兩這當過還點禮學氣", "周个号后两这当过还点礼学气")


def _plain(text: str) -> str:
    return text.translate(_TRADITIONAL)


TIMES = Times(
    rules=_RULES,
    hint=_HINT,
    ahead=_AHEAD,
    behind=_BEHIND,
    plain=_plain,
)
