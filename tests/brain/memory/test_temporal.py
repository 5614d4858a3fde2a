"""When a text speaks of, in both languages."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.languages import languages
from brain.languages.en.dates import reader
from brain.memory.temporal import resolved, spans

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2023, 8, 18, 12, tzinfo=SHANGHAI).astimezone(UTC)

# What is said on Friday, 18 August 2023, and the days meant: the first, and the one after the last.
ENGLISH = {
    "What did I do last Monday?": ["2023-08-07 2023-08-08", "2023-08-14 2023-08-15"],
    "Who called last Saturday?": ["2023-08-12 2023-08-13"],
    "who called on Sunday": ["2023-08-13 2023-08-14"],
    "What did we eat on Sunday evening?": ["2023-08-13T17 2023-08-14"],
    "See you this Tuesday": ["2023-08-15 2023-08-16"],
    "the movie next Monday": ["2023-08-21 2023-08-22"],
    "I met her three weeks ago": ["2023-07-25 2023-08-01"],
    "I met her 2 days ago": ["2023-08-16 2023-08-17"],
    "I met her ten days ago": ["2023-08-07 2023-08-10"],
    "a couple of days ago": ["2023-08-15 2023-08-17"],
    "we moved two months ago": ["2023-06-01 2023-07-04"],
    "we moved 20 years ago": ["2003-01-01 2004-02-18"],
    "What was I worried about in the last three days?": ["2023-08-15 2023-08-19"],
    "yesterday": ["2023-08-17 2023-08-18"],
    "What did I cook yesterday evening?": ["2023-08-17T17 2023-08-18"],
    "the day before yesterday": ["2023-08-16 2023-08-17"],
    "what did I dream last night": ["2023-08-17T18 2023-08-18T05"],
    "what did I eat this morning": ["2023-08-18T04 2023-08-18T12"],
    "What did I say last week?": ["2023-08-06 2023-08-14"],
    "last weekend": ["2023-08-11T17 2023-08-14"],
    "What did we do over the weekend?": ["2023-08-11T17 2023-08-14"],
    "last month": ["2023-07-01 2023-08-01"],
    "next month": ["2023-09-01 2023-10-01"],
    "early last month": ["2023-07-01 2023-07-13"],
    "last year's trip": ["2022-01-01 2023-01-01"],
    "Where did I go last summer?": ["2022-06-01 2022-09-23"],
    "Where did I go in the summer of 2021?": ["2021-06-01 2021-09-23"],
    "the summer of last year": ["2022-06-01 2022-09-23"],
    "last winter": ["2022-12-01 2023-03-21"],
    "the winter of 2022": ["2021-12-01 2022-03-21", "2022-12-01 2023-03-21"],
    "the fall of 2022": ["2022-09-01 2022-12-22"],
    "What happened in March?": ["2023-03-01 2023-04-01"],
    "What happened in October?": ["2022-10-01 2022-11-01"],
    "in may": ["2023-05-01 2023-06-01"],
    "at the beginning of November 2022": ["2022-11-01 2022-11-13"],
    "the first half of September 2022": ["2022-09-01 2022-09-17"],
    "the second week of November": ["2022-11-05 2022-11-18"],
    "What did I read on 3 May?": ["2023-05-03 2023-05-04"],
    "what did I read on may 3": ["2023-05-03 2023-05-04"],
    "on the 3rd of May, 2021": ["2021-05-03 2021-05-04"],
    "December 1,2021": ["2021-12-01 2021-12-02"],
    "24 Dec": ["2022-12-24 2022-12-25"],
    "2022-02-28": ["2022-02-28 2022-03-01"],
    "25/12/2022": ["2022-12-25 2022-12-26"],
    "on 29 February": ["2020-02-29 2020-03-01"],
    "In 2019 I lived in Kyoto": ["2019-01-01 2020-01-01"],
    "the summer of '98": ["1998-06-01 1998-09-23"],
    "5 May '98": ["1998-05-05 1998-05-06"],
    "between August 11 and August 15 2022": ["2022-08-11 2022-08-16"],
    "the week before 16 November 2022": ["2022-11-09 2022-11-17"],
    "the Sunday before October 25, 2022": ["2022-10-23 2022-10-24"],
    "two weeks before August 11, 2023": ["2023-07-25 2023-08-01"],
    "I will see her on Monday": ["2023-08-21 2023-08-22"],
    "We are going to move in June": ["2024-06-01 2024-07-01"],
    "in two weeks' time": ["2023-08-29 2023-09-05"],
    "the party on 3 May and the rain last month": [
        "2023-05-03 2023-05-04",
        "2023-07-01 2023-08-01",
    ],
}
CHINESE = {
    "上周二我做了什么？": ["2023-08-08 2023-08-09"],
    "上星期天": ["2023-08-13 2023-08-14"],
    "三周前我去了哪里": ["2023-07-25 2023-08-01"],
    "三个星期前": ["2023-07-25 2023-08-01"],
    "前天": ["2023-08-16 2023-08-17"],
    "大前天": ["2023-08-15 2023-08-16"],
    "昨天晚上我吃了什么": ["2023-08-17T18 2023-08-18T05"],
    "昨晚": ["2023-08-17T18 2023-08-18T05"],
    "今天早上": ["2023-08-18T04 2023-08-18T12"],
    "三天前": ["2023-08-15 2023-08-16"],
    "十天前": ["2023-08-07 2023-08-10"],
    "前几天": ["2023-08-10 2023-08-17"],
    "最近三天": ["2023-08-15 2023-08-19"],
    "两个月前": ["2023-06-01 2023-07-04"],
    "二十年前": ["2003-01-01 2004-02-18"],
    "上周": ["2023-08-06 2023-08-14"],
    "上周末": ["2023-08-11T17 2023-08-14"],
    "週末我做了什麼": ["2023-08-11T17 2023-08-14"],
    "周三晚上": ["2023-08-16T18 2023-08-17T05"],
    "下周五": ["2023-08-25 2023-08-26"],
    "上个月": ["2023-07-01 2023-08-01"],
    "上個月5號": ["2023-07-05 2023-07-06"],
    "上个月底": ["2023-07-19 2023-08-01"],
    "下个月": ["2023-09-01 2023-10-01"],
    "去年": ["2022-01-01 2023-01-01"],
    "去年年底": ["2022-09-01 2023-01-01"],
    "今年上半年": ["2023-01-01 2023-07-01"],
    "去年夏天": ["2022-06-01 2022-09-23"],
    "三年前的夏天": ["2020-06-01 2020-09-23"],
    "98年夏天": ["1998-06-01 1998-09-23"],
    "去年春节": ["2022-01-01 2023-01-01"],
    "五月三号": ["2023-05-03 2023-05-04"],
    "5月3日我读了什么书": ["2023-05-03 2023-05-04"],
    "十二月二十五日": ["2022-12-25 2022-12-26"],
    "2023年5月": ["2023-05-01 2023-06-01"],
    "二〇二一年十月": ["2021-10-01 2021-11-01"],
    "23年5月": ["2023-05-01 2023-06-01"],
    "2022年": ["2022-01-01 2023-01-01"],
    "去年五月初": ["2022-05-01 2022-05-13"],
    "3月15号下午": ["2023-03-15T12 2023-03-15T18"],
    "5月3日到8日": ["2023-05-03 2023-05-09"],
    "5月3日到6月2日": ["2023-05-03 2023-06-03"],
    "5月3日的前一天": ["2023-05-02 2023-05-03"],
    "2022-02-28": ["2022-02-28 2022-03-01"],
    "我打算五月去北京": ["2024-05-01 2024-06-01"],
    "我五月去了北京": ["2023-05-01 2023-06-01"],
}
NO_TIME = {
    "en": [
        "two days before my birthday",
        "the week after the wedding",
        "May I ask you something?",
        "It may 3 times fail",
        "They march on and on",
        "The sun is out and we sat outside",
        "on second thoughts, one more",
        "I usually run on Sunday",
        "I go to the gym every Monday morning",
        "In April's room there is a cat",
        "My daughter is a five year old",
        "version 10.5.2 of 2.1",
        "call 555-1234 between 9 and 5",
        "half a cup, 1/2, or 3/4",
        "3/5/2023 could be two days",
        "in 2000 steps",
        "the last time, and next to me, back in a minute",
        "I drink spring water in my winter coat",
        "I fall asleep",
        "an hour ago",
        "since May",
        "won by July 10, 2022",
        "before last week",
        "on 30 February",
        "in today's society",
        "my last year of school",
    ],
    "zh": [
        "我生日的两天前",
        "每周五我都去跑步",
        "从周一到周五",
        "一周一次，两周三次",
        "我学了三年，三个月，三天",
        "月亮和月饼",
        "五月天的歌",
        "你多大年纪了",
        "坐五号线到三号楼",
        "3月前我不在",
        "后天性的",
        "过去年代的歌",
        "二月三十日",
    ],
}


def at(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=SHANGHAI)


def read(text: str, language: str) -> list[tuple[datetime, datetime]]:
    found = spans(text, now=FRIDAY, zone=SHANGHAI, language=language)
    return [(span.first, span.until) for span in found]


def meant(days: list[str]) -> list[tuple[datetime, datetime]]:
    return [(at(day.split()[0]), at(day.split()[1])) for day in days]


@pytest.mark.parametrize(("text", "days"), ENGLISH.items())
def test_english_times_are_the_days_they_mean(text: str, days: list[str]) -> None:
    assert read(text, "en") == meant(days)


@pytest.mark.parametrize(("text", "days"), CHINESE.items())
def test_chinese_times_are_the_days_they_mean(text: str, days: list[str]) -> None:
    assert read(text, "zh") == meant(days)


@pytest.mark.parametrize(
    ("language", "text"),
    [(language, text) for language, texts in NO_TIME.items() for text in texts],
)
def test_what_is_no_time_or_cannot_be_told_gives_no_span(language: str, text: str) -> None:
    assert read(text, language) == []


def test_a_span_names_its_phrase_and_place() -> None:
    text = "Tell me: what did I read yesterday, or on 3 May?"
    found = spans(text, now=FRIDAY, zone=SHANGHAI, language="en-GB")
    assert [span.phrase for span in found] == ["yesterday", "on 3 May"]
    assert [text[span.position :][: len(span.phrase)] for span in found] == [
        "yesterday",
        "on 3 May",
    ]


def test_a_time_that_is_said_twice_counts_once() -> None:
    assert len(read("Yesterday was wild, yesterday was long", "en")) == 1


def test_a_day_is_the_speakers_own() -> None:
    """At 20:00 UTC it is the next day in Shanghai already."""
    now = datetime(2023, 8, 17, 20, tzinfo=UTC)
    (there,) = spans("yesterday", now=now, zone=SHANGHAI, language="en")
    (here,) = spans("yesterday", now=now, zone=BERLIN, language="en")
    assert there.first == datetime(2023, 8, 16, 16, tzinfo=UTC)
    assert here.first == datetime(2023, 8, 15, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2023, 3, 27, 10, tzinfo=UTC), 23),
        (datetime(2023, 10, 30, 10, tzinfo=UTC), 25),
    ],
)
def test_a_day_on_which_the_clock_is_changed_is_one_day(now: datetime, hours: int) -> None:
    (span,) = spans("yesterday", now=now, zone=BERLIN, language="en")
    assert span.until - span.first == timedelta(hours=hours)


def test_a_statement_keeps_the_dates_it_meant_when_it_was_said() -> None:
    (span,) = resolved("I went there yesterday", said_at=FRIDAY, zone=SHANGHAI, language="en")
    assert (span.first, span.until) == (at("2023-08-17"), at("2023-08-18"))
    (span,) = resolved("我昨天去了那里", said_at=FRIDAY, zone=SHANGHAI, language="zh")
    assert (span.first, span.until) == (at("2023-08-17"), at("2023-08-18"))


@pytest.mark.parametrize("language", ["de", "fr", "ja", "", "english"])
def test_another_language_gives_nothing(language: str) -> None:
    assert spans("2023-05-03", now=FRIDAY, zone=SHANGHAI, language=language) == ()


_PHRASES = (
    "last next this 3 31 2023 '98 May mar sunday week year ago in on of the before between and 99"
    " summer fall half first 2月 30号 上 下 周 一 二 两 十 年 前 后 天 去年 夏天 号 个 月 每 9999"
    " 到"
)
_WORDS = st.sampled_from(_PHRASES.split())


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(_WORDS, max_size=30).map(" ".join),
        st.lists(_WORDS, max_size=30).map("".join),
        st.from_regex(r"(\d{1,4}[-/. ]){1,2}\d{1,4}", fullmatch=True, alphabet="0123456789-/. "),
    ),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive by contract
    st.sampled_from(languages()),
)
def test_any_text_is_read_without_a_fault(text: str, now: datetime, language: str) -> None:
    reader()
    found = spans(text, now=now, zone=BERLIN, language=language)
    assert len(found) <= 16
    assert [span.position for span in found] == sorted(span.position for span in found)
    for span in found:
        assert span.first < span.until
        assert text[span.position :].startswith(span.phrase)


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "the " * 50_000, "一二" * 50_000, "last\n" * 50_000]
)
@pytest.mark.parametrize("language", languages())
def test_a_paste_of_any_size_is_read_at_once(text: str, language: str) -> None:
    """A pattern that goes back over it would take hours, and nobody would be answered."""
    assert spans(text, now=FRIDAY, zone=SHANGHAI, language=language) == ()


@pytest.mark.parametrize("text", ["2026-13-45", "part 2026-00-10", "1999-99-99 is my order"])
@pytest.mark.parametrize("language", languages())
def test_a_number_that_is_written_like_a_date_is_no_time(text: str, language: str) -> None:
    assert spans(text, now=FRIDAY, zone=SHANGHAI, language=language) == ()


def test_of_a_pasted_calendar_only_some_dates_are_read() -> None:
    calendar = ", ".join(f"{day} May {year}" for year in (2020, 2021, 2022) for day in range(1, 32))
    assert len(read(calendar, "en")) == 16
    assert len(read("，".join(f"2021年5月{day}日" for day in range(1, 32)), "zh")) == 16


def test_a_text_without_a_written_date_loads_no_library() -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from zoneinfo import ZoneInfo;"
        "from brain.memory.temporal import spans;"
        "[spans(t, now=datetime.now(UTC), zone=ZoneInfo('UTC'), language=l)"
        " for t, l in (('hello', 'en'), ('last week', 'en'), ('5月3日', 'zh'))];"
        "sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0
