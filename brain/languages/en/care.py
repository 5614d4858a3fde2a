"""Recognises when people say in English that they want to die or to harm themselves.

Spellings are normalised first: "im gonna", "do not" and "wanna" become one form each, so that the
patterns contain each phrase once. They contain no hints; see `brain.care`.
"""

import re

from brain.care.patterns import END, QUOTED, STOPS, any_of, around, patterns
from brain.languages.parts import SelfHarm

_WORK = "(?:song|track|album|band|movie|film|show|book|novel|poem|episode|game|called|titled)"
_TRAIT = (
    "(?:esteem|confidence|image|worth|respect|control|care|discipline|doubt|defen[cs]e|study|help)"
)
_INTENT = r"(?:want|going|about|ready|have|need|trying|like) to|i'll|i will|i might|i should"

_SPELLINGS = patterns(
    # The title of a work is not what the person says.
    (rf"\b({_WORK} (?:is |was |called |named |titled ){{0,3}}){QUOTED}", r"\1"),
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

_WANT = r"want(?:ed|ing)? to"
_NOT_WANT = (
    r"(?:(?:don't|didn't|haven't|hadn't|never|not) (?:want(?:ed)?|wish|care)"
    r"|stop(?:ped)? wanting) to"
)
_MEAN = (
    rf"(?:{_WANT}|(?:going|about|ready|need|have|decided|trying|tried|plan|urge) to"
    r"|i'll|i will|i might|i may|i should"
    r"|(?:think(?:ing)?|thought|plan(?:ned|ning)?) (?:of|about|on)|feel(?:ing)? like)"
)
"""Words that turn a deed into an intention."""
_SUICIDE = (
    r"suicide(?! (?:squad|prevention|awareness|hot ?line|help ?line|bomb|mission|door|girl|sheep"
    r"|squeeze|rate))"
)
_SLICE = r"(?! (?:if|on|at|a|an|another|some|off|short|loose|free|from|shaving)\b)"
"""What must not follow "cut myself": a slice of cake, some slack, off from the world."""
_WORKS = r"(?! (?:in|into|to|back|seriously|forward|somewhere|further|as)\b)"
"""What must not follow "my life": to take it seriously, or into one's hands."""

_ENGLISH = re.compile(
    r"\b(?:"
    + any_of(
        # Killing oneself.
        r"(?:kill|killing|unalive|unaliving|hang|hanging) myself",
        r"(?:shoot|shooting) myself(?! in the foot)",
        r"(?:drown|drowning) myself(?! in (?!the |a |my ))",
        rf"if i killed myself|(?:almost|nearly) killed myself(?= (?:last|yesterday|today)\b|{END})",
        rf"{_MEAN} (?:off|offing|end|ending) myself",
        rf"(?:end|ending|ended) my (?:own )?life{_WORKS}|(?:take|taking|took) my own life{_WORKS}",
        r"(?:want(?:ed)?|going|plan(?:ning)?|thought|thinking|about|tried|trying)"
        rf" (?:to|of|about)? ?(?:take|taking) my life{_WORKS}",
        rf"(?:commit|committing|attempt(?:ed|ing)?|consider(?:ed|ing)?|contemplat(?:e|ed|ing))"
        rf" {_SUICIDE}|if i committed suicide",
        rf"(?:think(?:ing)?|thought) (?:of|about) {_SUICIDE}|plan(?:ned|ning)? (?:my )?{_SUICIDE}",
        rf"my (?:own |first |last |second )?{_SUICIDE}",
        r"(?:wrote|written|writing|write) (?:a|my) suicide note",
        rf"{_SUICIDE} is (?:the|my) only",
        r"(?:feel(?:ing)?|felt|am|i'm|been|getting) (?:(?!not |never |into )\w+ )?suicidal",
        r"suicidal (?:thoughts?(?! by)|ideation|urges)|(?:have|had|having) suicidal tendencies",
        r"end(?:ing)? it all|want(?:ed)? it all to end",
        r"(?:want(?:ed)?|going|plan(?:ned|ning)?|thought|thinking) (?:to|of|about|on)"
        r" overdos(?:e|ing)",
        r"took (?:a|the) (?:whole|entire|full) bottle of (?:\w+ )?pills",
        r"took (?:too many|a handful of|a bunch of) (?:\w+ )?pills",
        r"slit(?:ting)? my (?:own )?(?:wrists?|throat)",
        rf"{_MEAN} (?:cut|cutting|slash|slashing) my wrists",
        rf"{_MEAN} (?:jump|jumping) (?:off|from) (?:a|the|this|that|my) (?:bridge|building|roof"
        r"|balcony|cliff|window)(?! (?:into|with|at|in|for)\b)",
        rf"{_MEAN} (?:jump|jumping|step|stepping|throw myself|throwing myself)"
        r" (?:in front of|under) (?:a|the) (?:train|bus|car|truck|subway)",
        # Harming oneself.
        rf"(?:going to|i'll) (?:hurt|cut|harm) myself{_SLICE}",
        rf"(?:{_WANT}|urge to|need to|thinking (?:of|about)|think about|keep(?: on)?|started"
        rf"|can't stop|been) (?:hurt|cut|harm|hurting|cutting|harming) myself{_SLICE}",
        r"(?:cut|burned|burnt|hurt|harmed) myself (?:on purpose|deliberately|intentionally|to feel"
        r"|to cope)",
        r"cut(?:ting)? myself again(?! (?:while|when|on|with|at|in|trying|shaving|cooking"
        r"|chopping|peeling|slicing|opening)\b)",
        r"cutting myself (?:is|helps|helped|makes|calms)",
        r"self[- ]harm(?:ing|ed)?",
        # Dying, and no longer existing.
        rf"{_WANT} die|ready to die|please let me die|i (?:deserve to|should) die{END}",
        rf"{_WANT} (?:be dead|stop existing|disappear forever|never wake up)",
        r"(?:hope|wish|pray) (?:that )?i (?:die|could die|would die)",
        r"hope (?:that )?i (?:don't|never|won't) wake up(?: tomorrow| again| anymore)?" + END,
        r"wish (?:that )?i (?:was|were|could be) dead",
        r"wish (?:that )?i (?:was|were|had|hadn't|wasn't|weren't) (?:never )?(?:been )?born",
        r"wish i'd never been born|wish (?:that )?i (?:didn't exist|wasn't alive|weren't alive)",
        r"wish i could (?:disappear forever|never wake up|not wake up)",
        r"(?:want to|could) (?:go to sleep|fall asleep|sleep) and (?:never|not) wake up",
        r"rather be dead|better off dead|(?:might|may) as well be dead",
        # Not living.
        rf"{_NOT_WANT} (?:live|be alive|exist(?! only)|keep living|go on living)",
        r"don't feel like (?:living|being alive)",
        rf"wouldn't mind (?:dying|being dead|not waking up){END}",
        rf"{_NOT_WANT} go on(?: anymore)?{END}",
        rf"don't want to wake up(?: tomorrow| again| anymore| ever again)?{END}",
        rf"{_NOT_WANT} be (?:here|around) (?:anymore|any longer(?! than))",
        r"(?:can't|couldn't) (?:go on|keep(?: on)?) living|can't live anymore",
        r"don't deserve to (?:live|be alive|exist)",
        r"what(?:'s| is) the point (?:of|in) (?:living|being alive)",
        r"(?:no|any) (?:reason|point|will|wish|desire) (?:left )?"
        r"(?:to live|in living|to keep living|to be alive|to go on(?! (?:about|with|a)\b))",
        r"(?:don't|can't) (?:see|have|find|feel) (?:a|the|one) (?:good |single )?"
        r"(?:reason|point|will) (?:to live|in living|to go on|to keep living)",
        r"rather not (?:live|be alive|exist|be here anymore)",
        r"i won't be alive (?:tomorrow|tonight|next week|anymore)",
        r"nothing (?:left |more )?to live for",
        r"(?:tired|sick) of (?:living|being alive|life)",
        r"life(?: isn't| is no longer|'s not| ain't) worth living",
        # What would happen without oneself.
        r"(?:they|everyone|everybody|the world|people|my (?:\w+ and )?(?:my )?\w+)"
        r"(?:'d| would| will| is| are)*(?: all)?(?: be)? better off without me",
        r"(?:better|easier|happier) if i (?:was|were) dead",
        r"(?:nobody|no one) would (?:miss me|care|notice) if i"
        r" (?:died|was dead|were dead|was gone|were gone|disappeared|killed myself)",
    )
    + r")\b"
)

_FIGURES = (
    *("die", "live", "of living", "in living", "of life", "to live for", "born", "wake up"),
    *("like living", "kill myself", "killing myself"),
)
"""Words that `_FIGURE` after them turns into a figure of speech; other words are always meant."""
_FIGURE = re.compile(
    # What makes the words before it a figure of speech, or another sentence.
    r"\s*(?:of|from|with|for|by|laughing|over|if|when|every time|in my|on this hill|my hair"
    r"|in|on|at|near|next to|here|there|without (?!pain)|off|out|shaving|alone|beyond|a|as"
    r"|trying|working|doing|listening|watching|forever|together|under|far|so far|too far|that far"
    r"|this far|close|abroad|downtown|to (?:meet|finish|pay|be)|young|old|happy|rich|knowing"
    r"|surrounded|up to|through|between|among|inside)\b"
)
_GRAVE = re.compile(
    r"\s*(?:in peace|in my sleep|with dignity|without pain|for real|as soon|at (?:all|night)"
    r"|with (?:this|the|my|so much) (?:pain|depression|guilt|sadness)|in this (?:world|life)"
    r"|for (?:so |a |too )?(?:long|while|\w* ?(?:days|weeks|months|years)))"
)
_NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer|\bwithout)(?! (?:stop|help|resist)\b)"
    # "I" begins a new sentence, unless the person says that they do not think it.
    r"(?: (?:think|say|said|mean|believe)(?: that)? i(?:'m)?)?(?: (?!i\b|my\b)[\w']+){0,2} $"
)
_PRONOUN = re.compile(
    r"\b(i|i'm|i'd|i've|i'll|me|my|you|you're|he|she|they|we|who|people|everyone|somebody"
    r"|someone|character|protagonist|hero|friend|brother|sister|he's|she's|they're)\b"
)
_ME = {"i", "i'm", "i'd", "i've", "i'll", "me", "my"}
_SOMEBODY = re.compile(
    r"\b(?:mother|mom|mum|father|dad|uncle|aunt|cousin|son|daughter|wife|husband|boyfriend"
    r"|girlfriend|boss|colleague|classmate|roommate|neighbou?r|teacher|grand\w+|dog|cat|guy|man"
    r"|woman|girl|boy|kid|actor|singer|song|film|movie|book|novel|lyrics?)"
    r"(?: (?!i\b|i'm\b|me\b|my\b)[\w']+){0,2} $"
)
"""A person or a work that the words are about, if it stands at most two words before them."""
_CLAUSE = re.compile(rf"{STOPS}|, (?:and|but) ")
_WITHOUT_ME = re.compile(r"without me$| if i ")
"""Words about what others would do without the person, which are about the person."""


def _is_meant(clause: str, found: re.Match[str], *, laughs: bool) -> bool:
    before, after = around(clause, found)
    words = found[0]
    # "Not any reason" is meant, although it is negated.
    if _NEGATED.search(before) and not words.startswith("any "):
        return False
    pronouns = _PRONOUN.findall(before)
    of_another = _SOMEBODY.search(before) or (pronouns and pronouns[-1] not in _ME)
    if of_another and not _WITHOUT_ME.search(words):
        return False
    if words.endswith(_FIGURES):
        figure = _FIGURE.match(after) and not _GRAVE.match(after)
        return not (laughs or figure)
    return True


SELF_HARM = SelfHarm(
    spellings=_SPELLINGS,
    clauses=_CLAUSE,
    words=_ENGLISH,
    is_meant=_is_meant,
    laughter=re.compile(r"\b(?:lol|lmf?ao|rofl|haha\w*|jk|just kidding)\b|[😂🤣😆😹💀]"),
)
