"""Lists the forms in which people state things in English of which there is one at a time."""

from brain.languages.parts import Frame

PEOPLE = (
    "mother|father|parents?|son|daughter|child|children|kids?|sister|brother|siblings?|twins?"
    "|grandm\\w+|grandf\\w+|grandparents|aunt\\w*|uncle|cousin|niece|nephew|[a-z]+-in-law|partner"
    "|friend|friends|neighbou?r|flatmate|roommate|housemate|colleague|boss|ex|family"
)
_ADVERBS = (
    r"(?:'ve|'s|'m|'re)?(?: (?:have|has|am|is|are|was|been|just|finally|recently|actually|already"
    r"|now|all|both|currently|still|only|officially|even|always|usually|mostly|also|then|ended up"
    r"|going by|(?:have|has) to|got to|mainly|really|live and))*"
)
_NAME = (
    r"(?-i:(?!(?:The|My|Our|His|Her|Their|A|An|This|That|It|In|On|At|But|And|So|Just"
    r"|You)\b)[A-Z][a-z]+)"
)
_S = rf"(?:^|\b(?:i|we|he|she|they|{PEOPLE}|{_NAME}))(?:'ve)?{_ADVERBS} ?\b"
_V = r"(?P<value>.+)"
_WHAT = r"(?P<what>(?:[\w'.&-]+ ){0,5}?[\w'.&-]+?)"
_OWNER = r"(?:^|\b)(?:my|our|the|his|her|their|your|this|that|[\w-]+'s)"
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)"
)
WORD_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety)(?:[- ]\w+)?)"
)
_NOT_WHEN = (
    rf"(?!(?:(?:next|this|the|last|on|early|late|mid) )*(?:{WEEKDAY}|{MONTH}|\d|tomorrow|next"
    rf"|noon))"
)
_OCCUPATION = (
    r"(?:[\w-]+ ){0,3}?(?:\w+(?:ist|ician|ologist|keeper|maker|smith|worker|fighter|writer)|teacher"
    r"|tutor|professor|lecturer|engineer|doctor|surgeon|nurse|midwife|vet|lawyer|judge|student"
    r"|developer|programmer|designer|author|editor|driver|manager|chef|cook|baker|farmer|painter"
    r"|singer|actor|actress|researcher|accountant|photographer|carpenter|plumber|electrician"
    r"|mechanic|librarian|waiter|waitress|cashier|translator|soldier|pilot|architect|freelancer"
    r"|officer|courier|barista|bartender|consultant|analyst|secretary|clerk|hairdresser|barber"
    r"|gardener|guard|cleaner|paramedic|trainer|coach|director|intern|apprentice|butcher|sailor"
    r"|florist|builder|welder|trader|broker|banker|salesperson|salesman|assistant|lead|principal)"
)
_MOVES = (
    r"(?:moved|changed|switched|pushed(?: back)?|pushed out|postponed|rescheduled|delayed|shifted"
    r"|brought forward|put off|updated|renamed|extended|bumped(?: up| down)?|raised|increased"
    r"|lowered|reduced|cut|upped|dropped|reset|transferred|upgraded|downgraded|converted|turned)"
)
_MOVED = (
    rf"(?:{_MOVES}|went up|gone up|went down|gone down|rose|risen|fell|fallen|climbed|jumped|grew"
    r"|grown|came down|improved|advanced|slipped)"
)
_DIETS = (
    r"vegetarian|vegan|pescatarian|flexitarian|carnivore|omnivore|keto|paleo|gluten[- ]free"
    r"|plant[- ]based|dairy[- ]free|veggie"
)
_BONDS = (
    r"single|married|engaged|divorced|widowed|separated|in a relationship|seeing someone"
    r"|dating someone|in love"
)

FRAMES = (
    Frame(
        "new",
        ("household",),
        rf"{_S}(?:moved|move|moving) (?:back )?(?:in )?with {_V}",
    ),
    Frame(
        "is",
        ("household",),
        rf"{_S}(?:live|lives|living) (?P<value>(?:with|alone|by myself).*)",
    ),
    Frame(
        "new",
        ("residence",),
        rf"{_S}(?:moved|relocated|resettled|emigrated|immigrated|transferred"
        r"|move(?=s? back))"
        r" (?:(?:back|house|home|flats?|apartments?|out|away|over|up|down|across|abroad"
        r"|here|there"
        r"|again|permanently|all the way|from (?:the )?[\w-]+(?: [A-Z]\w+)?|last \w+) )*"
        rf"(?:to|into|in|back to) {_NOT_WHEN}{_V}",
    ),
    Frame(
        "is",
        ("residence",),
        rf"{_S}(?:live|lives|living|reside|resides|based|settled|stay|staying)"
        rf"(?: (?:now|back|currently|again|happily|over|right|out|up|down|permanently))?"
        rf" (?:in|at|on|here in|over in|out in) {_V}",
    ),
    Frame(
        "new",
        ("work", "role", "employer", "job"),
        rf"{_S}(?:started|starting|begin|began|got|found|landed|took|accepted|have) "
        r"(?:(?:a|my|the|up|working|that|an) )*(?:new )?(?:job|position|role|gig)s?\b"
        r"(?: (?:at|as|with|for|in) (?P<value>.+))?",
    ),
    Frame(
        "new",
        ("work", "role", "employer", "job"),
        rf"{_S}(?:(?:changed|switched|swapped) (?:jobs?|careers?|employers?|companies)"
        r"|(?:quit|left|resigned from|lost|gave up) (?:my |the |his |her |their )?"
        r"(?:job|position|post)|(?:got |was |been |were )?(?:laid off|fired|let go"
        r"|made redundant)"
        r"|retired|resigned|handed in my notice)(?: (?:to|and) (?P<value>.+))?",
    ),
    Frame(
        "new",
        ("work", "role", "employer", "job"),
        rf"{_S}(?:got hired|was hired|was recruited|hired|joined|started|start|began|became"
        r"|promoted to|retrained|signed on)"
        rf" (?:working )?(?:at|as|by|for|with|(?=(?:a|an|the) {_OCCUPATION}\b)) ?{_V}",
    ),
    Frame(
        "new",
        ("role",),
        rf"{_S}(?:got |was |been )?promoted to {_V}",
    ),
    Frame("is", ("job",), rf"{_S}(?P<value>(?:unemployed|jobless|out of work|between jobs)\b.*)"),
    Frame(
        "is",
        ("workplace mode",),
        rf"{_S}(?:work|works|working)(?: \w+)? (?P<value>(?:from home|remote(?:ly)?"
        rf"|in (?:the|an)"
        r" office|on[- ]site|night shifts?|nights|day shifts?|full-time|days|shifts).*)",
    ),
    Frame(
        "is",
        ("employer",),
        rf"{_S}(?:work|works|working|employed)(?: now| again| \w+ly| over)* (?:at|for"
        rf"|with) {_V}",
    ),
    Frame("is", ("employer",), rf"{_S}(?:work|works|working) in (?=a |an |the ){_V}"),
    Frame("is", ("role",), rf"{_S}(?:work|works|working|employed)(?: \w+)? as {_V}"),
    Frame("is", ("role",), rf"{_S}(?:an? |the )(?P<value>{_OCCUPATION}\b.*)"),
    Frame("is", ("role", "work"), rf"{_S}(?P<value>teach(?:es)? .+)"),
    Frame("is", ("study",), rf"{_S}(?:stud(?:y|ies|ying)|major(?:s|ing)? in) {_V}"),
    Frame(
        "new",
        ("study",),
        rf"{_S}(?:switched|changed|transferred) (?:from [\w ]+ )?to (?P<value>\w+)$",
    ),
    Frame(
        "is",
        ("school",),
        rf"{_S}(?:go|goes|attend|attends|studies|study)(?: to| at)? "
        r"(?P<value>.*\b(?:school|university|college|academy|kindergarten|nursery|high)\b.*)",
    ),
    Frame(
        "new",
        ("school",),
        rf"{_S}(?:changed|switched|transferred) (?:schools?|universit\w+|colleges?)"
        r"(?: to (?P<value>.+))?",
    ),
    Frame(
        "new",
        ("name",),
        r"\b(?:(?:please|just|you can) call me|changed my name to|my name (?:is now|now is)"
        rf"|i go by|i am going by|people call me) {_V}",
    ),
    Frame("is", ("name",), rf"\bi am (?:called|named) {_V}"),
    Frame(
        "new",
        ("age",),
        rf"{_S}(?:turned|turning|turns) (?P<value>\d{{1,3}}|{WORD_NUMBER})\b",
    ),
    Frame(
        "is",
        ("age",),
        rf"{_S}(?:am |is |are )?(?P<value>\d{{1,3}}|{WORD_NUMBER})"
        r"(?: years? old| yo| years of age|$| now$)",
    ),
    Frame("is", ("weight",), rf"{_S}weighs? (?:in at |around |about |roughly |only )*{_V}"),
    Frame(
        "new",
        ("weight",),
        r"\b(?:(?:am|got|went|gone|slimmed|came)(?: \w+)? (?:down|up|back) to"
        r"|(?:lost|gained) weight[^,]* to|dropped to) "
        r"(?P<value>\d[\d.,]* ?(?:kg|kilos?|lbs?|pounds|stone|kilograms).*)",
    ),
    Frame(
        "is",
        (),
        r"\b(?:wears?|takes?|am|is) (?:an? )?(?P<what>(?:shoe |dress |shirt |ring |trouser "
        r"|jeans |"
        r"pants |hat )?size) (?P<value>\w+)",
    ),
    Frame(
        "new",
        ("diet",),
        rf"{_S}(?:became|become|went|gone|go|turned|going) (?:a )?(?P<value>(?:{_DIETS}).*)",
    ),
    Frame(
        "new",
        ("diet",),
        r"\b(?P<value>eat(?:ing)? (?:meat|fish|dairy|everything|gluten|cheese) again.*)",
    ),
    Frame(
        "is",
        ("diet",),
        rf"{_S}(?:a |an |on (?:a|the) |strictly |strict |mostly )*(?P<value>(?:{_DIETS})\b.*)",
    ),
    Frame("is", ("diet",), rf"{_S}(?:eat|eats) (?P<value>(?:meat|everything|anything|fish)\b.*)"),
    Frame(
        "new",
        ("bond", "partner"),
        rf"{_S}(?:(?:have |just |finally |recently )*(?:broke up|broken up|split up|split"
        rf"|separated"
        r"|(?:got |am |getting )?divorced|parted ways)(?: (?:with|from) (?P<value>.+))?"
        r"|(?:got )?dumped.*)",
    ),
    Frame(
        "new",
        ("bond",),
        rf"{_S}(?:(?:got|getting|am getting) )(?P<value>(?:{_BONDS}|back together)\b.*)"
        r"|\bsaid yes\b|\bproposed\b|\bwe tied the knot\b|\bwe eloped\b",
    ),
    Frame(
        "new",
        ("bond", "partner"),
        rf"{_S}(?:dating|seeing|going out with|together with|started dating|started seeing"
        r"|in a relationship with|engaged to|married to|with) (?P<value>(?-i:[A-Z]\w+).*)",
    ),
    Frame("is", ("bond",), rf"{_S}(?P<value>(?:{_BONDS})\b.*)"),
    Frame("is", ("bond",), rf"{_S}(?:have|has|got|met) a (?:new )?(?P<value>partner)\b"),
    Frame("is", ("car",), rf"{_S}(?:drive|drives|driving) (?=an? |my ){_V}"),
    Frame("is", ("team",), rf"{_S}(?:play|plays|playing) for (?:the )?{_V}"),
    Frame(
        "new",
        ("team",),
        rf"{_S}(?:joined|signed (?:for|with)|transferred to"
        rf"|switched to) (?:the )?(?P<value>(?-i:[A-Z]\w+s\b).*)",
    ),
    Frame(
        "new",
        (),
        rf"{_OWNER} new {_WHAT}(?: is| are|'s| will be| =)(?: called| named| on| at| in)? {_V}",
    ),
    Frame("new", (), rf"^new {_WHAT}(?: is| are| =)? (?P<value>\S*\d\S*.*|(?-i:[A-Z]).*)"),
    Frame(
        "new",
        (),
        rf"\b(?:have|has|got|hired|found|met|bought) a new {_WHAT} ?(?:,|called|named|-)? ?"
        r"(?P<value>(?-i:Dr|[A-Z]).*)?$",
    ),
    Frame(
        "new",
        (),
        rf"(?:{_OWNER} )?{_WHAT}(?: (?:has|have|had|got|was|were|is|are|been|being|just|already"
        rf"|even|only|now|officially))* {_MOVED}(?: back| up| down| again| out)?"
        rf"(?: from [^,]+?)?(?: by [^,]+?)? (?:to|till|until|for) {_V}",
    ),
    Frame(
        "new",
        (),
        rf"\b{_MOVES} (?:my|our|the|his|her|their|me|us|it|your)(?: own)? ?{_WHAT}"
        rf"(?: (?:back|up|down|forward|over|again|out))?(?: from [^,]+?)? (?:to|until|till"
        rf"|into) {_V}",
    ),
    Frame("new", (), rf"\b(?:changed|switched|swapped|replaced) (?:my |our |the )?{_WHAT}$"),
    Frame(
        "is",
        (),
        rf"{_OWNER} {_WHAT}(?: is| are|'s| will be| =| costs?| leaves?| starts?| begins?"
        r"| takes place| expires?| ends?| departs?| opens?| closes?)"
        r"(?: (?:now|still|currently|actually|already|only|officially|again|definitely))*"
        r"(?: (?:called|named|scheduled|planned|set|due|booked|fixed|supposed to be))?"
        rf"(?: (?:for|on|at|in|by|from|around|about|to be))? {_V}",
    ),
    Frame(
        "is",
        (),
        rf"{_S}(?:pay|pays|paying) {_V} (?:for|in) (?:my |our |the )?(?P<what>[\w ]+?)$",
    ),
    Frame(
        "is",
        (),
        rf"{_S}(?:take|takes|taking) (?P<value>\d[\d.,]* ?m?c?g(?: a day"
        rf"| daily)?) (?:of )?(?P<what>[\w-]+)",
    ),
)
