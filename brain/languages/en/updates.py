"""Lists how people state things in English, and how they say that these have changed."""

from brain.languages.parts import Frame, Updates

_PEOPLE = (
    "mother|father|parents?|son|daughter|child|children|kids?|sister|brother|siblings?|twins?"
    "|grandm\\w+|grandf\\w+|grandparents|aunt\\w*|uncle|cousin|niece|nephew|[a-z]+-in-law|partner"
    "|friend|friends|neighbou?r|flatmate|roommate|housemate|colleague|boss|ex|family"
)
_ADVERBS = (
    r"(?:'ve|'s|'m|'re)?(?: (?:have|has|am|is|are|was|been|just|finally|recently|actually|already"
    r"|now|all|both|currently|still|only|officially|even|always|usually|mostly|also|then|ended up"
    r"|going by|(?:have|has) to|got to|mainly|really|live and))*"
)
_S = rf"(?:^|\b(?:i|we|he|she|they|{_PEOPLE}|(?-i:[A-Z][a-z]+)))(?:'ve)?{_ADVERBS} ?\b"
_V = r"(?P<value>.+)"
_WHAT = r"(?P<what>(?:[\w'.&-]+ ){0,5}?[\w'.&-]+?)"
_OWNER = r"(?:^|\b)(?:my|our|the|his|her|their|your|this|that|[\w-]+'s)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b)"
)
_WORD_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety)(?:[- ]\w+)?)"
)
_NOT_WHEN = rf"(?!(?:(?:next|this|the|last|on|early|late|mid) )*(?:{_WEEKDAY}|{_MONTH}|\d|tomorrow|next|noon))"
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

UPDATES = Updates(
    spellings=(
        (r"[’`]", "'"),
        (r"\b(?:mum|mom|mummy|mommy|ma)\b", "mother"),
        (r"\b(?:dad|daddy|papa|pa)\b", "father"),
        (r"\b(?:grandma|granny|nana)\b", "grandmother"),
        (r"\b(?:grandpa|grandad|granddad)\b", "grandfather"),
        (
            r"\b(?:boyfriend|girlfriend|husband|wife|fianc[eé]e?|spouse|gf|bf|significant other)\b",
            "partner",
        ),
        (
            r"(?-i:\b([A-Z]\w+)) and (?:i|me) ((?:have |just |finally |recently )*"
            r"(?:broke|split|separated|(?:got )?divorced|ended|called|are no longer|parted))",
            r"i \2 with \1",
        ),
        (r"\b(?:tele|cell ?|mobile ?|smart)phone\b|\bcell\b|\bmobile\b", "phone"),
        (r"\bphone (?:number|no\.?)", "phone"),
        (r"\b(my|our|his|her|their|'s)( new| old| current)? (?:contact )?number\b", r"\1\2 phone"),
        (r"\bthe (new|old) number\b", r"my \1 phone"),
        (r"\be-?mail(?: address| account)?\b", "email"),
        (r"\bcolou?r\b", "colour"),
        (r"\bfavou?rite\b|\bfave\b", "favourite"),
        (r"\bwi-?fi\b", "wifi"),
        (r"\bpass(?:word|code|phrase)\b", "password"),
        (r"\bmajor\b", "study"),
        (r"\bin(?:to)? a new (?:flat|house|apartment|place|home)\b", "into a new-home"),
        (r"\b(\w+)'ve\b", r"\1 have"),
        (r"\b(i)'m\b", r"\1 am"),
        (r"\b(we|they|you)'re\b", r"\1 are"),
        (r"\b(he|she|it|that|there|what)'s\b", r"\1 is"),
        (r"\bisn't\b", "is not"),
        (r"\baren't\b", "are not"),
        (r"\bcan't\b", "cannot"),
        (r"n't\b", " not"),
        (
            r"^\s*(?:(?:oh|so|well|hey|hi|hello|ok|okay|btw|by the way|anyway|actually|update"
            r"|news|good news|big news|bad news|fyi|guess what|also just|just so you know|turns out"
            r"|it turns out|for the record|quick update|small update|heads up|note|reminder|sorry"
            r"|wait|oops|correction|um|hmm|ugh|yay|sadly|unfortunately|luckily|as of today"
            r"|from now on|starting today|as of (?:now|this \w+)|these days|nowadays)"
            r"(?:[,:!.…–—-]+\s*|\s+(?=(?:i|we|my|our|the|it)\b)))+",
            "",
        ),
    ),
    clauses=(
        r"(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bProf)[.!…]+(?=\s|$)|[;\n]+"
        r"|\s[-–—]+\s|,\s+|:\s+"
        r"|\s+(?:and|but|so|because|since|although|though|while|then|after|when|as|which|who)\s+"
        r"(?=(?:(?:now|then|just|also|finally)\s+)?(?:i|we|he|she|they|it|my|our|his|her|their|the"
        r"|bought|got|joined|became|switched|started|moved|am|now|took|found|adopted|work|live"
        r"|is|are|goes|teach|will|went)\b)"
        r"|\s+(?:because|due to|thanks to)\s+"
    ),
    unreal=(
        r"\?|\b(?:if|unless|wish|wishes|hope to|hoping|hope i|might|may (?:move|be|get|change)"
        r"|maybe|perhaps|could|would|should|ought"
        r"|thinking (?:of|about)|think (?:of|about)|thought (?:of|about)|consider\w*|dream\w*"
        r"|want(?:s|ed)? to|wanna|'d like|planning to|plan to|plans to|going to (?:move|be|get"
        r"|start|become|change|quit)|about to|used to|back then|formerly|previously"
        r"|when (?:i|we) (?:was|were)|as a (?:kid|child|teenager)|in my (?:childhood|youth)"
        r"|last time|almost|nearly (?:quit|moved|sold)|imagine|pretend|supposed to|remind me"
        r"|what|where|who|how|whether|will (?:move|be moving)|years ago i)\b"
        r"|^(?:do|does|did|am|is|are|was|were|have|has|had|can|will) (?:i|you|we|he|she|they|it)\b"
    ),
    added=(
        r"\b(?:also|too|as well|another|second|third|additional|extra|besides|in addition|both"
        r"|on top|on the side|part-time|temporarily|for (?:a|the|one|two|three|\d+) (?:days?"
        r"|weekend|weeks?|month)|for now at|on weekends|at weekends|volunteer\w*|sometimes|one of"
        r"|other|again and again)\b"
    ),
    changed=(
        r"\b(?:now|nowadays|these days|instead|new|currently|from now on|as of|since (?:last|this"
        r"|monday|yesterday|\w+day)|changed?|switched|no longer|any ?more|recently|lately"
        r"|by now|meanwhile|again|after all|starting|became|turned out|turns out|latest|just)\b"
    ),
    ended=(
        r"\b(?:no longer|not|(?:any|no) ?more|any longer|stopped|stop|quit|quitted|gave up"
        r"|given up|giving up|kicked|cancel+ed|called off|is off|are off|fell through|sold|traded in"
        r"|broke up with|split up with|broken up with|split with|separated from|divorced"
        r"|broke up|called it off|left|dropped(?: out of)?|died|has died|passed away"
        r"|(?:had|have) to (?:say goodbye|put)|put down|put to sleep|ran away|is dead"
        r"|threw (?:away|out)|got rid of|gave away|donated|closed|deleted|deactivated|ended"
        r"|finished with|am done with|are done with|resigned from|fired|let go|disbanded"
        r"|is over|am over|have given up|deleted|unsubscribed from|came off|off the|moved out of)\b"
    ),
    denied=r"\b(?:not|never|no longer|stopped|quit|hate|hated|avoid|died|sold|nobody|nothing)\b",
    corrected=(
        r"\b(?:sorry|meant|mean|correction|my mistake|mistaken|misspoke|mistyped|typo|wrong"
        r"|mixed (?:up|that up)|got that wrong|scratch that|oops|actually|rather|to correct)\b"
    ),
    instead_of=(
        r"\bnot (?:on |at |in |the |to |a |an )*(?P<old>[\w:.@'-]+(?: [\w:.@'-]+)?)(?=[\s,.;!)]|$)"
        r"|\b(?:instead of|rather than) (?:on |at |in |the |a |an )*(?P<old2>[\w:.@'-]+)"
    ),
    frames=(
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
            r" (?:(?:back|house|home|flats?|apartments?|out|away|over|up|down|across|abroad|here|there"
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
            r"(?:job|position|post)|(?:got |was |been |were )?(?:laid off|fired|let go|made redundant)"
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
        Frame("is", ("job",), r"\b(?P<value>unemployed|jobless|out of work|between jobs)\b"),
        Frame(
            "is",
            ("workplace mode",),
            rf"{_S}(?:work|works|working)(?: \w+)? (?P<value>(?:from home|remote(?:ly)?|in (?:the|an)"
            r" office|on[- ]site|night shifts?|nights|day shifts?|full-time|days|shifts).*)",
        ),
        Frame(
            "is",
            ("employer",),
            rf"{_S}(?:work|works|working|employed)(?: now| again| \w+ly| over)* (?:at|for|with) {_V}",
        ),
        Frame("is", ("employer",), rf"{_S}(?:work|works|working) in (?=a |an |the ){_V}"),
        Frame("is", ("role",), rf"{_S}(?:work|works|working|employed)(?: \w+)? as {_V}"),
        Frame("is", ("role",), rf"{_S}(?:an? |the )(?P<value>{_OCCUPATION}\b.*)"),
        Frame("is", ("role", "work"), rf"{_S}(?P<value>teach(?:es)? .+)"),
        Frame("is", ("study",), rf"{_S}(?:stud(?:y|ies|ying)|major(?:s|ing)? in) {_V}"),
        Frame("new", ("study",), rf"{_S}(?:switched|changed|transferred) (?:from [\w ]+ )?to (?P<value>\w+)$"),
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
            rf"{_S}(?:turned|turning|turns) (?P<value>\d{{1,3}}|{_WORD_NUMBER})\b",
        ),
        Frame(
            "is",
            ("age",),
            rf"{_S}(?:am |is |are )?(?P<value>\d{{1,3}}|{_WORD_NUMBER})"
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
            r"\b(?:wears?|takes?|am|is) (?:an? )?(?P<what>(?:shoe |dress |shirt |ring |trouser |jeans |"
            r"pants |hat )?size) (?P<value>\w+)",
        ),
        Frame("new", ("diet",), rf"{_S}(?:became|become|went|gone|go|turned|going) (?:a )?(?P<value>(?:{_DIETS}).*)"),
        Frame("new", ("diet",), r"\b(?P<value>eat(?:ing)? (?:meat|fish|dairy|everything|gluten|cheese) again.*)"),
        Frame("is", ("diet",), rf"{_S}(?:a |an |on (?:a|the) |strictly |strict |mostly )*(?P<value>(?:{_DIETS})\b.*)"),
        Frame("is", ("diet",), rf"{_S}(?:eat|eats) (?P<value>(?:meat|everything|anything|fish)\b.*)"),
        Frame(
            "new",
            ("bond", "partner"),
            rf"{_S}(?:(?:have |just |finally |recently )*(?:broke up|broken up|split up|split|separated"
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
        Frame("new", ("team",), rf"{_S}(?:joined|signed (?:for|with)|transferred to|switched to) (?:the )?(?P<value>(?-i:[A-Z]\w+s\b).*)"),
        Frame("new", (), rf"{_OWNER} new {_WHAT}(?: is| are|'s| will be| =)(?: called| named| on| at| in)? {_V}"),
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
            rf"(?: (?:back|up|down|forward|over|again|out))?(?: from [^,]+?)? (?:to|until|till|into) {_V}",
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
        Frame("is", (), rf"{_S}(?:pay|pays|paying) {_V} (?:for|in) (?:my |our |the )?(?P<what>[\w ]+?)$"),
        Frame("is", (), rf"{_S}(?:take|takes|taking) (?P<value>\d[\d.,]* ?m?c?g(?: a day| daily)?) (?:of )?(?P<what>[\w-]+)"),
    ),
    own=r"\b(?:i|me|my|mine|myself|we|us|our|ours)\b",
    people=rf"\b(?:{_PEOPLE})(?:'s)?\b",
    pronouns=(
        ("she|her", "mother|daughter|sister|grandm|aunt|niece|partner|friend|cousin|boss|colleague|roommate|ex"),
        ("he|his|him", "father|son|brother|grandf|uncle|nephew|partner|friend|cousin|boss|colleague|roommate|ex"),
        ("they|their|them", "parents|kids|children|friends|grandparents|siblings|family|twins"),
    ),
    names=r"^([A-Z][a-z]+)\b(?= (?:has|have|is|was|just|finally|moved|lives|works|got|left|quit|started|turned|became|broke|no|changed|switched|does|goes|plays|drives|said|told))",
    single=(
        r"phone|email|address|password|pin|code|hint|name|nickname|username|age|weight|height|size"
        r"|birthday|job|title|salary|wage|rent|mortgage|deadline|due|diet|residence|household|bond"
        r"|employer|role|study|school|university|college|team|car|workplace mode"
        r"|favou?rit\w*|favorit\w*|goal|bedtime|alarm|status|budget|price|cost|fee|number|level"
        r"|nationality|religion|hometown|neighbourhood|blood|dose|dosage|zip|postcode|timezone"
        r"|plan|landlord|manager|boss|therapist|dentist|doctor|gp|tutor|coach|insurance|bank"
    ),
    apart=(
        r"\b(?:work|home|office|private|business|personal|first|second|third|last|middle|maiden"
        r"|other|old|previous|former|former|spare|summer|winter|weekend|emergency|morning|evening"
        r"|left|right|maths?|english|history|least)\b"
    ),
    light=(
        r"(?:my|our|the|a|an|i|we|me|us|it|its|is|are|am|be|been|was|were|will|of|to|at|on|in|for"
        r"|from|with|and|or|by|up|this|that|these|those|his|her|their|he|she|they|him|them|you|your"
        r"|all|there|so|very|really|have|has|had|do|does|did|not"
        r"|new|current|currently|own|actual|now|today|tonight|yesterday|tomorrow|last|next|ago|week"
        r"|weeks|weekend|month|months|year|years|day|days|morning|night|evening|just|finally|instead"
        r"|again|already|still|any|more|anymore|no|longer|actually|recently|appointment|membership"
        r"|subscription|trip|plan|holiday|vacation|contract|completely|forever|good|after|before"
        r"|since|then|believe|sadly|going|go|went|goes|thing|got|get|getting|every|out|off|down|old"
        r"|dear|sweet|poor|little|beloved|say|goodbye|put|sleep|decided|altogether)"
    ),
    values=(
        ("email", r"\S+@\S+"),
        ("weekday", rf"(?i:\b{_WEEKDAY}s?\b|\bweekends?\b)"),
        ("date", rf"(?i:\b{_MONTH}(?:\b| )|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{1,2}}[/.]\d{{1,2}}\b"
         r"|\b(?:tomorrow|next (?:week|month|year|spring|summer|autumn|fall|winter))\b)"),
        ("time", r"(?i:\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]\.?m\b|\bnoon\b|\bmidnight\b|\bo'clock\b|^(?:at )?\d{1,2}$)"),
        ("number", rf"(?i:\d|\b{_WORD_NUMBER}\b)"),
        ("colour", r"(?i:\b(?:red|blue|green|yellow|black|white|grey|gray|orange|purple|pink|brown|teal|silver|gold|beige|turquoise|violet|blonde?|dark|light)\b)"),
        ("name", r"^(?:Dr\.? |Mr\.? |Mrs\.? |Ms\.? |Prof\.? |a |an |the |called |named )?[A-Z]\w+"),
    ),
)
