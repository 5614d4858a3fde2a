"""Lists the forms in which people state habits, doses and plans in English, one name a form."""

from brain.languages.en.pattern_words import DIETS, IS, SUBJECT, VALUE, WEEKDAY
from brain.languages.parts import Frame

_AT = (
    r"(?:(?:at|by|around|about|before|until|till|only at|past) )+"
    r"(?P<value>(?:half )?(?:past )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\.?)?|five|six|seven"
    r"|eight|nine|ten|eleven|noon|midnight)(?: thirty)?)(?! ?%)\b"
)
_DOSE = r"(?P<value>\d[\d.,]* ?(?:m?c?g|ml|units?|iu)(?: (?:a|per) day| daily)?)"
_TIME = (
    r"(?:in|for|at|over|on|this|next|during) (?:the )?(?P<what>(?:january|february|march|april|may"
    r"|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter"
    r"|christmas|easter|new year'?s?(?: eve)?|thanksgiving|half term|(?:our|my|the) (?:honeymoon"
    r"|anniversary|birthday|holidays?|vacation)|holidays?|vacation|honeymoon|weekend))"
)
_SCHOOL = (
    r"(?-i:(?:[A-Z][\w']+ )+(?:Primary|Elementary|Academy|Prep|High|Middle|Juniors?|Infants|Grammar"
    r"|Comprehensive|Sixth Form)\b|St\.? [A-Z])"
)
_SPOT = (
    "room|building|floor|desk|table|seat|row|group|class|ward|bed|unit|platform|gate|year"
    "|grade|office|locker|bay|zone|stream|set"
)
_LABEL = r"(?:\d\w*|[a-z]\d*|one|two|three|four|five|six|seven|eight|nine|ten)\b"
_PLACE = r"(?:work|school|the office|uni|college|class)\b"
_NUMBER = r"(?P<value>\d[\d.,]*(?: ?[a-z%]+)?)"

HABIT_FRAMES = (
    Frame(
        "is",
        ("waking",),
        rf"{SUBJECT}(?:(?:get|gets|getting|am|is|waking|wake|wakes) up|rise)(?: \w+)?? {_AT}"
        rf"(?!.*\b(?:{WEEKDAY}|weekend|weekday)s?\b)",
    ),
    Frame(
        "is",
        ("bedtime",),
        rf"{SUBJECT}(?:(?:go|goes|going|get|am|off) to (?:bed|sleep)|in bed|asleep|fall asleep)"
        rf"(?: \w+)?? {_AT}(?!.*\b(?:{WEEKDAY}|weekend|weekday)s?\b)",
    ),
    Frame("is", ("reading",), rf"{IS} (?:re-?)?reading {VALUE}"),
    Frame("is", ("watching",), rf"{IS} (?:re-?)?(?:watching|bingeing|binging) {VALUE}"),
    Frame(
        "is",
        ("supported team",),
        rf"{SUBJECT}(?:support|supports|supporting|root for|follow) (?:the )?"
        r"(?P<value>(?-i:[A-Z]\w+).*)",
    ),
    Frame(
        "is",
        ("supported team",),
        rf"{IS} (?:an? |the )?(?:huge |big |proud |lifelong )?(?P<value>(?-i:[A-Z]\w+)(?: \w+)?) "
        r"(?:fan|supporter)\b",
    ),
    Frame(
        "new",
        (),
        rf"\b(?:put|bumped|moved|upped|raised|lowered|switched|increased|dropped)(?: me| it)?"
        rf"(?: up| down)? (?:to|on|onto) {_DOSE} (?:of )?(?P<what>[\w-]+)",
    ),
    Frame("is", (), rf"{IS} on {_DOSE} (?:of )?(?P<what>[\w-]+)"),
    Frame(
        "is",
        (),
        rf"{SUBJECT}(?:going|flying|travelling|traveling|heading|driving|off) to "
        rf"(?P<value>(?-i:[A-Z])[\w' ]+?|the [\w ]+?) {_TIME}\b",
    ),
    Frame(
        "new",
        ("weight",),
        r"^(?:i am |now )?(?:down|up|back) (?:to|at) "
        r"(?P<value>\d[\d.,]* ?(?:kg|kilos?|lbs?|pounds|stone|kilograms).*)",
    ),
    Frame("new", ("role",), rf"{SUBJECT}got promoted\b(?! to)"),
    Frame(
        "new",
        (),
        rf"\b(?:my|our|the) (?P<what>[\w' -]+?) (?:just |has |have |is |now |finally |only )*"
        rf"(?:hit|reached|passed|went up to|down to|up to) {_NUMBER}\b(?! ?[ap]\.?m)",
    ),
    Frame(
        "new",
        (),
        r"\b(?:had to|have to|got to|need to|needed to|decided to|managed to) "
        r"(?:push|move|change|switch|postpone|reschedule|shift|delay|bring)(?: back| forward)? "
        rf"(?:my|our|the) (?P<what>[\w' -]+?)(?: back| forward)? (?:to|until|till) {VALUE}",
    ),
    Frame(
        "new",
        (),
        rf"\b(?:moved|put|switched|transferred|changed)(?: me| us| him| her| them)?(?: over"
        rf"| up| down)?"
        rf" (?:in|on)?to (?:the )?(?P<what>{_SPOT}) (?P<value>{_LABEL})",
    ),
    Frame("is", (), rf"{IS} (?:in|on|at) (?:the )?(?P<what>{_SPOT}) (?P<value>{_LABEL})"),
    Frame("is", ("commute",), rf"{SUBJECT}(?:take|takes|catch|get) (?P<value>the \w+) to {_PLACE}"),
    Frame(
        "is",
        ("commute",),
        rf"{SUBJECT}(?P<value>cycles?|bikes?|walks?|drives?|runs?|scooters?) to {_PLACE}",
    ),
    Frame("is", ("due date",), rf"{SUBJECT}due (?:on |in |around )?(?P<value>.*\d.*)"),
    Frame("new", ("salary",), rf"{SUBJECT}got (?:a|my) (?:\w+ )?(?:raise|pay rise)"),
    Frame(
        "is",
        ("weight",),
        r"\b(?:my|our|the|his|her) (?P<what>[\w' -]+?) weighs (?P<value>\d.*)",
    ),
    Frame(
        "is",
        (),
        r"\b(?:naming|calling|gonna name|going to name|going to call) (?:the|our|my) "
        r"(?P<what>\w+) (?P<value>(?-i:[A-Z])\w+)",
    ),
    Frame(
        "new",
        (),
        r"\b(?:put|bumped|pushed|upped|raised) (?:the|my|our) (?P<what>[\w' -]+?) (?:up|down)"
        r"(?: again)? to (?P<value>.*\d.*)",
    ),
    Frame(
        "new",
        ("hair",),
        r"\bgot (?:a|my) (?P<value>[\w ]*(?:cut|bob|fringe|perm|buzzcut|bangs))\b",
    ),
    Frame(
        "is",
        ("diet",),
        rf"{IS} (?:\w+ )?(?:doing|eating|trying) (?:a |the )?(?P<value>(?:{DIETS})\b.*)",
    ),
    Frame(
        "is",
        ("school",),
        rf"{SUBJECT}(?:go|goes|going|attend|attends) to (?P<value>{_SCHOOL}.*)",
    ),
    Frame(
        "new",
        ("school",),
        rf"{SUBJECT}(?:transferred|switched|moved|changed|started|starts)(?: at| to)? "
        rf"(?P<value>{_SCHOOL}.*)",
    ),
    Frame("is", (), rf"^(?P<what>favourite [\w ]+?)(?: now)? (?:is|are)(?: now)? {VALUE}"),
    Frame(
        "is",
        (),
        r"^(?!(?:new|my|our|his|her|their|the|this|that|it|there|i|he|she|what|who)\b)"
        rf"(?P<what>[a-z][\w-]*(?: \w+)?) (?:is|starts|costs)(?: now)?(?: on| at| from)? "
        rf"(?P<value>(?:\d|{WEEKDAY}).*)",
    ),
    Frame("is", ("name",), rf"^(?:just |please |you can )?call me {VALUE}"),
    Frame("new", ("residence",), rf"^new (?:address|place|flat|apartment|home) is {VALUE}"),
)
