"""In which language a message is taken to be."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.languages import languages
from brain.languages.detection import detect
from brain.texts import name_of

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "memory" / "importance_labels.jsonl")
    .read_text("utf-8")
    .splitlines()
]


@pytest.mark.parametrize("language", languages())
def test_messages_are_told_apart(language: str) -> None:
    texts = [row["text"] for row in LABELLED if row["language"] == language]
    told = [detect(text, fallback="") for text in texts]
    assert texts
    wrong = sum(each not in ("", language) for each in told)
    assert (wrong / len(told), told.count("") / len(told)) <= (0.01, 0.03)


@pytest.mark.parametrize("fallback", languages())
@pytest.mark.parametrize("text", ["", "ok", "123", "😀"])
def test_what_is_in_no_language_leaves_the_conversation_as_it_is(text: str, fallback: str) -> None:
    assert detect(text, fallback=fallback) == fallback


@pytest.mark.parametrize("fallback", ["", *languages(), "ru"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Привет, как дела?", "ru"),
        ("Мені дуже подобається цей фільм, дякую.", "uk"),
        ("Γειά σου, τι κάνεις;", "el"),
        ("مرحبا كيف حالك", "ar"),
        ("دیروز با خواهرم به بازار رفتم.", "fa"),
        ("שלום, מה שלומך?", "he"),
        ("안녕하세요", "ko"),
        ("สวัสดีครับ", "th"),
        ("東京に行きました", "ja"),
        ("カラオケに行こう", "ja"),
        ("मेरा नाम अनु है", "hi"),
        ("আমার নাম অনু", "bn"),
        ("என் பெயர் அனு", "ta"),
        ("მე მქვია ანა", "ka"),
        ("བཀྲ་ཤིས་བདེ་ལེགས།", "dz"),
        ("Ich habe gestern mit meiner Schwester gesprochen.", "de"),
        ("Mon chat a peur de l'orage.", "fr"),
        ("Eu moro em Lisboa com a minha irmã.", "pt"),
    ],
)
def test_a_language_without_a_folder_is_told_too(text: str, language: str, fallback: str) -> None:
    assert detect(text, fallback=fallback) == language


NEW = [
    ("ru", "Сегодня наконец сдал экзамен по вождению."),
    ("ru", "Напомни, как зовут мою племянницу?"),
    ("uk", "Учора ми з донькою пекли пиріг із вишнями."),
    ("bg", "Утре отивам на зъболекар и ме е страх."),
    ("el", "Αύριο έχω συνέντευξη για δουλειά στην Πάτρα."),
    ("ar", "سأسافر إلى الإسكندرية مع أمي الأسبوع القادم."),
    ("fa", "امروز حالم خوب نیست و سرم درد می\u200cکند."),
    ("ur", "میری بہن لاہور میں رہتی ہے۔"),
    ("he", "מחר אני טס לברלין עם אחותי."),
    ("hi", "मेरे पिताजी को मधुमेह है।"),
    ("mr", "माझ्या आईला उद्या दवाखान्यात जायचे आहे."),
    ("bn", "কাল আমার চাকরির সাক্ষাৎকার আছে।"),
    ("ta", "என் அம்மாவுக்கு நாளை பிறந்தநாள்."),
    ("te", "నాకు రేపు పరీక్ష ఉంది."),
    ("th", "พรุ่งนี้ฉันมีสอบภาษาอังกฤษ"),
    ("km", "ខ្ញុំរស់នៅភ្នំពេញ"),
    ("ja", "明日、面接があるので緊張しています。"),
    ("ja", "ラーメン食べたい"),
    ("ko", "내일 면접이라서 너무 떨려요."),
    ("zh", "我女儿昨天学会骑自行车了。"),
    ("de", "Meine Oma wird nächste Woche neunzig."),
    ("fr", "J'ai enfin trouvé un appartement à Nantes."),
    ("it", "Domani porto il cane dal veterinario."),
    ("pt", "Minha avó faz noventa anos amanhã."),
    ("nl", "Morgen ga ik met de trein naar Gent."),
    ("pl", "Jutro mam egzamin z chemii."),
    ("tr", "Yarın annemle doktora gideceğiz."),
    ("vi", "Ngày mai tôi phải đi khám răng."),
    ("sv", "Min dotter har börjat spela fiol."),
    ("cs", "Zítra mám pohovor a jsem nervózní."),
    ("fi", "Huomenna menen hammaslääkäriin."),
    ("hu", "Holnap vizsgázom kémiából."),
    ("ro", "Mâine plec la mare cu sora mea."),
    ("id", "Besok saya ada wawancara kerja."),
    ("en", "My niece starts school on Monday."),
    ("es", "Mañana llevo al perro al veterinario."),
]
"""Messages that the thresholds were not chosen by."""


@pytest.mark.parametrize("fallback", ["", "en", "zh"])
@pytest.mark.parametrize(("language", "text"), NEW)
def test_new_messages_are_told_too(language: str, text: str, fallback: str) -> None:
    assert detect(text, fallback=fallback) == language


@pytest.mark.parametrize(
    "text",
    [
        "My friends Giovanni and Francesca live in Reggio Emilia",
        "pizza margherita",
        "haha sooo cool",
    ],
)
def test_names_and_loanwords_make_no_other_language(text: str) -> None:
    assert detect(text, fallback="en") == "en"


def test_what_could_be_in_the_language_of_the_conversation_is_in_it() -> None:
    assert detect("Guten Morgen!", fallback="de") == "de"
    assert detect("Guten Morgen!", fallback="en") == "en"
    assert detect("I had a long day at work, and I am tired.", fallback="de") == "en"


@pytest.mark.parametrize("text", ["好", "我在用Python写LangChain程序", "明天有 meeting 吗"])
def test_han_without_kana_is_chinese(text: str) -> None:
    assert detect(text, fallback="en") == "zh"


@pytest.mark.parametrize("text", ["I love 火锅 so much", "hello there everybody (ノ◕ヮ◕)ノ"])
def test_a_foreign_word_or_a_face_makes_no_other_language(text: str) -> None:
    assert detect(text, fallback="en") == "en"


@pytest.mark.parametrize("text", ["Hello.", "hola", "no", "Anna"])
@pytest.mark.parametrize("fallback", ["en", "es"])
def test_what_could_be_either_stays_with_the_conversation(text: str, fallback: str) -> None:
    assert detect(text, fallback=fallback) == fallback


@given(st.text(max_size=300), st.sampled_from(languages()))
def test_any_text_is_in_a_language_that_has_a_name(text: str, fallback: str) -> None:
    assert name_of(detect(text, fallback=fallback))
