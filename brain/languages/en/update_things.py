"""Lists the forms in which people state things in English and name what they speak of."""

from brain.languages.en.pattern_words import MOVED, MOVES, OWNER, SUBJECT, VALUE, WHAT
from brain.languages.parts import Frame

THING_FRAMES = (
    Frame(
        "new",
        (),
        r"\brenamed (?:my|our|the) (?P<what>[\w ]+?) (?:to |as )?(?P<value>(?-i:[A-Z]).*)",
    ),
    Frame(
        "new",
        (),
        rf"{OWNER} {WHAT} (?:is|are|was|got|has been)(?: now| finally| already"
        rf"| officially)* (?P<value>(?:finished"
        r"|done|complete[d]?|live|launched|ready|on hold|paused|over|approved|rejected"
        r"|delivered)\b.*)",
    ),
    Frame("is", (), r"\b(?P<value>[ABCN][1-5]) (?:level )?in (?P<what>[A-Z]\w+)"),
    Frame(
        "new",
        (),
        r"\b(?:passed|reached|got|made it to|am at|hit) (?:the |my "
        r"|level )*(?P<value>[ABCN][1-5])\b"
        r"(?: exam| level| test| certificate)*(?: in| for| of) (?P<what>[A-Z]\w+)",
    ),
    Frame(
        "new",
        (),
        r"\b(?:passed|reached|got) (?:the |my )?(?P<what>[A-Z]\w+) (?P<value>[ABCN][1-5])\b",
    ),
    Frame(
        "is",
        (),
        r"\bha(?:ve|s) (?P<value>(?:\w+,? )*(?:long|short|curly|straight|brown|black|blonde?"
        r"|red|grey|dark|light)) (?P<what>hair)\b",
    ),
    Frame(
        "new",
        (),
        r"\b(?:cut|dyed|coloured|colored|shaved|chopped|painted|repainted) (?:off )?(?:my|our|the) "
        r"(?P<what>\w+(?: \w+)?) (?:off )?(?P<value>\w+)",
    ),
    Frame(
        "new",
        (),
        r"(?P<value>.+?) (?:is now|has become|have become|became) (?:my"
        r"|our) (?P<what>(?:new )?(?:favourite )?[\w ]+?)$",
    ),
    Frame("is", (), r"(?P<value>.+?) (?:is|are) my (?P<what>favourite [\w ]+?)$"),
    Frame(
        "is",
        (),
        r"\b(?:wears?|wearing|takes?|am|is) (?:an? )?(?P<what>(?:shoe |dress |shirt |ring |trouser "
        r"|jeans |"
        r"pants |hat )?size) (?P<value>\w+)",
    ),
    Frame(
        "new",
        (),
        rf"\b(?:the |my )?(?P<what>\w+)(?: office| has| have| just| had to)* {MOVES} (?:my|our"
        rf"|the)"
        rf" (?:appointment|slot|visit|session|booking)(?: from [^,]+?)? (?:to|until|till) {VALUE}",
    ),
    Frame(
        "new",
        (),
        rf"{OWNER} new {WHAT}(?: is| are|'s| will be| =)(?: called| named| on| at| in)? {VALUE}",
    ),
    Frame("new", (), rf"^new {WHAT}(?: is| are| =)? (?P<value>\S*\d\S*.*|(?-i:[A-Z]).*)"),
    Frame(
        "new",
        (),
        rf"\b(?:have|has|got|hired|found|met|bought) a new {WHAT} ?(?:,|called|named|-)? ?"
        r"(?P<value>(?-i:Dr|[A-Z]).*)?$",
    ),
    Frame(
        "new",
        (),
        rf"(?:{OWNER} )?{WHAT}(?: (?:has|have|had|got|was|were|is|are|been|being|just|already"
        rf"|even|only|now|officially))* {MOVED}(?: back| up| down| again| out)?"
        rf"(?: from [^,]+?)?(?: by [^,]+?)? (?:to|till|until|for) {VALUE}",
    ),
    Frame(
        "new",
        (),
        rf"\b{MOVES} (?:my|our|the|his|her|their|me|us|it|your)(?: own)? ?{WHAT}"
        rf"(?: (?:back|up|down|forward|over|again|out))?(?: from [^,]+?)? (?:to|until|till"
        rf"|into) {VALUE}",
    ),
    Frame("new", (), rf"\b(?:changed|switched|swapped|replaced) (?:my |our |the )?{WHAT}$"),
    Frame(
        "is",
        (),
        rf"{OWNER} {WHAT}(?: is| are|'s| will be| =| costs?| leaves?| starts?| begins?"
        r"| takes place| expires?| ends?| departs?| opens?| closes?)"
        r"(?: (?:now|still|currently|actually|already|only|officially|again|definitely))*"
        r"(?: (?:called|named|scheduled|planned|set|due|booked|fixed|supposed to be))?"
        rf"(?: (?:for|on|at|in|by|from(?= \d)|around|about|to be))? {VALUE}",
    ),
    Frame(
        "is",
        (),
        rf"{SUBJECT}(?:pay|pays|paying) {VALUE} (?:for|in) (?:my |our |the )?(?P<what>[\w ]+?)$",
    ),
    Frame(
        "is",
        (),
        rf"{SUBJECT}(?:take|takes|taking) (?P<value>\d[\d.,]* ?m?c?g(?: a day"
        rf"| daily)?) (?:of )?(?P<what>[\w-]+)",
    ),
    Frame(
        "is",
        (),
        r"\b(?:i|we)(?: (?:always|usually|now|still|mostly"
        r"|also))* (?P<what>[a-z]{3,}(?: \w+)?) (?:by|for|under) "
        r"(?P<value>.+)",
    ),
    Frame("is", (), r"\bi (?P<what>speak) (?P<value>(?:a little|some|fluent|basic|no) .+)"),
)
