"""What a request to forget takes, and what it leaves alone."""

from pathlib import Path

import pytest

from benchmarks.forgetting_requests import Figures, load, measure, table
from brain.forgetting.request_matching import asks_for_nothing, read

CASES = load(Path(__file__).parents[2] / "forgetting_cases.jsonl")
UNSEEN = load(Path(__file__).parents[2] / "forgetting_cases_unseen.jsonl")


def taken(request: str, *contents: str) -> list[str]:
    """What is surely meant."""
    topic = read(request, contents)
    return [text for text in contents if topic.share(text) == 1]


def likely(request: str, *contents: str) -> list[str]:
    topic = read(request, contents)
    return [text for text in contents if 0 < topic.share(text) < 1]


def shares(figures: Figures) -> tuple[float, float]:
    """Of the wanted memories those that are taken, and of the others those that are."""
    return figures.taken / figures.wanted, figures.wrong / figures.others


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_requests_of_the_suite_take_what_is_wanted_and_little_else(
    language: str, *, held_out: bool
) -> None:
    cases = [case for case in CASES if case.id[:2] == language and case.held_out is held_out]
    assert len(cases) > 45
    wanted, wrong = shares(measure(cases))
    assert wanted >= 0.85
    assert wrong <= 0.04


def test_requests_by_an_author_who_had_not_read_the_code_are_read_as_well_as_they_were() -> None:
    figures = measure(UNSEEN)
    assert (figures.wanted, figures.others) == (147, 315)
    assert figures.taken >= 139
    assert figures.wrong <= 4


@pytest.mark.parametrize("said", ["my boss Grace", "everything about my boss Grace"])
def test_a_namesake_with_a_family_name_is_not_who_is_close(said: str) -> None:
    boss, praised = "My boss Grace yelled at me.", "Grace liked my talk."
    manager, singer = "Grace Lee is my manager.", "Grace Jones is my favourite singer."
    assert taken(said, boss, praised, manager, singer) == [boss, praised, manager]
    assert taken("Grace", boss, singer) == [boss, singer]
    assert taken("my sister Grace", singer) == [singer]


@pytest.mark.parametrize(
    "request_words", ["芽衣のこと", "芽衣について", "芽衣の話を忘れて", "小李的事"]
)
def test_a_question_about_somebody_narrows_no_request_to_forget_them(request_words: str) -> None:
    said = ("姪の芽衣は札幌で獣医をしています。", "芽衣の仕事は何だっけ？", "カレーを食べた。")
    chinese = ("小李在上海当老师", "小李的工作是什么？", "我的狗生病了")
    held = said if request_words.startswith("芽") else chinese
    assert taken(request_words, *held) == [*held[:2]]


def test_parts_of_the_suite_are_cut_where_the_rest_can_stay() -> None:
    figures = measure(case for case in CASES if case.rest is not None)
    assert figures.cut >= 0.85 * figures.parts


def test_the_table_has_a_row_for_each_kind_and_the_sums() -> None:
    rows = table(CASES)
    assert len(rows) == 2 + len({(case.id[:2], case.kind) for case in CASES}) + 3
    assert rows[-1].startswith(f"| **all** | {len(CASES)} |")


@pytest.mark.parametrize(
    ("request_words", "held", "other"),
    [
        ("everything about Dana", "Dana moved to Oslo.", "I bought a bicycle."),
        ("forget al@x.io", "My mail is al@x.io.", "Hers is al.smith@x.io."),
        ("forget al.smith@x.io", "Hers is al.smith@x.io.", "My mail is al@x.io."),
        ("example.com", "I write at example.com.", "The other is example.com.br."),
        ("example.com", "I write at www.example.com/blog", "It is notexample.com."),
        ("12-34", "The code is 1234.", "The code is 12345."),
        ("1234", "The code is 12-34.", "The code is 12-345."),
        ("+1 415 555 0100", "Call 415-555-0100.", "Call 415-555-0101."),
        ("415-555-0100", "Call +1 (415) 555-0100.", "Call +1 (415) 555-01000."),
        ("020 7946 0018", "Call +44 20 7946 0018.", "Call +44 20 7946 00180."),
        ("10.0.0.1", "It is 010.000.000.001.", "It is 10.0.0.10."),
        ("010.000.000.001", "It is 10.0.0.1.", "It is 110.0.0.1."),
        ("@ann", "Ann's handle is ann.", "Anna's handle is anna."),
        ("@ann", "I follow @ann.", "Write to ann@shop.com."),
        ("José", "Jose fixed the roof.", "Joseph came by."),
        ("Jose", "José fixed the roof.", "Joseph came by."),
        ("Иван", "Ivan lent me a drill.", "Ivana paints."),
        ("Ivan", "Иван приедет в субботу.", "Ирина приедет в субботу."),
        ("北京", "I lived in Beijing.", "I lived in Nanjing."),
        ("Beijing", "我在北京上学。", "我在南京上学。"),
        ("忘掉关于小明的事", "小明搬到了上海。", "小红喜欢跳舞。"),
        ("forget C#", "I learn C#.", "I learn C++ and a high C."),
        ("what I said about Will", "Will cheated.", "I will see; she wrote a will."),
        ("my allergies", "I am allergic to nuts.", "I am all ears."),
        ("flight LH 438", "I take LH438.", "I take LH 4380."),
        ("2001:db8:0:0:0:0:0:1", "It is 2001:db8::1.", "It is 2001:db8::12."),
        ("https://www.example.com/", "I write at example.com.", "It is mail.example.com."),
        ("the 3rd of May", "The flight is on 3 May.", "The flight is on 4 May."),
        ("Müller", "Mueller is my boss.", "Miller is my boss."),
        ("O'Neil", "ONeil called.", "Neil called."),
        ("Wang Wei", "王伟是我的同事", "李伟是我的同事"),
        ("张三", "Zhang San is here.", "Zhang Sanfeng is here."),
        ("forget the children", "My child started school.", "The chill is nice."),
        ("forget that I am vegan", "I eat vegan food.", "I am from Vegas."),
        ("forget the song I wrote", "I write a song for her.", "I like a song of hers."),
        ("my wife's affair", "My wife had an affair.", "The affair of my neighbour."),
        ("forget my e-mail", "My email is full.", "Mail came."),
        ("forget foo_bar", "It is foo_bar.", "Foo bar, or foo_bar2."),
        ("Ольга", "Olga called.", "Helga called."),
        ("忘掉我在哪里工作", "我在谷歌工作", "我在谷歌上搜索"),
    ],
)
def test_a_request_takes_what_it_names_and_not_what_looks_like_it(
    request_words: str, held: str, other: str
) -> None:
    assert taken(request_words, held, other) == [held]


def test_what_holds_a_part_of_what_is_asked_for_is_likely() -> None:
    texts = ("Elena's phone number is 12.", "Elena likes hiking.", "My phone broke.", "It rains.")
    assert taken("forget Elena's phone number", *texts) == [texts[0]]
    assert likely("forget Elena's phone number", *texts) == list(texts[1:3])


def test_a_name_that_no_memory_holds_is_not_made_up_for_by_other_words() -> None:
    assert taken("forget Ann Lee", "Ann Baker lives in Leeds.", "I like tea.") == []
    assert taken("forget everything about my friend Olga", "My friend came by.") == []


def test_where_no_memory_holds_all_the_best_one_is_meant() -> None:
    texts = ("Mum has cancer and fears it.", "Mum likes tea.", "My diagnosis? None.")
    assert taken("forget my mum's cancer diagnosis", *texts) == [texts[0]]
    assert taken("forget Tom at the party", "Tom has a dog.", "The party was dull.") == []


def test_two_topics_are_taken_both_unless_a_memory_holds_them_together() -> None:
    assert len(taken("forget Ahmed and Layla", "Ahmed left.", "Layla has asthma.", "Bo.")) == 2
    assert taken("salt and pepper", "I like salt and pepper.", "The road was salted.") == [
        "I like salt and pepper."
    ]


def test_a_request_without_a_topic_takes_nothing() -> None:
    assert taken("please forget everything I told you", "I told you about tea.") == []
    assert taken("忘了吧", "下雨了。") == []
    assert taken("?!", "Tea?!") == []
    assert taken("the who", "I saw The Who.", "A who came.") == ["I saw The Who."]


@pytest.mark.parametrize(
    ("request_words", "text", "rest"),
    [
        ("forget where I work", "I live in Ulm and work at Bosch.", "I live in Ulm."),
        ("forget where I live", "I live in Ulm and work at Bosch.", "Work at Bosch."),
        ("forget Dana", "I met Dana. Then I bought shoes.", "I bought shoes."),
        ("忘掉我在哪里工作", "我住在里昂,在博世工作。", "我住在里昂。"),
        ("forget Dana", "I met Dana. She is pregnant.", None),
        ("forget Dana", "I met Dana.", None),
        ("forget my boss", "It is hot. My boss is rude and always gives me tasks.", None),
        ("forget my age", "My age is 41 but my wife is younger.", "My wife is younger."),
        ("forget Dana", "I had dinner with Ben and Dana.", None),
        (
            "forget the Mayan sites",
            "I will see sites, such as the Mayan ones and others. Museums, art, and food are next.",
            "Museums, art, and food are next.",
        ),
        ("忘掉小明", "我喜欢喝茶，昨天小明来了，今天一直下雨。", None),
        ("forget Dana", "It rains, and the sea is cold.", None),
    ],
)
def test_a_part_can_be_cut_out_where_the_rest_does_not_speak_of_it(
    request_words: str, text: str, rest: str | None
) -> None:
    assert read(request_words, [text]).rest_of(text) == rest


def test_words_that_only_ask_ask_for_nothing() -> None:
    assert asks_for_nothing("please forget what I told you")
    assert asks_for_nothing("忘掉我说的话")
    assert not asks_for_nothing("forget what I told you about tea")


@pytest.mark.parametrize(
    "request_words",
    [
        "do not forget my birthday",
        "please never ever forget my birthday!",
        "When is my birthday? Don't forget it.",
        "I don't want you to forget my birthday",
        "my birthday must not be forgotten",
        "forget nothing about my birthday",
        "please remember my birthday",
        "请记住我的生日",
        "千万别忘了我的生日",
        "別忘了我的生日",
        "不要把我的生日忘了",
        "no olvides mi birthday",
        "nunca te olvides de mi birthday",
    ],
)
def test_a_request_not_to_forget_takes_and_lists_nothing(request_words: str) -> None:
    texts = ("My birthday is in May.", "我的生日是五月三号。", "I like tea.")
    assert list(read(request_words, texts).shares) == [0, 0, 0]
    assert all(read(request_words, texts).keeps(text) for text in texts)
    assert not asks_for_nothing(request_words)


@pytest.mark.parametrize(
    "request_words",
    ["don't forget to delete my birthday", "why don't you forget my birthday", "别忘了把生日删掉"],
)
def test_a_reminder_to_forget_is_a_request_to_forget(request_words: str) -> None:
    texts = ("My birthday (生日) is in May.", "I like tea.")
    assert taken(request_words, *texts) == [texts[0]]


@pytest.mark.parametrize(
    "request_words",
    [
        "forget everything about Nora except her birthday",
        "apart from her birthday, forget Nora",
        "delete all of Nora but keep her birthday",
        "Keep her birthday but delete everything about Nora",
        "forget Nora. Don't delete her birthday.",
        "forget Nora, but not her birthday",
        "forget everything about Nora but her birthday",
        "forget Nora; the birthday can stay",
        "delete Nora - keep the birthday",
        "forget Nora besides her birthday",
    ],
)
def test_what_is_excepted_is_neither_taken_nor_listed(request_words: str) -> None:
    texts = ("Nora lives in Ulm.", "Nora has her birthday in May.", "I like tea.")
    topic = read(request_words, texts)
    assert list(topic.shares) == [1, 0, 0]
    assert [topic.keeps(text) for text in texts] == [False, True, False]


@pytest.mark.parametrize(
    ("request_words", "texts"),
    [
        ("forget where Nora lives, not Nora herself", ("Nora lives in Ulm.", "Nora sings.")),
        ("delete Nora's debts, the rest stays", ("Nora has debts.", "Nora sings.")),
        ("forget Nora's debts and keep the rest about her", ("Nora has debts.", "Nora sings.")),
        ("只忘掉小李的工资，别的保留", ("小李的工资是两万。", "小李养了两只狗。")),
        ("除了生日，把小李的都删了", ("小李的工资是两万。", "小李的生日在五月。")),
        ("小李的事除了生日都忘掉", ("小李的工资是两万。", "小李的生日在五月。")),
        ("删除小李，谢谢", ("小李的工资是两万。", "小王的生日在五月。")),
        ("olvida a Nora, su hija no", ("Nora canta.", "La hija de Nora nada.")),
        ("忘掉小李，但是生日不要删", ("小李的工资是两万。", "小李的生日在五月。")),
        ("olvida dónde trabaja Nora, lo demás no", ("Nora trabaja en Vigo.", "Nora canta.")),
        ("borra lo de Nora, menos su hija", ("Nora canta.", "La hija de Nora nada.")),
    ],
)
def test_only_what_is_asked_for_is_taken_where_the_rest_stays(
    request_words: str, texts: tuple[str, ...]
) -> None:
    assert taken(request_words, *texts) == [texts[0]]


@pytest.mark.parametrize(
    "request_words",
    [
        "forget where Nora lives, not Nora herself",
        "forget Nora except her birthday",
        "forget who Nora is, not Nora herself",
    ],
)
def test_nothing_is_sure_where_an_exception_cannot_be_told(request_words: str) -> None:
    texts = ("Nora is from Brno.", "Nora came into the world in May.", "I like tea.")
    assert taken(request_words, *texts) == []
    assert likely(request_words, *texts) == list(texts[:2])


@pytest.mark.parametrize(
    ("request_words", "held", "others"),
    [
        # A name in small letters is the same name, unless it is a word.
        ("forget Zoë", ("zoe called me", "Zoë has a cat."), ("Zoey paints.",)),
        ("forget Grace", ("Grace sings.",), ("a moment of grace",)),
        ("forget about grace", ("grace called", "tea with grace"), ("by the grace of",)),
        ("forget my friend will", ("Will sings.",), ("I will go.",)),
        ("forget what I said in May", ("In May I moved.",), ("I moved in June.",)),
        ("忘掉6月12号的事", ("六月十二号我搬家了。", "6月12日下雨了。"), ("六月二十号我在家。",)),
        (
            "忘掉六月十二号的事",
            ("六月十二号我搬家了。", "6月12日下雨了。"),
            ("六月二十号我在家。",),
        ),
        ("borra mi NIF 12.345.678-Z", ("mi nif es 12345678Z",), ("otro nif es 12345679Z",)),
        # Only names that are said to be of a person are told from places and times.
        ("forget my ex austin", ("austin called", "Austin has my key."), ("We live in Austin.",)),
        ("forget June", ("June from work called.",), ("I was born in June.", "It is 3 June.")),
        ("forget June 3", ("It was on the 3rd of June.",), ("June has 3 dogs.", "June 30 is far.")),
        ("olvida lo del 4 de abril", ("El 4 de abril llovió.",), ("Abril tiene 4 gatos.",)),
        # Words about what was said do not weaken what it was about.
        ("plz forget abt tim and ana", ("tim moved", "ana sings"), ("timid cats",)),
        ("forget my surgery plans", ("The surgery is on Monday.",), ("My plans are vague.",)),
        ("forget my plans", ("My plans are vague.",), ("It rains.",)),
        ("forget my address, 9C Oak Road", ("I live at 9C Oak Road.",), ("My email address.",)),
        ("forget my ex, Tim", ("Tim called.", "my ex tim moved"), ("Timothy sings.",)),
        ("My debts? Please un-remember them.", ("I have debts.",), ("Please call.",)),
        ("forget the swimming", ("I swam today.",), ("I run.",)),
        ("上次跟你吐槽房东那些，当我没说", ("房东又涨租了。",), ("上次跟你吃饭。",)),
        ("把我借网贷这个事情抹去", ("我借了网贷。",), ("网球课在周二。",)),
        # Traditional and simplified characters are the same, other characters are not.
        ("請忘記張麗華的事", ("张丽华搬走了。", "張麗華來了。"), ("张立华搬走了。",)),
        ("忘掉关于陈东的事", ("陳東來過。", "陈东搬走了。"), ("陈冬搬走了。",)),
        ("忘掉王刚", ("王刚借了我的书。", "我和王刚吵架了。"), ("王刚强是我的老师。",)),
    ],
)
def test_a_request_is_read_as_people_write_it(
    request_words: str, held: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert taken(request_words, *held, *others) == list(held)
