"""When somebody speaks of harming themselves: noticing it, and where help can be found. Pure.

A false alarm costs little, because nothing is refused: a few lines are shown beside the reply and
the model is told to listen and to comfort. But a friend who answers "this traffic kills me" with a
helpline is no longer taken seriously, so what is noticed is narrow: words of the first person about
dying, harming or killing oneself, in English and Chinese, without a "not" before them and without
what makes them a figure of speech. What is said of others, of films and of news is passed over.

This is no diagnosis and no filter. It misses what is only hinted at. In the 18,000 messages of
MemoryBank's banks and of LoCoMo it notices nothing, as it should.
"""

import re
import unicodedata
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.core import get_global

from brain.texts import say

LINES: dict[str, tuple[str, str]] = {
    "AT": ("Telefonseelsorge", "142"),
    "AU": ("Lifeline", "13 11 14"),
    "BR": ("CVV", "188"),
    "CA": ("9-8-8 Suicide Crisis Helpline", "988"),
    "CH": ("Die Dargebotene Hand / La Main Tendue", "143"),
    "CN": ("全国统一心理援助热线", "12356"),
    "DE": ("TelefonSeelsorge", "0800 1110111, 0800 1110222, 116 123"),
    "ES": ("Línea 024", "024"),
    "FR": ("Numéro national de prévention du suicide", "3114"),
    "GB": ("Samaritans", "116 123"),
    "IE": ("Samaritans", "116 123"),
    "IN": ("Tele-MANAS", "14416"),
    "JP": ("よりそいホットライン", "0120-279-338"),
    "KR": ("자살예방 상담전화", "109"),
    "NL": ("113 Zelfmoordpreventie", "113, 0800-0113"),
    "NZ": ("1737, need to talk?", "1737"),
    "TW": ("安心專線", "1925"),
    "US": ("988 Suicide & Crisis Lifeline", "988"),
}
"""By country (ISO 3166): the national line, as it calls itself, and its number. Numbers change: who
runs an installation checks them, and names others in the settings."""

NEARBY = 100
"""How many characters around the words decide whether they are meant."""

_ENGLISH = re.compile(
    r"\b(?:"
    r"(?:kill|hang|drown|shoot|unalive) myself"
    r"|(?:killing|hanging|drowning|shooting|unaliving) myself"
    r"|(?:going to|gonna) (?:hurt|cut|harm) myself(?! if)"
    r"|(?:want(?:ed)? to|wanna|urge to|need to|thinking (?:of|about)|think about"
    r"|keep(?: on)?|started|can't stop|been) (?:hurt|cut|harm|hurting|cutting|harming) myself"
    r"|self[- ]harm(?:ing|ed)?"
    r"|(?:feel(?:ing)?|am|i'm|been|getting) (?:(?!not |never )\w+ )?suicidal"
    r"|suicidal thoughts?"
    r"|(?:commit|attempt|consider|contemplate)(?:ing|ed)? suicide"
    r"|(?:think(?:ing)?|thought) (?:of|about) suicide"
    r"|(?:end|ending) my (?:own )?life|(?:take|taking|took) my own life"
    r"|(?:want(?:ed)?|going|plan(?:ning)?|thought|thinking|about) (?:to|of|about)? ?"
    r"(?:take|taking) my life"
    r"|end(?:ing)? it all|want(?:ed)? it all to end"
    r"|(?:want(?:ed)?|going|plan(?:ned|ning)?|thought|thinking) (?:to|of|about|on) overdos(?:e|ing)"
    r"|took (?:a|the) (?:whole|entire|full) bottle of (?:\w+ )?pills"
    r"|(?:nobody|no one) would (?:even )?(?:miss me|care|notice) if i"
    r" (?:died|was dead|were dead|was gone|were gone|disappeared|killed myself)"
    r"|want(?:ed)? to disappear forever"
    r"|(?:want|wanted) to (?:just )?die|wanna die|ready to die"
    r"|wish (?:that )?i (?:was|were|could be) dead"
    r"|wish (?:that )?i (?:was|were|had|hadn't|wasn't|weren't) (?:never )?(?:been )?born"
    r"|wish i could (?:just )?(?:disappear forever|never wake up|not wake up)"
    r"|rather be dead|better off dead"
    r"|(?:they|everyone|everybody|the world|people|my \w+)(?:'d| would| will| is| are)*(?: all)?"
    r"(?: be)? better off without me"
    r"|don't (?:want to|wanna) (?:live|be alive|exist|wake up|keep living|go on living)"
    r"|don't (?:want to|wanna) be here any ?(?:more|longer)"
    r"|can't go on living"
    r"|wish i (?:wasn't|weren't) alive"
    r"|what(?:'s| is) the point (?:of|in) (?:living|being alive)"
    r"|(?:no|any) (?:reason|point|will) (?:left )?(?:to live|in living|to go on|to keep living)"
    r"|(?:tired|sick) of (?:living|being alive)"
    r"|life (?:is not|isn't|is no longer) worth living"
    r")\b"
)
_ENGLISH_FIGURE = re.compile(
    # After the words: what makes them a figure of speech, or another sentence.
    r"\s*(?:of|from|with|for|by|laughing|over|if|when|every time|in my|on this hill|my hair"
    r"|in|on|at|near|next to|here|there|without (?!pain)|off|out|shaving|alone|beyond|a|as"
    r"|trying|working|doing|listening|watching)\b"
)
_FIGURES = (
    "die",
    "live",
    "of living",
    "in living",
    "kill myself",
    "killing myself",
    "born",
    "wake up",
    "ready to die",
)
"""Words that such a continuation turns into a figure of speech; the others stay what they are."""
_GRAVE = re.compile(
    r"\s*(?:in peace|in my sleep|with dignity|without pain|for real|as soon|at (?:all|night)"
    r"|with (?:this|the|my|so much) (?:pain|depression|guilt|sadness))"
)
_SPACES = re.compile(r"[ \t]+")
_APOSTROPHE = re.compile(r"\b(do|does|did|ca|wo|would|is|was|were|had)nt\b")
_LAUGHTER = re.compile(r"\b(?:lol|lmf?ao|rofl|haha\w*|jk|just kidding)\b|[😂🤣😆😹💀]|哈哈|hhh|233")
_NEGATED = re.compile(r"(?:\bnot|n't|\bnever|\bno longer|\bwithout)(?: \w+){0,2} $")
_PRONOUN = re.compile(
    r"\b(i|i'm|i'd|i've|i'll|im|me|my|you|you're|he|she|they|we|who|people|everyone|somebody"
    r"|someone|character|protagonist|hero|friend|brother|sister|he's|she's|they're)\b"
)
_ME = {"i", "i'm", "i'd", "i've", "i'll", "im", "me", "my"}
_CLAUSE = re.compile(r"[.!?;:\n。！？；：\"“”「」]|, (?:and|but) |[，,](?=[\u4e00-\u9fff])")

_CHINESE = re.compile(
    r"(?:想|要|打算|准备|準備|考虑|企图|试图|尝试|念头|想过|决定)[^，。！？,.!?\n]{0,4}"
    r"(?:自杀|自殺|轻生|輕生|自残|自殘|自伤|割腕|上吊|跳楼|跳樓|跳河|寻死)"
    r"|(?:自杀|自殺|轻生|輕生|自残|自殘)的(?:念头|想法|冲动|念頭|衝動)"
    r"|不想(?:再|继续|繼續)?(?:活(?![动動跃躍泼潑捉得成出]|在(?![世这這人]))|活着|活著)"
    r"|活不下去"
    r"|(?<![不没沒])(?<!多到)(?<!忙到)(?<!聊到)(?<!尬到)(?<!尬得)(?<!聊得)(?<!热得)(?<!忙得)(?:想|想要|好想|只想|真想|很想)去?死(?![你您机機他她它我妈媽家磕守记記党黨心板里裡角])"
    r"|(?:结束|結束|了结|了結)(?:自己|我|這|这)(?:的|条|條)?(?:生命|一生|命)"
    r"|活着(?:真的|真)?(?:没有?|還有|还有)(?:什么|什麼|啥|任何)?(?:意思|意义|意義)"
    r"|(?:不如|还不如|還不如|想|干脆)死了(?:算了|好)"
    r"|想(?:要)?(?:永远)?(?:离开|離開)(?:这个|這個)世界|想(?:要)?(?:从|從)(?:这个|這個)世界(?:上)?消失"
    r"|想(?:要)?(?:结束|結束)一切|恨不得(?:去死|死了)|(?:让|讓)我(?:去)?死(?:吧|了)"
    r"|^我?死了算了"
    r"|(?:想|要|忍不住|一直在?)(?:伤害|傷害)自己"
    r"|(?:希望|要是)[^，。！？\n]{0,4}(?:再也)?(?:不要|别|不用)(?:再)?醒(?:过)?来"
    r"|要是我?(?:从|從)(?:没有?|來沒)(?:出生|来过)"
)
_OTHERS = re.compile(
    r"他|她|你|您|他们|朋友|同学|同學|同事|邻居|网友|主角|主人公|角色|男主|女主|电影|電影"
    r"|小说|小說|歌|新闻|新聞|剧|有人|大家|学生|患者|病人"
)
_CHINESE_NEGATED = re.compile(r"(?:不|没|沒|没有|从没|从不|不会|绝不|不是)(?:真的)?$")
_CHINESE_LIGHT = re.compile("死$|死了|活不下去|离开|離開")
"""With laughter beside it, this is how people talk every day."""
_CHINESE_FIGURE = re.compile(r"价|價|大甩卖|机(?!会)|机票|似的|一样")


def speaks_of_self_harm(text: str) -> bool:
    """Whether the person says that they want to die or to harm themselves."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    plain = _SPACES.sub(" ", plain)
    plain = _APOSTROPHE.sub(r"\1n't", plain)
    if plain.isascii() and not _ENGLISH.search(plain):
        # So it is with nearly everything that is said: what no clause can have need not be cut up.
        return False
    laughs = bool(_LAUGHTER.search(plain))
    for clause in _CLAUSE.split(plain):
        if any(_is_meant(clause, found, laughs=laughs) for found in _ENGLISH.finditer(clause)):
            return True
        if any(_is_meant_so(clause, found, laughs=laughs) for found in _CHINESE.finditer(clause)):
            return True
    return False


def _is_meant(clause: str, found: re.Match[str], *, laughs: bool) -> bool:
    before, after = _around(clause, found)
    words = found[0]
    if _NEGATED.search(before):
        return False
    pronouns = _PRONOUN.findall(before)
    if pronouns and pronouns[-1] not in _ME:
        return False
    if words.endswith(_FIGURES):
        figure = _ENGLISH_FIGURE.match(after) and not _GRAVE.match(after)
        return not (laughs or figure)
    return True


def _is_meant_so(clause: str, found: re.Match[str], *, laughs: bool) -> bool:
    before, after = _around(clause, found)
    if _CHINESE_NEGATED.search(before) or _CHINESE_FIGURE.match(after):
        return False
    # The last one who is named is the one it is said of.
    said = before + found[0]
    others = list(_OTHERS.finditer(said))
    if others and "我" not in said[others[-1].end() :]:
        return False
    return not (laughs and _CHINESE_LIGHT.search(found[0]))


def _around(clause: str, found: re.Match[str]) -> tuple[str, str]:
    start, end = found.span()
    return clause[max(0, start - NEARBY) : start], clause[end : end + NEARBY]


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What is shown to somebody who speaks of harming themselves."""

    country: str | None = None
    """Whose helpline, as ISO 3166 has it (`DE`); None: where the person's time zone lies."""
    resources: tuple[str, ...] = ()
    """Lines in place of the helpline of the country."""
    without_model: bool = False
    """Whether the model is too small to be trusted with this: it is not asked, and words of ours
    take the place of its reply."""

    def remark(self, language: str, zone: ZoneInfo) -> str:
        """Some words and where help can be found, in that language."""
        lines = [f"· {line}" for line in self.resources]
        known = LINES.get((self.country or _country_of(zone)).upper())
        if not lines and known is not None:
            name, contact = known
            lines.append(say(language, "care-line", name=name, contact=contact))
        if not self.resources:
            lines.append(say(language, "care-anywhere"))
        return say(language, "care-remark", resources="\n".join(lines))

    def words(self, language: str, *, is_first: bool) -> str | None:
        """What is said in place of the model; None: the model is trusted with it."""
        if not self.without_model:
            return None
        return say(language, "care-reply" if is_first else "care-reply-again")


def _country_of(zone: ZoneInfo) -> str:
    """From the Unicode CLDR; empty where a zone belongs to no country."""
    aliases = get_global("zone_aliases")
    return str(get_global("zone_territories").get(aliases.get(zone.key, zone.key), ""))
