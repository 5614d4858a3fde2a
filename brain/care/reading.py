"""How a message is read before its words are searched for self-harm: without its spellings."""

import re
import unicodedata

CLAUSE = re.compile(r"[.!?;:\n。！？；：\"“”「」]|, (?:and|but) |[，,](?=[\u4e00-\u9fff])")
"""Between two of them: what is said in one says nothing of the other."""
LAUGHTER = re.compile(r"\b(?:lol|lmf?ao|rofl|haha\w*|jk|just kidding)\b|[😂🤣😆😹💀]|哈哈|hhh|233")
NEARBY = 100
"""How many characters around the words decide whether they are meant."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛ʼ＇`´′", "'") | dict.fromkeys("\u200b\u2060\ufeff"))
END = r"(?= ?(?:$|[.,!?;:\n。，！？；：\"“”]))"
"""Of what is said: no other word follows."""
_WORK = "(?:song|track|album|band|movie|film|show|book|novel|poem|episode|game|called|titled)"
_QUOTED = r"(?:\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”|'[^'\n]{1,60}'(?!\w))"
_TRAIT = (
    "(?:esteem|confidence|image|worth|respect|control|care|discipline|doubt|defen[cs]e|study|help)"
)
_INTENT = r"(?:want|going|about|ready|have|need|trying|like) to|i'll|i will|i might|i should"

_PLAINLY = (
    (r"[ \t]+", " "),
    # The names of works are nobody's words, in quotation marks or in Chinese ones.
    (rf"\b({_WORK} (?:is |was |called |named |titled )*){_QUOTED}", r"\1"),
    (r"《[^》\n。]{1,40}》", "《》"),
    (r"\bim\b", "i'm"),
    (r"\bive\b", "i've"),
    (r"\bi(?:'?mm?a| am going to| am gonna|'m gonna)\b", "i'm going to"),
    (r"\b(do|does|did|ca|wo|would|could|should|is|was|were|had|have|has)nt\b", r"\1n't"),
    (r"\b(do|does|did|would|could|should|is|was|were|had|have|has) not\b", r"\1n't"),
    (r"\bcan ?not\b", "can't"),
    (r"\bwill not\b", "won't"),
    (r"\bwanna\b", "want to"),
    (r"\bgonna\b", "going to"),
    (r"\bany more\b", "anymore"),
    (r"\b(?:just(?! kidding)|really|even|truly|actually|honestly|simply|fucking) (?=\w)", ""),
    (r"\bno longer (want|wish|see|have|feel|deserve)\b", r"don't \1"),
    (r"\b(?:a )?(?:big |small |huge )?(?:part|half|some|all) of me (?:still )?wants\b", "i want"),
    (r"\b(?:a )?(?:big |huge )?(?:part|half) of me doesn't want\b", "i don't want"),
    (rf"\bmy self\b(?!-| {_TRAIT})", "myself"),
    (rf"\b({_INTENT}) kms\b(?! (?:of|away|from|per)\b)", r"\1 kill myself"),
    (rf"(^|[.,!?;:\n] ?)kms(?= (?:now|rn|tonight|today|please)\b|{END})", r"\1kill myself"),
)


def any_of(*forms: str) -> str:
    """A pattern for one of them."""
    return "|".join(forms)


def plainly(text: str) -> str:
    """In small letters, every "not" as n't, and without what makes no difference here."""
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    for pattern, replacement in _PLAINLY:
        plain = re.sub(pattern, replacement, plain)
    return plain


_SIMPLER = str.maketrans(
    "殺輕殘傷樓準備慮圖試嘗決尋動躍潑繼續著機媽黨裡裏沒還這個結從離開讓遠條義衝頭來價電說聞劇學鄰們網麼"
    "無點樣後過會見藥時為遺書寫氣熱餓買斷遊顆問題輩陽臺爺夠總嗎",
    "杀轻残伤楼准备虑图试尝决寻动跃泼继续着机妈党里里没还这个结从离开让远条义冲头来价电说闻剧学邻们网么"
    "无点样后过会见药时为遗书写气热饿买断游颗问题辈阳台爷够总吗",
)


def simply(text: str) -> str:
    """Traditional characters as simplified ones, as far as the patterns have them."""
    return text.translate(_SIMPLER)


def around(clause: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands before and after it, as far as that matters."""
    start, end = found.span()
    return clause[max(0, start - NEARBY) : start], clause[end : end + NEARBY]
