"""Recognises when people say in Chinese that they want to die or to harm themselves.

The patterns are in simplified characters, and contain no hints; see `brain.care`.
"""

import re

from brain.care.patterns import STOPS, any_of, around, patterns
from brain.languages.parts import SelfHarm

_MEAN = "(?:想|要|打算|准备|考虑|企图|试图|尝试|试过|念头|决定|计划)"
_MANY = "(?:很多|好多|大量|过量|一整?瓶|半瓶|一把|几十[颗片粒])"
_THINGS = (
    "[你您机他她它我妈爸爷奶爹娘哥姐弟妹家磕守记党心板里角海侍活撑扛皮缠宅循灰锁盯等背咬线对]"
    "|大家|亡谷|[啊吗呀]你"
)
"""What must not follow 想死: missing a person, the Dead Sea, deadlocks, rigid thinking, ..."""

_CHINESE = re.compile(
    any_of(
        f"{_MEAN}[^，。！？,.!?\\n]{{0,4}}"
        "(?:自杀|轻生|自残|自伤|割腕|上吊|跳楼|跳河(?![里边])|寻死|自我了断|一死了之)",
        "自(?:杀|残)的(?:念头|想法|冲动)|轻生的(?:念头|想法|冲动)",
        "我(?:曾经?|以前|去年|小时候|也|又|有过?)*(?:自杀倾向|自杀未遂|自杀过)|差点就?自杀",
        "(?:不如|恨不得|干脆)(?:就|去)?(?:自杀|一死了之)",
        "(?:想|不如|恨不得)(?:要|就|就此|干脆|这样)?一了百了|死了就?一了百了",
        f"(?<![理思梦联幻设猜])(?:想要|好想|只想|真想|很想|想)(?:去)?死(?!{_THINGS})",
        f"(?:要|打算|准备|决定|宁愿|宁可)去死(?!{_THINGS})",
        "恨不得(?:去死|死了)|让我(?:去)?死(?:吧|了|掉)|我(?:还是|就)?去死(?:吧|算了|好了)",
        "(?:不如|想|要|干脆|让我)死了(?:算了|好)|(?:^|要不|还是)我?(?:还是|真的)?死了算了",
        "(?:希望|但愿|祈祷)(?:自己|我)(?:能|可以)?(?:快点|早点|马上|赶快|现在就)?死(?![后前时])",
        "(?:结束|了结|了断)(?:自己|我|这)(?:的|条)?(?:生命|一生|性命|命)",
        "(?:想|要)(?:结束|了断|了结)(?:自己(?!的)|生命|性命)|想要?结束这?一切",
        "想要?(?:永远|就此)?离开这个世界|想要?从(?:这个?)?世界上?(?:彻底)?消失|想要?(?:永远|彻底)消失(?!的)",
        "想要?从[^，。！？\\n]{0,4}(?:楼|桥|窗|阳台|天台|屋顶)[^，。！？\\n]{0,3}跳下去",
        "不想(?:再|继续)?(?:活(?![动跃泼捉得成出]|在(?!这|世))|存在(?:了|于世|在这))|不要(?:再)?活(?:了|下去|着)",
        "活不下去|(?:我|真的?|已经|早就|都)活[够腻]了",
        "活着(?:真的|真|好|太|实在)?(?:没有?|还有)(?:什么|啥|任何)?(?:意思|意义)|活着有(?:什么|啥)(?:意思|意义)",
        "(?:没有?|失去了?|找不到|看不到)[^，。！？\\n]{0,4}(?:活下去|活着)的"
        "(?:意义|理由|勇气|动力|希望|欲望|必要)",
        "(?:希望|要是)[^，。！？\\n]{0,4}(?:再也)?(?:不要|别|不用)再?醒过?来",
        "(?:再也不想|不想再|永远不想)醒过?来|(?:想|希望)[^，。！？\\n]{0,4}(?:一睡不醒|长睡不醒)",
        "要是我?从(?:没有?|来没)(?:出生|来过)",
        "我(?:要是|如果)?死了(?:也|都|会不会|是不是|估计)?(?:没有?|不会有)人会?"
        "(?:在乎|在意|关心|知道|难过|发现)",
        "(?:想|要|忍不住|一直在?|总是|故意)去?(?:伤害|割伤|划伤|弄伤|割|划)自己(?![的身最亲家爱])",
        "我(?:又|刚|刚刚|昨[天晚]|今[天晚])?(?:又|刚)?割(?:腕|手腕)",
        f"(?:吃|吞|服)[下了]{{0,2}}{_MANY}的?安眠药|吞[下了]{{0,2}}一整瓶药|吞药自杀",
        "我(?:已经|都)?(?:在|想|要)?(?:写|留|准备)(?:好|完|下)?了?一?封?遗书|我的遗书",
        "遗书(?:都|已经)?(?:写|准备)好了",
    )
)
_OTHERS = re.compile(
    "他|她|它|你|您|朋友|同学|同事|邻居|网友|主角|主人公|角色|男主|女主|电影|小说|歌|新闻|剧|有人"
    "|大家|学生|患者|病人|《》"
)
_RELATIVE = re.compile(
    "我的?(?:爸爸?|妈妈?|[哥姐弟妹]+|爷爷|奶奶|外[公婆]|叔叔|舅舅|阿?姨|丈夫|妻子|老[公婆师板]|儿子|女儿"
    "|孩子|[男女]友)[^，。我走死离去没骂打]{0,3}$"
)
"""A relative whom the words are about, if they stand at most three characters before them."""
_NEGATED = re.compile(r"(?:不|没|没有|从没|从不|不会|绝不|不是|(?<![特分告离区个])别)(?:真的|再)?$")
_LIGHT = re.compile("死$|死了|活不下去|离开|去死|跳下去")
"""Words that are not meant where there is laughter beside them."""
_FIGURE = re.compile(r"价|大甩卖|机(?!会)|机票|似的|一样")
_DEGREE = re.compile(r"[多忙聊尬热冷困饿撑辣酸吵羞笑贵堵][得到]$")
"""Exaggerations before 想死, such as how hot or boring something is."""
_THING = re.compile(
    "(?:[这那][只支台辆部款棵][^，。]{0,3}|股票?|基金|大盘|指数|电脑|手机|服务器|程序)(?:是|又|也|真的?)?$"
)
"""Things before 想死 that the word is about, rather than the person."""


_SIMPLIFIED = str.maketrans(
    "殺輕殘傷樓準備慮圖試嘗決尋動躍潑繼續著機媽黨裡裏沒還這個結從離開讓遠條義衝頭來價電說聞劇學鄰們網麼"
    "無點樣後過會見藥時為遺書寫氣熱餓買斷遊顆問題輩陽臺爺夠總嗎",
    "杀轻残伤楼准备虑图试尝决寻动跃泼继续着机妈党里里没还这个结从离开让远条义冲头来价电说闻剧学邻们网么"
    "无点样后过会见药时为遗书写气热饿买断游颗问题辈阳台爷够总吗",
)
"""Replaces the traditional characters of the patterns by simplified ones."""
_SPELLINGS = patterns(
    # The title of a work is not what the person says.
    (r"《[^》\n。]{1,40}》", "《》"),
)
_CLAUSE = re.compile(STOPS)


def _is_meant(clause: str, found: re.Match[str], *, laughs: bool) -> bool:
    before, after = around(clause, found)
    if _NEGATED.search(before) or _RELATIVE.search(before) or _FIGURE.match(after):
        return False
    if found[0].endswith("死") and (_DEGREE.search(before) or _THING.search(before)):
        return False
    # The words are about the person who is named last.
    said = before + found[0]
    others = list(_OTHERS.finditer(said))
    if others and "我" not in said[others[-1].end() :]:
        return False
    return not (laughs and _LIGHT.search(found[0]))


SELF_HARM = SelfHarm(
    letters=_SIMPLIFIED,
    spellings=_SPELLINGS,
    clauses=_CLAUSE,
    words=_CHINESE,
    is_meant=_is_meant,
    laughter=re.compile("哈哈|hhh|233|[😂🤣😆😹💀]"),
)
