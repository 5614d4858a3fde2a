"""How far off a time is, in the words that people use."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.languages import languages
from brain.texts import ago, say
from tests.factories import NOON

UTC = ZoneInfo("UTC")


def far(language: str, days: int) -> str:
    return ago(language, NOON + timedelta(days=days), NOON, UTC)


@pytest.mark.parametrize(
    ("days", "english", "chinese", "spanish"),
    [
        (0, "today", "今天", "hoy"),
        (-1, "yesterday", "昨天", "ayer"),
        (1, "tomorrow", "明天", "mañana"),
        (-3, "3 days ago", "3天前", "hace 3 días"),
        (-7, "1 week ago", "1周前", "hace 1 semana"),
        (-10, "10 days ago", "10天前", "hace 10 días"),
        (14, "in 2 weeks", "2周后", "dentro de 2 semanas"),
        (-31, "1 month ago", "1个月前", "hace 1 mes"),
        (-45, "6 weeks ago", "6周前", "hace 6 semanas"),
        (-127, "4 months ago", "4个月前", "hace 4 meses"),
        (177, "in 6 months", "6个月后", "dentro de 6 meses"),
        (-300, "10 months ago", "10个月前", "hace 10 meses"),
        (381, "in 1 year", "1年后", "dentro de 1 año"),
        (530, "in a year and a half", "1年半后", "dentro de un año y medio"),
        (-730, "2 years ago", "2年前", "hace 2 años"),
        (-1_278, "3 and a half years ago", "3年半前", "hace 3 años y medio"),
        (-1_400, "4 years ago", "4年前", "hace 4 años"),
        (3_700, "in 10 years", "10年后", "dentro de 10 años"),
    ],
)
def test_a_time_is_as_far_off_as_people_say(
    days: int, english: str, chinese: str, spanish: str
) -> None:
    assert (far("en", days), far("zh", days), far("es", days)) == (english, chinese, spanish)


@given(days=st.integers(2, 40_000), language=st.sampled_from(languages()))
def test_every_time_has_words_and_the_past_has_others_than_the_future(
    days: int, language: str
) -> None:
    assert far(language, -days) != far(language, days)


def test_a_value_of_any_length_stands_whole_in_its_text() -> None:
    reason = "long " * 10_000
    assert reason in say("en", "error-embedder", reason=reason)
