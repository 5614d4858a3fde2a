"""Words of every script: said, recalled by one of them, forgotten by it, in every store."""

import re

import pytest

from brain.forgetting.request_matching import read
from brain.memory.lexical import telling, terms
from brain.memory.retention import COMPANION
from brain.ports import MemoryStore
from tests.factories import IN_PRIVATE, NOON, memory

SAID = {
    # What was said, a word to ask by, and what else was said in that script.
    "Latin": ("Mein Café in Zürich schließt.", "Cafe", "Am Montag regnet es."),
    "Han": ("我的猫怕打雷。", "打雷", "星期一下雨。"),
    "kana": ("うちのネコはかみなりがこわい。", "かみなり", "月曜日にピアノをひきました。"),
    "Hangul": ("우리 고양이를 병원에 데려갔어요.", "고양이는", "월요일에 비가 왔습니다."),
    "Cyrillic": ("Моя кошка Мурка боится грозы.", "кошку", "В понедельник шёл дождь."),
    "Greek": ("Η γάτα μου φοβάται τις βροντές.", "ΓΑΤΕΣ", "Τη Δευτέρα έβρεχε."),
    "Arabic": ("القِطَّةُ تَخافُ مِنَ الرَّعْدِ.", "رعد", "أمطرت يوم الاثنين."),
    "Hebrew": ("הֶחָתוּל שֶׁלִּי מְפַחֵד מֵרְעָמִים.", "חתול", "ביום שני ירד גשם."),
    "Devanagari": ("मेरी बिल्लियाँ बादल की गरज से डरती हैं।", "बिल्ली", "सोमवार को बारिश हुई।"),
    "Bengali": ("আমার বিড়াল বজ্রপাতে ভয় পায়।", "বিড়াল", "সোমবার বৃষ্টি হয়েছিল।"),
    "Thai": ("แมวของฉันกลัวเสียงฟ้าร้อง", "ฟ้าร้อง", "วันจันทร์ฝนตก"),
    "Tamil": ("என் பூனை இடியைக் கண்டு பயப்படுகிறது.", "பூனையை", "திங்கட்கிழமை மழை பெய்தது."),
}


async def found(store: MemoryStore, asked: str) -> list[str]:
    ranking = (await store.search(IN_PRIVATE, text=asked, vector=None, now=NOON, limit=9)).lexical
    return [known.id for known, _ in ranking]


@pytest.mark.parametrize("script", SAID)
async def test_a_word_recalls_what_was_said_until_it_is_forgotten(
    store: MemoryStore, script: str
) -> None:
    said, word, other = SAID[script]
    known = [memory(said), *(memory(text) for text in (other, "My dog barks at trains."))]
    await store.add(known, [None] * len(known))
    assert await found(store, word) == [known[0].id]
    assert await store.erase(IN_PRIVATE, await found(store, word)) == (known[0].id,)  # type: ignore[arg-type]
    assert await found(store, word) == []
    assert await found(store, other) == [known[1].id]


@pytest.mark.parametrize("script", SAID)
def test_a_request_of_that_word_means_what_was_said(script: str) -> None:
    said, word, _ = SAID[script]
    contents = [text for one, _, other in SAID.values() for text in (one, other)]
    topic = read(word, contents)
    assert [text for text in contents if topic.share(text)] == [said]
    assert topic.share(said) == 1


@pytest.mark.parametrize("script", SAID)
def test_a_text_tells_of_its_words_and_of_no_others(script: str) -> None:
    said, word, other = SAID[script]
    assert telling(said) & telling(word)
    assert not telling(said) & telling(other)


def by_consonants(text: str) -> list[str]:
    """What the terms were before marks belonged to their letters: `TERMS_VERSION` 1."""
    return re.findall(r"[^\W_]+", text.casefold())


@pytest.mark.parametrize("is_archived", [False, True])
async def test_what_was_indexed_with_other_terms_is_found_after_upkeep(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch, *, is_archived: bool
) -> None:
    hindi, english = memory(SAID["Devanagari"][0], reply="अच्छा!"), memory("my dog barks")
    more = [memory(f"number {number}") for number in range(210)]
    with monkeypatch.context() as before:
        for user in ("redis.rows", "redis.turns", "sqlite.search"):
            before.setattr(f"storage.{user}.terms", by_consonants)
        await store.add([hindi, *more, english], [None] * (len(more) + 2))
    if is_archived:
        await store.archive(IN_PRIVATE, [hindi.id], now=NOON)
    assert await found(store, "बिल्लियाँ") == []
    assert await store.update_terms() > 0
    if is_archived:
        assert await found(store, "बिल्लियाँ") == []
        await store.restore(IN_PRIVATE, [hindi.id], now=NOON, curve=COMPANION)
    assert await found(store, "बिल्लियाँ") == [hindi.id]
    assert await found(store, "dogs") == [english.id]
    assert await store.update_terms() == 0
    await store.erase(IN_PRIVATE, [hindi.id])
    assert await found(store, "बिल्लियाँ") == []


async def test_what_is_up_to_date_is_not_indexed_again(store: MemoryStore) -> None:
    turn = memory(SAID["Thai"][0], reply="Why?")
    await store.add([turn, memory("my dog barks")], [None, None])
    assert await store.update_terms() == 0
    assert await found(store, "แมว") == [turn.id]
    assert terms("แมว") == ["แ", "ม", "ว", "แม", "มว"]
