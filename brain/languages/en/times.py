"""Finds English phrases of time: "last Tuesday", "three weeks ago", "the summer of 2021"."""

import re

from brain.languages.en import time_readers as read
from brain.languages.en.time_readers import MONTHS, NUMBERS, WEEKDAYS
from brain.languages.parts import Times
from brain.memory.temporal.finding import Rule

_SHORT = r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_MONTH = rf"(?:{MONTHS.replace(' ', '|')}|(?:{_SHORT})\b\.?)"
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_UNIT = r"(?:day|week|fortnight|month|year)"
_YEAR = r"(?:(?:19|20)\d\d|'\d\d)(?![\d:%])"
_OF_YEAR = rf"(?:,?\s*(?:of\s+|in\s+)?(?P<year>{_YEAR}|last year|this year|next year))"
_NUMBER = (
    rf"(?:\d{{1,3}}|an?|{'|'.join(NUMBERS[1:])}|thirty|forty|fifty|(?:a )?couple(?: of)?"
    r"|(?:a|the (?:last|past)) few|several)"
)
_PART = r"(?:morning|noon|afternoon|evening|night)"
_MODIFIER = (
    r"(?P<part>early(?: in)?|mid(?:dle of)?|(?:the )?(?:beginning|start|middle|end) of|late(?: in)?"
    r"|(?:the )?(?:first|second) half of)"
)
_DATE = (
    rf"(?:{_WEEKDAY},?\s+)?(?:(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}"
    rf"|{_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?![\d:%.]\d|\d))(?:,?\s*(?:of\s+)?{_YEAR})?"
    r"|\d{4}([-/.])\d{1,2}\1\d{1,2}(?![-/.\d])|\d{1,2}([/-])\d{1,2}\2(?:\d{4}|\d\d)(?![-/\d])"
)


def _rule(pattern: str, *, possessive: bool = True) -> re.Pattern[str]:
    # "Last year's trip" was last year, but "April's room" may be a girl's.
    end = r"(?!\w|['’](?!s\b))" if possessive else r"(?![\w'’])"
    return re.compile(rf"(?<![\w'’-])(?:{pattern}){end}", re.IGNORECASE)


def _date(name: str) -> str:
    """Return the pattern of a written date as a named group, with backreferences of that name."""
    inner = _DATE.replace("([-/.])", f"(?P<{name}a>[-/.])").replace(r"\1", f"(?P={name}a)")
    inner = inner.replace("([/-])", f"(?P<{name}b>[/-])").replace(r"\2", f"(?P={name}b)")
    return f"(?P<{name}>{inner})"


_EITHER = r"last|this|next|past|previous|coming"
_RULES = (
    Rule(
        _rule(
            rf"(?:between|from)\s+{_date('date')}\s+(?:and|to|until|till|-|–)\s+{_date('until')}"
        ),
        read.between,
    ),
    Rule(
        _rule(
            rf"(?:(?P<number>{_NUMBER})|the|last)\s+(?P<unit>{_UNIT}s?|weekend|{_WEEKDAY})\s+"
            rf"(?P<side>before|after)\s+{_date('date')}"
        ),
        read.beside_date,
    ),
    Rule(
        _rule(
            r"(?P<day>the\s+day\s+before\s+yesterday|the\s+day\s+after\s+tomorrow"
            r"|(?<!before )(?<!since )(?<!until )(?:yesterday|today(?!['’])|tomorrow))"
            rf"(?:\s+(?P<hours>{_PART}))?"
        ),
        read.day,
    ),
    # A time that is open at one end tells too little to narrow a search.
    Rule(_rule(rf"(?:by|until|till|before|after|since)\s+{_date('date')}"), read.open_date),
    Rule(
        _rule(
            rf"(?:by|until|till|before|after|since)\s+(?:{_MONTH}(?:\s+{_YEAR})?|{_YEAR}"
            rf"|(?:last|next|this)\s+(?:{_SEASON}|{_UNIT}|{_WEEKDAY}|{_MONTH})|{_WEEKDAY}"
            r"|yesterday|today|tomorrow)"
        ),
        read.open_date,
    ),
    Rule(_rule(rf"(?P<on>on\s+)?{_date('date')}"), read.on_date),
    Rule(
        _rule(
            r"(?:(?P<nth>(?:first|second|third|fourth|last) week (?:of|in))\s+|"
            rf"{_MODIFIER}[\s-]+|(?P<which>in|during|throughout|around|{_EITHER})\s+)?"
            rf"(?P<month>{_MONTH})(?!\s+madness){_OF_YEAR}?",
            possessive=False,
        ),
        read.month,
    ),
    Rule(
        _rule(
            rf"(?:(?P<which>(?:in|during|over|throughout)(?:\s+the)?|{_EITHER}|"
            rf"(?:early|mid|late)[\s-]+(?:in\s+)?(?:the\s+)?)\s*)?\b(?P<season>{_SEASON})"
            rf"(?!\s+(?:break|roll|water|clean|onion|asleep|apart|in\s+love)){_OF_YEAR}?"
        ),
        read.season,
    ),
    Rule(
        _rule(
            rf"(?:{_MODIFIER}\s+|(?:in|during|throughout|back in)\s+|the year\s+)"
            rf"(?P<year>(?:19|20)\d\d|'\d\d)"
            r"(?!\s*(?:[:%.,/-]\d|days|years|weeks|months|hours|people|steps|km|kilomet|miles|words))"
        ),
        read.in_year,
    ),
    Rule(_rule(r"last night|tonight|this (?:morning|afternoon|evening)"), read.hours),
    Rule(
        _rule(rf"(?P<which>on|{_EITHER})\s+(?P<weekday>{_WEEKDAY})(?:\s+(?P<hours>{_PART}))?"),
        read.weekday,
    ),
    Rule(
        _rule(rf"(?P<which>)(?P<weekday>{_WEEKDAY})\s+(?P<hours>{_PART})"),
        read.weekday,
    ),
    Rule(
        _rule(
            rf"(?:{_MODIFIER}\s+)?(?P<which>last|this|next|previous|coming)\s+"
            r"(?P<unit>week|month|year|weekend)(?!\s+of\b)"
        ),
        read.unit,
    ),
    Rule(
        _rule(r"(?P<part>)(?P<which>over|on|at|during)\s+the\s+(?P<unit>weekend)(?!\s+of)"),
        read.unit,
    ),
    Rule(
        _rule(
            rf"(?P<number>{_NUMBER})\s+(?P<unit>{_UNIT})s?[’']?\s+(?:(?P<ago>ago|back)|from\s+now)"
        ),
        read.ago,
    ),
    Rule(
        _rule(rf"(?P<ago>)in\s+(?P<number>{_NUMBER})\s+(?P<unit>{_UNIT})s?[’']?\s+time"), read.ago
    ),
    Rule(
        _rule(
            r"(?:in|over|during|within|for)\s+the\s+(?:past|last)\s+"
            rf"(?P<number>{_NUMBER}|few)\s+(?P<unit>day|week|month|year)s?"
        ),
        read.past,
    ),
)

_HINT = re.compile(
    rf"\d[-/.]\d|\b(?:(?:19|20)\d\d|'\d\d|{_MONTH}|{_WEEKDAY}|{_SEASON}|yesterday|today|tomorrow"
    rf"|tonight|ago|back|last|this|next|past|previous|coming|from\s+now|time|the\s+weekend)\b",
    re.IGNORECASE,
)

_AHEAD = re.compile(
    r"\b(?:will|won['’]t|going to|gonna|plan(?:ning|s)? (?:to|on)|about to|looking forward)\b"
    r"|['’]ll\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\b(?:did|was|were|had|been|went)\b", re.IGNORECASE)

TIMES = Times(
    rules=_RULES,
    hint=_HINT,
    ahead=_AHEAD,
    behind=_BEHIND,
)
