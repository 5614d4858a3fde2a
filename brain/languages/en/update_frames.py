"""Lists the forms in which people state things of their lives in English, one name a form."""

from brain.languages.en.pattern_words import (
    BONDS,
    DEVICES,
    DIETS,
    IS,
    NOT_WHEN,
    OCCUPATION,
    SUBJECT,
    VALUE,
    WORD_NUMBER,
)
from brain.languages.parts import Frame

LIFE_FRAMES = (
    Frame(
        "new",
        ("residence",),
        rf"\b(?:my|our) new (?:home )?(?:address|home|flat|apartment|house"
        rf"|place) is (?:now )?(?:in|on|at)? ?{VALUE}",
    ),
    Frame(
        "is",
        ("residence",),
        r"(?:^|\b(?:my|our) )(?:current )?(?:home |postal )?(?:address|home|flat|apartment"
        r"|house|place) is "
        r"(?:still |now |currently )?(?:in|on|at)? ?(?P<value>(?:the )?(?-i:[A-Z]|\d|\w+ floor).*)",
    ),
    Frame(
        "new",
        ("household",),
        rf"{SUBJECT}(?:moved|move|moving) (?:back )?(?:in )?with {VALUE}",
    ),
    Frame(
        "is",
        ("household",),
        rf"{SUBJECT}(?:live|lives|living) (?P<value>(?:with|alone|by myself).*)",
    ),
    Frame("is", ("phone",), r"\b(?:reach|call|text|ring) me (?:at|on) (?P<value>[+(\d].*)"),
    Frame("new", ("email",), r"\b(?:switched|changed|moved) to (?P<value>\S+@\S+)"),
    Frame("is", ("email",), r"\b(?:write to|e-?mail|reach|mail) me (?:at|on) (?P<value>\S+@\S+)"),
    Frame(
        "is",
        ("residence",),
        rf"{SUBJECT}(?:rent|rents|renting|own|owns) (?:an? |my |our )?[\w ]*?(?:flat|house"
        rf"|apartment"
        rf"|studio|place|room"
        r"|condo|bungalow|cottage) (?:in|on|at|near) (?P<value>.+)",
    ),
    Frame(
        "new",
        ("residence",),
        rf"{SUBJECT}(?:bought|rented|found|got) (?:an? |our |my )?(?:new )?[\w ]*?(?:flat|house"
        rf"|apartment|studio|place"
        r"|condo|bungalow|cottage) (?:in|on|at) (?P<value>.+)",
    ),
    Frame(
        "new",
        ("residence",),
        r"\b(?:am|are) (?:now )?in (?P<value>(?-i:[A-Z]\w+)) (?:now|these days|as of)\b",
    ),
    Frame(
        "is",
        ("height",),
        rf"{SUBJECT}(?P<value>\d[\d.,]* ?(?:cm|m|ft|feet|foot|metres|meters|inches).*) tall",
    ),
    Frame(
        "is",
        ("team",),
        rf"{SUBJECT}(?:on|in|with|of) the (?P<value>[\w ]+?) (?:team|department|squad|unit)\b",
    ),
    Frame(
        "new",
        ("team",),
        rf"{SUBJECT}(?:switched|moved|transferred|joined"
        rf"|changed)(?: over)?(?: to)? the (?P<value>[\w ]+?)"
        r" (?:team|department|squad|unit)\b",
    ),
    Frame(
        "new",
        ("workplace mode",),
        r"\b(?:put|moved|switched|changed|am|work|working)(?: me)? (?:on|onto"
        r"|to) (?P<value>(?:the )?\w+shift.*)",
    ),
    Frame("is", ("school",), rf"{SUBJECT}(?:stud(?:y|ies|ying)) at {VALUE}"),
    Frame(
        "is",
        ("study",),
        r"\b(?:doing|do|does|pursuing) (?:an?|my) (?:master's|masters|phd|degree|bachelor's"
        r"|course|ba|ma|bsc|msc) in (?P<value>.+)",
    ),
    Frame(
        "new",
        ("study",),
        r"\b(?:changed|switched) my (?:master's|masters|phd|degree|bachelor's|course|programme"
        r"|program|subject)"
        r"(?: from [\w ]+)? to (?P<value>.+)",
    ),
    Frame(
        "new",
        ("school",),
        rf"{SUBJECT}(?:transferred|switched|moved|changed) to (?P<value>.*\b(?:school|university"
        rf"|college|academy|high|elementary|primary)\b.*)",
    ),
    Frame(
        "new",
        ("bond",),
        r"\b(?P<value>met (?:someone|somebody)|(?:are|am) (?:together|a couple"
        r"|in a relationship|an item) now)",
    ),
    Frame(
        "new",
        ("residence",),
        rf"{SUBJECT}(?:moved|relocated|resettled|emigrated|immigrated|transferred"
        r"|move(?=s? back))"
        r" (?:(?:back|house|home|flats?|apartments?|out|away|over|up|down|across|abroad"
        r"|here|there"
        r"|again|permanently|all the way|from (?:the )?[\w-]+(?: [A-Z]\w+)?|last \w+) )*"
        r"(?:to|into|in|back to) "
        rf"(?!.*\b(?:school|university|college|academy|High|Primary)\b){NOT_WHEN}{VALUE}",
    ),
    Frame(
        "is",
        ("residence",),
        rf"{SUBJECT}(?:live|lives|living|reside|resides|based|settled|stay|staying)"
        rf"(?: (?:now|back|currently|again|happily|over|right|out|up|down|permanently))?"
        rf" (?:in|at|on|here in|over in|out in) {VALUE}",
    ),
    Frame(
        "new",
        ("work", "role", "employer", "job"),
        rf"{SUBJECT}(?:started|starting|begin|began|got|found|landed|took|accepted|have) "
        r"(?:(?:a|my|the|up|working|that|an) )*(?:new )?(?:job|position|role|gig|work)s?\b"
        r"(?: (?:at|as|with|for|in) (?P<value>.+))?",
    ),
    Frame(
        "new",
        ("work", "role", "employer", "job"),
        rf"{SUBJECT}(?:(?:changed|switched|swapped) (?:jobs?|careers?|employers?|companies)"
        r"|(?:quit|left|resigned from|lost|gave up) (?:my |the |his |her |their )?"
        r"(?:job|position|post)|(?:got |was |been |were )?(?:laid off|fired|let go"
        r"|made redundant)"
        r"|retired|resigned|handed in my notice)(?: (?:to|and) (?P<value>.+))?",
    ),
    Frame(
        "new",
        ("work", "role", "employer", "job"),
        rf"{SUBJECT}(?:got hired|was hired|was recruited|hired|joined|started|began|became"
        rf"|retrained"
        rf"|signed on) (?:working )?(?:(?:at|as) |(?=(?:an? |the ){OCCUPATION}\b)|(?=(?-i:[A-Z])))"
        rf"{VALUE}",
    ),
    Frame(
        "new",
        ("role",),
        rf"{SUBJECT}(?:got |was |been )?promoted to {VALUE}",
    ),
    Frame(
        "is",
        ("job",),
        r"\b(?:am|is|are|still|currently)(?: now| still| currently"
        r"| right now)* (?P<value>(?:unemployed|jobless|out of work"
        r"|between jobs)\b.*)",
    ),
    Frame(
        "is",
        ("workplace mode",),
        rf"{SUBJECT}(?:work|works|working)(?: \w+)? (?P<value>(?:from home|remote(?:ly)?"
        rf"|in (?:the|an)"
        r" office|on[- ]site|\w+shift|nights|full-time|days|shifts).*)",
    ),
    Frame(
        "is",
        ("employer",),
        rf"{SUBJECT}(?:work|works|working|employed)(?: now| again| \w+ly| over)* (?:at|for"
        rf"|with) {VALUE}",
    ),
    Frame("is", ("employer",), rf"{SUBJECT}(?:work|works|working) in (?=a |an |the ){VALUE}"),
    Frame("is", ("role",), rf"{SUBJECT}(?:work|works|working|employed)(?: \w+)? as {VALUE}"),
    Frame(
        "is",
        ("role",),
        rf"{IS} (?:an? |the )(?P<value>{OCCUPATION}\b.*)",
    ),
    Frame("is", ("role", "work"), rf"{SUBJECT}(?P<value>teach(?:es)? .+)"),
    Frame("is", ("study",), rf"{SUBJECT}(?:stud(?:y|ies|ying)|major(?:s|ing)? in) {VALUE}"),
    Frame(
        "new",
        ("study",),
        rf"{SUBJECT}(?:switched|changed|transferred) (?:from [\w ]+ )?to (?P<value>\w+)$",
    ),
    Frame(
        "is",
        ("school",),
        rf"{SUBJECT}(?:go|goes|attend|attends|studies|study)(?: to| at)? "
        r"(?P<value>.*\b(?:school|university|college|academy|kindergarten|nursery|high)\b.*)",
    ),
    Frame(
        "new",
        ("school",),
        rf"{SUBJECT}(?:changed|switched|transferred) (?:schools?|universit\w+|colleges?)"
        r"(?: to (?P<value>.+))?",
    ),
    Frame(
        "new",
        ("name",),
        r"\b(?:(?:please|just|you can) call me|changed my name to|my name (?:is now|now is)"
        rf"|i go by|i am going by|people call me) {VALUE}",
    ),
    Frame("is", ("name",), rf"\bi am (?:called|named) {VALUE}"),
    Frame(
        "new",
        ("age",),
        rf"{SUBJECT}(?:turned|turning|turns) (?P<value>\d{{1,3}}|{WORD_NUMBER})\b",
    ),
    Frame(
        "is",
        ("age",),
        rf"{IS} (?P<value>\d{{1,3}}|{WORD_NUMBER})(?: years? old| yo| years of age|$| now$)",
    ),
    Frame(
        "is",
        ("weight",),
        rf"{IS} (?P<value>\d[\d.,]* ?(?:kg|kilos?|lbs?|pounds|stone|kilograms)\b.*)",
    ),
    Frame(
        "is",
        ("partner",),
        r"\b(?:have|has|met) a (?:new )?partner,? (?:named|called) (?P<value>.+)",
    ),
    Frame("is", ("weight",), rf"{SUBJECT}weighs? (?:in at |around |about |roughly |only )*{VALUE}"),
    Frame(
        "new",
        ("weight",),
        r"\b(?:(?:am|got|went|gone|slimmed|came)(?: \w+)? (?:down|up|back) to"
        r"|(?:lost|gained) weight[^,]* to|dropped to) "
        r"(?P<value>\d[\d.,]* ?(?:kg|kilos?|lbs?|pounds|stone|kilograms).*)",
    ),
    Frame(
        "new",
        ("diet",),
        rf"{SUBJECT}(?:became|become|went|gone|go|turned|going) (?:a |fully |completely |mostly "
        rf"|strictly )*(?P<value>(?:{DIETS}).*)",
    ),
    Frame(
        "new",
        ("diet",),
        r"\b(?P<value>eat(?:ing)? (?:meat|fish|dairy|everything|gluten|cheese) again.*)",
    ),
    Frame(
        "is",
        ("diet",),
        rf"{IS} (?:(?:a|an|on|the|strictly|strict|mostly) )*(?P<value>(?:{DIETS})\b.*)",
    ),
    Frame(
        "is", ("diet",), rf"{SUBJECT}(?:eat|eats) (?P<value>(?:meat|everything|anything|fish)\b.*)"
    ),
    Frame(
        "new",
        ("bond", "partner"),
        rf"{SUBJECT}(?:(?:have |just |finally |recently )*(?:broke up|broken up|split up|separated"
        r"|(?:got |am |getting )?divorced|parted ways)(?: (?:with|from) (?P<value>.+))?"
        r"|(?:got )?dumped.*)",
    ),
    Frame(
        "new",
        ("bond",),
        rf"{SUBJECT}(?:(?:got|getting|am getting) )(?P<value>(?:{BONDS}|back together)\b.*)"
        r"|\bsaid yes\b|\bproposed\b|\bwe tied the knot\b|\bwe eloped\b",
    ),
    Frame(
        "new",
        ("bond", "partner"),
        rf"{SUBJECT}(?:dating|(?<=am |is |en )seeing|going out with|together with"
        rf"|started dating|started seeing"
        r"|in a relationship with|engaged to|married to) (?P<value>(?-i:[A-Z]\w+).*)",
    ),
    Frame("is", ("bond",), rf"{IS} (?P<value>(?:{BONDS})\b.*)"),
    Frame("is", ("bond",), rf"{SUBJECT}(?:have|has|got|met) a (?:new )?(?P<value>partner)\b"),
    Frame("is", ("car",), rf"{SUBJECT}(?:drive|drives|driving) (?=an? |my ){VALUE}"),
    Frame("is", ("team",), rf"{SUBJECT}(?:play|plays|playing)(?: \w+)? for (?:the )?{VALUE}"),
    Frame(
        "new",
        ("team",),
        rf"{SUBJECT}(?:joined|signed (?:for|with)|transferred to"
        rf"|switched to) (?:the )?(?P<value>(?-i:[A-Z]\w+s\b).*)",
    ),
    Frame(
        "is",
        ("device",),
        rf"{SUBJECT}(?:use|uses|using|have|has) (?:an? |my )(?:\w+ )?(?P<value>{DEVICES}.*)",
    ),
    Frame(
        "new",
        ("device",),
        rf"{SUBJECT}(?:switched|changed|moved|upgraded)(?: over)? to (?:an? |the )(?:new )?"
        rf"(?P<value>{DEVICES}.*)",
    ),
)
