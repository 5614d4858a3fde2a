"""Reads the Chinese phrases of time that the rules of `brain.languages.zh.times` find."""

import re
from collections.abc import Iterable

from brain.memory.temporal.calendar import (
    DAY,
    WEEK,
    Stretch,
    Today,
    away,
    days,
    month_of,
    part_of_day,
    rolling,
    season_of,
    union,
    week_of,
    weekend_of,
    year_of,
)
from brain.memory.temporal.dates import FIRST_YEAR, LAST_YEAR, Written

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# Words that tell of a habit, so that a weekday means every week and no single day.
_HABIT = re.compile(r"每|都会|通常|经常|一般|总是")
_UNITS = {"天": "day", "日": "day", "月": "month", "年": "year"}
_SEASONS = {"春": "spring", "夏": "summer", "秋": "autumn", "冬": "winter"}
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_MONTHS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "前晚": -2, "昨天": -1, "昨日": -1, "昨晚": -1,
    "昨夜": -1, "昨早": -1, "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "今晨": 0, "明天": 1,
    "明日": 1, "明晚": 1, "明早": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_PARTS = {
    "凌晨": "dawn", "清晨": "morning", "早晨": "morning", "早上": "morning", "上午": "morning",
    "早": "morning", "晨": "morning", "中午": "noon", "下午": "afternoon", "傍晚": "evening",
    "晚上": "night", "夜里": "night", "半夜": "night", "晚": "night", "夜": "night",
}  # fmt: skip

_MONTH_PARTS = {"上旬": "early", "初": "early", "中旬": "middle", "中": "middle"} | {
    "上半月": "first half", "下半月": "second half", "下旬": "late", "底": "late", "末": "late",
}  # fmt: skip


def _number(words: str) -> int:
    """Read a whole number, below a hundred in characters or any in digits."""
    if words.isdecimal():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in words))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _amount(words: str, unit: str) -> tuple[int, int]:
    if words == "几":
        # 几 before days can mean up to seven; before other units it means up to six.
        return (2, 7) if unit == "day" else (2, 6)
    return _number(words), _number(words)


def _unit(words: str) -> str:
    return "week" if words.lstrip("个") in {"星期", "礼拜", "周"} else _UNITS[words[-1]]


def _year(words: str | None, today: Today) -> int | None:
    if not words:
        return None
    if words in _YEARS:
        return today.day.year + _YEARS[words]
    if words.endswith("年前"):
        return today.day.year - _number(words[:-2])
    year = int("".join(str(_DIGITS.get(c, c)) for c in words[:-1]))
    if year < 100:  # noqa: PLR2004 - two digits
        year += today.day.year // 100 * 100
        year -= 100 if year > today.day.year + 1 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _dated(year: str | None, month: str, day: str | None, today: Today) -> Written:
    return Written(
        _year(year, today),
        _number(month.rstrip("份").rstrip("月")),
        _number(day[:-1]) if day else None,
    )


def date(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 五月三号, 2023年5月3日到8日, 上个月5号."""
    if match["open"]:
        return ()
    which = match["which"]
    if which:
        months = today.day.year * 12 + today.day.month - 1 + _MONTHS[which]
        read = Written(months // 12, months % 12 + 1, _number(match["of"][:-1]))
    else:
        read = _dated(match["year"], match["month"], match["day"], today)
    there = read.placed(today)
    if match["other"]:
        other = _number(match["other"][:-1])
        last = Written(there.first.year, there.first.month, other).placed(today)
        return (union(there, last),)
    part = match["hours"]
    return (part_of_day(there.first.date(), _PARTS[part]) if part else there,)


def beside(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 5月3日的前一天."""
    day = _dated(match["year"], match["month"], match["day"], today).placed(today).first.date()
    sign = -1 if match["side"] == "前" else 1
    number, unit = _number(match["number"]), _unit(match["unit"])
    if match["number"] == "一" and unit == "day":
        return (days(day + sign * DAY, day + sign * DAY),)
    return (rolling(day, number, unit) if sign < 0 else away(day, 0, number, unit),)


def month(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 去年五月, 上个月底."""
    if match["open"]:
        return ()
    part = _MONTH_PARTS.get((match["part"] or "").lstrip("月")) or _MONTH_PARTS.get(
        match["part"] or ""
    )
    if match["which"]:
        months = today.day.year * 12 + today.day.month - 1 + _MONTHS[match["which"]]
        return (month_of(months // 12, months % 12 + 1, part),)
    read = _dated(match["year"], match["month"], None, today)
    year = read.year if read.year is not None else today.year_for(read.extent)
    return (month_of(year, read.month, part),)


def season(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 去年夏天, 三年前的冬天."""
    if match["open"]:
        return ()
    season = _SEASONS.get(match["season"][0], "summer" if match["season"] == "暑假" else "winter")
    year = _year(match["year"], today)
    if year is None:
        which = {"上": "last", "下": "next"}.get((match["which"] or "")[:1])
        if match["which"] in {"刚过去的", "去"}:
            which = "last"
        year = today.year_for(lambda each: season_of(each, season), which=which)
    elif season == "winter":
        return (season_of(year - 1, season), season_of(year, season))
    return (season_of(year, season),)


_YEAR_PARTS = {"初": "early", "中": "middle", "底": "late", "末": "late", "尾": "late"} | {
    "上半年": "first half", "下半年": "second half",
}  # fmt: skip


def in_year(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 2023年, 去年年底."""
    if match["open"]:
        return ()
    part = (match["part"] or "").lstrip("年")
    if match["year"].endswith("年前"):
        if part:
            return (year_of(today.day.year - _number(match["year"][:-2]), _YEAR_PARTS.get(part)),)
        number = _number(match["year"][:-2])
        return (away(today.day, -number, -number, "year"),)
    year = _year(match["year"], today)
    return None if year is None else (year_of(year, _YEAR_PARTS.get(part)),)


def week(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 上周, 上周二, 周五晚上, 周末."""
    if match["open"]:
        return ()
    which, name = match["which"], match["weekday"]
    weekday = {"日": 6, "天": 6}.get(name) if name in {"日", "天"} else None
    if name and name != "末" and weekday is None:
        weekday = _DIGITS[name] - 1
    part = _PARTS[match["hours"]] if match["hours"] else None
    if which is None:
        if _HABIT.search(match.string):
            return None
        if weekday is None:
            return (today.weekend(),) if name else None
        return [part_of_day(day, part) for day in today.weekdays(weekday)]
    day = today.day + _WEEKS[which] * WEEK
    if weekday is not None:
        return (part_of_day(day + (weekday - day.weekday()) * DAY, part),)
    return (weekend_of(day) if name else week_of(day),)


def day(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 前天, 昨天晚上."""
    word = match["word"]
    hours = match["hours"] or (word[-1] if word[-1] in _PARTS else None)
    day = today.day + _DAYS[word] * DAY
    return (part_of_day(day, _PARTS[hours] if hours else None),)


def ago(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 三周前, 半年前."""
    sign = 1 if "后" in match["side"] else -1
    if sign > 0 and not today.ahead:
        # In a story, 三天后 means three days after what was told before.
        return ()
    if match["half"]:
        if "月" in match["half"]:
            return (away(today.day, sign * 2, sign * 2, "week"),)
        return (away(today.day, sign * 6, sign * 6, "month"),)
    unit = _unit(match["unit"])
    least, most = _amount(match["number"], unit)
    return (away(today.day, sign * least, sign * most, unit),)


def recent_days(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 前几天."""
    del match
    return (away(today.day, -7, -2, "day"),)


def past(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 最近三天."""
    unit = _unit(match["unit"])
    return (rolling(today.day, _amount(match["number"], unit)[1], unit),)


def between(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 5月3日到6月8日."""
    end = _dated(match["year2"], match["month2"], match["day2"], today)
    begin = _dated(match["year"], match["month"], match["day"], today)
    if begin.year is not None and end.year is None:
        end = Written(begin.year, end.month, end.day)
    last = end.placed(today)
    first = begin if begin.year is not None else Written(last.first.year, begin.month, begin.day)
    return (union(first.placed(today), last),) if first.placed(today).first < last.until else None


def iso(match: re.Match[str], today: Today) -> Iterable[Stretch] | None:
    """Read 2023-05-03."""
    return (Written(int(match["y"]), int(match["m"]), int(match["d"])).placed(today),)
