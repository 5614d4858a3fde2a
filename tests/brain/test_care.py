import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.care import LINES, Care, speaks_of_self_harm
from brain.texts import say
from tests.shared import shared

UTC = ZoneInfo("UTC")

MEANT = [
    "I want to kill myself",
    "i cant stop thinking about killing myself",
    "I've been thinking about suicide a lot lately.",
    "I feel suicidal tonight",
    "I’m suicidal",
    "Sometimes I just want to die.",
    "honestly i wanna die",
    "want to die",
    "I wish I was dead",
    "I wish I had never been born",
    "I don't want to live anymore",
    "I don't want to be here anymore",
    "I just don't want to wake up tomorrow",
    "There is no reason to live",
    "I see no point in living",
    "I'm tired of living",
    "They would be better off without me",
    "I'm going to end my life",
    "I took pills because I wanted to end it all",
    "I started cutting myself again",
    "I keep wanting to hurt myself, I want to hurt myself right now",
    "I have the urge to cut myself",
    "My mother says it gets better but I want to die",
    "She left me. I want to die. I mean it.",
    "I want to die in my sleep",
    "life isn't worth living",
    "everyone would be better off without me",
    "我不想活在这个世界上",
    "I relapsed into self-harm",
    "I attempted suicide last year and I am afraid of myself",
    "I want to end my life lol",
    "i dont want to live",
    "I just can't do this anymore, i want it all to end",
    "nobody would miss me if I died",
    "I'm planning to overdose tonight",
    "I took a whole bottle of pills",
    "I have been thinking of taking my life",
    "What's the point of living?",
    "I'm tired of living with this pain",
    "I am going to hurt myself",
    "我想从这个世界消失",
    "我撑不下去了，想结束一切",
    "我準備自殺",
    "让我死吧",
    "死了算了",
    "我想自杀",
    "我不想活了",
    "有时候真的想死",
    "我活不下去了",
    "活着没意思",
    "活着真的没有什么意义",
    "我想结束自己的生命",
    "最近总有自杀的念头",
    "我又忍不住伤害自己",
    "我真想从楼上跳下去,我想跳楼",
    "还不如死了算了",
    "我想离开这个世界",
    "希望明天不要再醒来",
    "他走了以后我不想活了",
    "我考虑过自杀",
    "我想自杀哈哈",
    "想死",
    "我不想繼續活著了",
]
FALSE_FRIENDS = [
    "this traffic kills me",
    "my feet are killing me",
    "I'm dying of laughter",
    "I'm dead 💀",
    "I nearly died when I saw the bill",
    "I'd kill for a coffee",
    "I could kill my brother for that",
    "We were just killing time",
    "I want to die of embarrassment",
    "I wanted to die laughing",
    "monday again, i want to die lol",
    "I don't want to live in Berlin anymore",
    "I don't want to live with my parents",
    "I don't want to die",
    "I'm not suicidal",
    "I would never kill myself",
    "I am not going to hurt myself, don't worry",
    "I cut myself shaving",
    "I hurt myself at football",
    "I could kill myself for forgetting her birthday",
    "My battery died",
    "Suicide Squad was on TV",
    "We read an essay on suicide prevention at school",
    "The hero says he wants to die",
    "My character doesn't want to live",
    "do you want to die?",
    "He wants to kill himself",
    "My uncle committed suicide when I was ten",
    "I want to dye my hair",
    "The deadline is killing me",
    "Did you hear the song 'Live and Let Die'?",
    "I don't want to wake up at six",
    "Romeo wished to die",
    "I cut myself off from sugar",
    "I'm hanging out with Tom",
    "笑死我了",
    "累死了",
    "气死我了",
    "今天热死了",
    "我想死你了",
    "想死我了",
    "好想死党们",
    "手机死机了",
    "饿得要死",
    "这部电影讲的是一个想自杀的人",
    "他说他不想活了",
    "我朋友想自杀",
    "我不想死",
    "我从没想过自杀",
    "跳楼价大甩卖",
    "我要买跳楼价的衣服",
    "周一又来了，好想死哈哈哈",
    "我不想活动",
    "社死现场",
    "新闻说有人跳楼",
    "我不想活得太累",
    "我不想活在过去",
    "I am never suicidal",
    "He is better off without me as a boss",
    "I love you to death",
    "That joke slays",
    "",
    "🙂",
    "I've been feeling very lost and don't know which direction to take my life",
    "I'm going to hurt myself if I keep lifting so badly",
    "I'm tired of living here",
    "I'm tired of living out of a suitcase",
    "What's the point of living in a city?",
    "I want to die on Mars one day",
    "I want to die a hero",
    "I can't live like this, the wifi is down",
    "我不想活成别人的样子",
    "作业多到想死",
    "他想死你了",
    "要是我没有出生在中国",
]


@pytest.mark.parametrize("text", MEANT)
def test_words_of_somebody_who_may_harm_themselves_are_noticed(text: str) -> None:
    assert speaks_of_self_harm(text)


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_figures_of_speech_and_the_words_of_others_are_passed_over(text: str) -> None:
    assert not speaks_of_self_harm(text)


@pytest.mark.parametrize(
    "path",
    [
        "data/memorybank/en/memory_bank_en.json",
        "data/memorybank/cn/memory_bank_cn.json",
        "data/locomo/locomo5.json",
    ],
)
def test_months_of_ordinary_talk_raise_no_alarm(path: str) -> None:
    told = list(strings(json.loads(shared(path).read_text("utf-8"))))
    assert len(told) > 1_000
    assert [text for text in told if speaks_of_self_harm(text)] == []


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_the_words_are_noticed_wherever_they_stand(before: str, after: str) -> None:
    assert speaks_of_self_harm(f"{before}\nI want to end my life.\n{after}")
    assert speaks_of_self_harm(f"{before}。我想自杀。{after}")


@given(text=st.text(alphabet="i want to die我想死不了 '.,", max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    assert speaks_of_self_harm(text) in (True, False)


def test_the_line_of_the_country_is_shown_or_of_the_one_where_their_zone_lies() -> None:
    assert "988" in Care(country="us").remark("en", UTC)
    german = Care().remark("en", ZoneInfo("Europe/Berlin"))
    assert "TelefonSeelsorge: 0800 1110111" in german
    assert "12356" in Care().remark("zh", ZoneInfo("Asia/Chongqing"))
    assert "988" not in Care(country="DE").remark("en", ZoneInfo("America/New_York"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everywhere_else_there_is_a_directory_of_helplines(language: str) -> None:
    anywhere = say(language, "care-anywhere")
    assert "https://findahelpline.com" in anywhere
    for care in (Care(), Care(country="DE"), Care(country="AQ")):
        assert anywhere in care.remark(language, UTC).splitlines()


def test_own_resources_take_the_place_of_ours() -> None:
    told = Care(country="US", resources=("Campus line, 555-0100", "Room 12")).remark("en", UTC)
    assert "· Campus line, 555-0100\n· Room 12\n" in told
    assert "988" not in told


def test_every_line_has_a_number_and_a_country() -> None:
    for country, (name, contact) in LINES.items():
        assert len(country) == 2
        assert country.isupper()
        assert name
        assert any(character.isdigit() for character in contact)
