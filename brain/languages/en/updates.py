"""Lists how people state things in English, and how they say that these have changed."""

from brain.languages.en.pattern_words import MONTH, PEOPLE, WEEKDAY, WORD_NUMBER
from brain.languages.en.update_frames import LIFE_FRAMES
from brain.languages.en.update_habits import HABIT_FRAMES
from brain.languages.en.update_things import THING_FRAMES
from brain.languages.parts import Updates

_CALLED = r"(?-i:(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"
"""Somebody by name."""

UPDATES = Updates(
    spellings=(
        (r"[’`]", "'"),
        # What another says is not the person's own.
        (
            (
                r"\b(says?|said|goes|like|shout(?:s|ed)|sang|sings|wrote|writes|reads?)[,:]? "
                r"[\"“][^\"”]*[\"”]"
            ),
            r"\1 so",
        ),
        (r"\b(?:mum|mom|mummy|mommy|ma)\b", "mother"),
        (r"\b(?:dad|daddy|papa|pa)\b", "father"),
        (r"\b(?:grandma|granny|nana)\b", "grandmother"),
        (r"\b(?:grandpa|grandad|granddad)\b", "grandfather"),
        (
            r"\b(?:boyfriend|girlfriend|husband|wife|fianc[eé]e?|spouse|gf|bf|significant other)\b",
            "partner",
        ),
        (
            (
                r"(?-i:\b([A-Z]\w+)) and (?:i|me) ((?:have |just |finally |recently )*"
                r"(?:(?:broke|split)(?: up)?|separated|(?:got )?divorced|ended|called"
                r"|are no longer|parted))"
            ),
            r"i \2 with \1",
        ),
        (r"\b(?:tele|cell ?|mobile ?|smart)phone\b|\bcell\b|\bmobile\b", "phone"),
        (r"\bphone (?:number|no\.?)", "phone"),
        (r"\b(my|our|his|her|their|'s)( new| old| current)? (?:contact )?number\b", r"\1\2 phone"),
        (r"\bthe (new|old) number\b", r"my \1 phone"),
        (r"\ba new (?:phone )?number\b", "a new phone"),
        (r"\be-?mail(?: address| account)?\b", "email"),
        (r"\bcolou?r\b", "colour"),
        (r"\bfavou?rite\b|\bfaves?\b|\bfavs?\b", "favourite"),
        (r"\bwi-?fi\b", "wifi"),
        (r"\bpass(?:word|code|phrase)\b", "password"),
        (r"\bmajor\b", "study"),
        (r"\b(night|day|early|late|evening|morning) shifts?\b", r"\1shift"),
        (r"\bin(?:to)? a new (?:flat|house|apartment|place|home)\b", "into a new-home"),
        (
            r"\bnot (?:seeing|dating) any(?:one|body)\b|\bdo(?:es)? ?n[o']t have a partner\b",
            "single",
        ),
        (r"'s (?=been |got |gone )", " has "),
        (r"\b(have|has|'ve|'s) got (?=an? |the |my |our |some )", r"\1 "),
        (
            r"\b(my|our) ([\w ]+?) used to be [^,;.]+[,;]?(?: and| but)? now it(?:'s| is)\b",
            r"\1 \2 is now",
        ),
        (r"\b(\w+)'ve\b", r"\1 have"),
        (r"\b(i)'m\b", r"\1 am"),
        (r"\b(we|they|you)'re\b", r"\1 are"),
        (r"\b(he|she|it|that|there|what)'s\b", r"\1 is"),
        (r"\bisn't\b", "is not"),
        (r"\baren't\b", "are not"),
        (r"\bcan't\b", "cannot"),
        (r"n't\b", " not"),
        (r"\b(putting [\w ]+?) (?:in|on|into) (my|our|the) ", r"\1 \2 "),
        (r"\b(?:do|does) not mind (.+?) any ?more\b", r"like \1 now"),
        (
            (
                r",? (?:if|in case|should) (?:you|u|anyone|people|somebody|someone) (?:ever )?"
                r"(?:need|want|wanna|are wondering|wonder|forget|ask|asks|care)\b[^,.;]*$"
            ),
            "",
        ),
        (r"^(?:i|we) (?:think|guess|reckon|feel like) (?=.* (?:is|are|has) )", ""),
        (r"\blandlady\b", "landlord"),
        (r"\b(?:wage|pay|income)(?= (?:is|was|went))", "salary"),
        (r"\b(?:surname|family name|second name)\b", "last name"),
        (
            (
                r"\b(?:plan(?:ning)?|planned|thinking of|hoping) (?:to go|on going|going|to fly"
                r"|on flying) to\b"
            ),
            "going to",
        ),
        (
            (
                r"^\s*(?:(?:oh|so|well|hey|hi|hello|ok|okay|btw|by the way|anyway|actually|update"
                r"|news|good news|big news|bad news|fyi|guess what|also just|just so you know"
                r"|turns out"
                r"|it turns out|for the record|quick update|small update|heads up|note|reminder"
                r"|sorry|guess who|ok so|okay so|lately|weirdly|strangely|funnily enough"
                r"|honestly|tbh|lol"
                r"|i think|i guess|so yeah|update time"
                r"|wait|oops|correction|um|hmm|ugh|yay|sadly|unfortunately|luckily|as of today"
                r"|from now on|starting today|as of (?:now|this \w+)|these days|nowadays)"
                r"(?:[,:!.…–—-]+\s*|\s+(?=(?:i|we|my|our|the|it)\b)))+"
            ),
            "",
        ),
        (r"^(?:(?:my|our) )?new ([a-z][\w ]{1,20}?)(?::| is| =) ?(?=\S)", r"my new \1 is "),
        (
            (
                rf"^(?:now )?({_CALLED}) (?:is|will be) (my|our) (?:new )?([\w -]{{2,24}}?)"
                r" (?:now|these days|from now on)\b"
            ),
            r"\2 \3 is now \1",
        ),
    ),
    clauses=(
        r"(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bProf)[.!…]+(?=\s|$)|[;\n]+"
        r"|\s[-–—]+\s|,\s+|:\s+"
        r"|\s+(?:and|but|so|because|since|although|though|while|then|after|when|as|which|who)\s+"
        r"(?=(?:(?:now|then|just|also|finally)\s+)?(?:i|we|he|she|they|it|my|our|his|her|their|the"
        r"|bought|got|joined|became|switched|started|moved|am|now|took|found|adopted|work|live"
        r"|is|are|goes|teach|will|went|bought|opened|put|has|have|[a-z]{3,}ed)\b)"
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
        r"\b(?:also|too|as well|another|a second|a third|additional|extra|besides|in addition|both"
        r"|on top|on the side|part-time|temporarily|for (?:a|the|one|two|three|\d+) (?:days?"
        r"|weekend|weeks?|month)|for now at|on weekends|at weekends|volunteer\w*|sometimes|one of"
        r"|other|again and again|(?:hotel|hostel|airbnb|business trip|sublet)s?)\b"
    ),
    changed=(
        r"\b(?:now|nowadays|these days|finally|(?:up|down) to|this time|after all|instead"
        r"|currently|from now on|as of|changed|switched"
        r"|no longer|any ?more|by now|again|after all|starting (?:today|this|next|on))\b"
    ),
    announced=(
        r"\b(?:change of plans?|plans? (?:have |has )?changed|(?:have|has|had|got) changed|changed"
        r"|got promoted|got a (?:new|different) \w+|got (?:a|my) (?:raise|pay rise|extension)"
        r"|(?:gave|given|granted) (?:me|us) (?:an |more |a )?(?:extension|time|raise|rise)"
        r"|since (?:the|my|our) (?:new )?\w+|raised (?:it|everything)|put (?:it|everything) up"
        r"|moved it|changed (?:my|our) minds?|since i (?:moved|started|changed|switched|got)"
        r"|(?:sold|finished|quit|left|lost|broke|cancelled|canceled|dropped|gave up|given up"
        r"|died|broken) ?\w*)\b"
    ),
    ended=(
        r"\b(?:no longer|not(?=.* (?:any ?more|any longer|after all)\b)|not(?= any ?more)|any ?more"
        r"|any longer|stopped|quit|quitted|gave up"
        r"|given up"
        r"|giving up|kicked|cancel+ed|called off|sold|traded in|swapped|exchanged|broke up with"
        r"|split up with|broken up with|split with|separated from|divorced|broke up|split up|left"
        r"|dropped(?! .*\b(?:in|on|off|down) )(?: out of)?|(?:had|have) to (?:say goodbye to"
        r"|put down)|say goodbye to|put down"
        r"|threw (?:away|out)|got rid of|gave away|gave(?= \w+ away)|donated|closed|deleted"
        r"|deactivated|uninstalled|ended|finished with|am done with|are done with"
        r"|replaced(?= .* (?:with|by) )|resigned from"
        r"|gone off|went off|stepped down (?:as|from)|scrap(?:ped)?|ditch(?:ed)?|binned"
        r"|(?:switch\w*|mov\w+|chang\w+|convert\w*|went|gone)(?: me| us| over| back"
        r"| away)* from(?=.* to )"
        r"|unsubscribed from|came off|went off|got off|(?:took|taken|takes|weaned|got) me off"
        r"|taken off|to replace"
        r"|weaned off|moved out of"
        r"|have given up|have quit|have stopped|withdrew from|returned|lost (?=(?-i:[A-Z]))"
        r"|lost(?= my (?:\w+ )?job))\b"
    ),
    gone=(
        r"\b(?:dumped me|left me|(?:has |have |just )?(?:died|passed away|passed on)|ran away"
        r"|is dead|are over"
        r"|is over"
        r"|is off|are off|fell through|moved away|moved out|is gone|are gone|(?:is|was|were|are|got"
        r"|been|being) (?:cancel+ed|called off|put (?:down|to sleep)|scrapped|deleted|closed|sold)"
        r"|went bankrupt|closed down|shut down|disbanded|broke down for good|is no more)\b"
    ),
    aside=(
        r"\s(?:for|because|due|to|into|in|on|at|since|after|this|last|with|from|away|during"
        r"|when|yesterday"
        r"|completely|entirely|account|by|altogether|permanently)\b.*|\b(?:flights?|tickets?"
        r"|classes|lessons)\b"
    ),
    denied=(
        r"\b(?:not|skip|never|no longer|stopped|quit|hate|hated|avoid|died|sold|nobody|nothing)\b"
    ),
    not_so=(
        r"\b(?:do|does|am|is|are|can) not (?!know|think|mean|understand|remember|care|get|see|feel"
        r"|want|need|sure|going|\w+ing\b)|\bcannot\b|\bnever\b"
    ),
    adds_up=(
        r"\b(?:like|likes|love|loves|enjoy|enjoys|have|has|had|got|own|owns|play|plays|learn|learns"
        r"|know|knows|speak|speaks|see|saw|buy|bought|visit|visited|met|meet|watch|cook|hate|hates"
        r"|went|made|ate|did|\w+ing)\b"
    ),
    corrected=(
        r"\b(?:sorry|i meant|i mean|correction|my mistake|mistaken|misspoke|mistyped|typo|was wrong"
        r"|mixed (?:up|that up)|got that wrong|scratch that|oops|to correct)\b"
    ),
    instead_of=(
        r"\bnot (?:on |at |in |the |to |a |an )*(?P<old>[\w:.@'-]+(?: [\w:.@'-]+)?)(?=[\s,.;!)]|$)"
        r"|\b(?:instead of|rather than) (?:on |at |in |the |a |an )*(?P<old2>[\w:.@'-]+)"
    ),
    frames=(*HABIT_FRAMES, *LIFE_FRAMES, *THING_FRAMES),
    own=r"\b(?:i|me|my|mine|myself|we|us|our|ours)\b",
    people=rf"\b(?:{PEOPLE})(?:'s)?\b",
    several=r"friends?|colleagues?|coworkers?|neighbou?rs?",
    named=rf"\b(?:{PEOPLE})(?:'s name is|,? (?:called|named))? ([A-Z][a-z]+)",
    pronouns=(
        (
            "she|her",
            (
                "mother|daughter|sister|grandm|aunt|niece|partner|friend|cousin|boss|colleague"
                "|roommate|ex"
            ),
        ),
        (
            "he|his|him",
            (
                "father|son|brother|grandf|uncle|nephew|partner|friend|cousin|boss|colleague"
                "|roommate|ex"
            ),
        ),
        ("they|their|them", "parents|kids|children|friends|grandparents|siblings|family|twins"),
    ),
    sole=r"best friend|partner|boss|roommate|flatmate|housemate",
    it=(
        r"^(?:it|that|this|they)\b(?='s| is| are| was| will| has| have| starts| leaves| costs"
        r"| begins| goes)"
    ),
    names=(
        r"^(?!(?:Finally|Recently|Actually|Currently|Already|Officially|Only|Not|Got|Home|Nobody|Everyone|Someone|Today|Tomorrow|Now|Work|School|I|We|He|She|They"
        r"|It|You|My|Our|The|This|That|There|Who|What"
        r"|Just)\b)([A-Z][a-z]+)\b(?= (?:has|have|is|was|just|finally|moved|lives|works|got"
        r"|left|quit|started|turned|became|broke|no|changed|switched|does|goes|plays|drives"
        r"|said|told))"
    ),
    single=(
        r"phone|email|address|password|pin|code|hint|name|nickname|username|age|weight|height|size"
        r"|birthday|job|title|salary|wage|rent|mortgage|deadline|due|diet|residence|household|bond"
        r"|employer|role|study|school|university|college|team|car|workplace mode|device|height"
        r"|waking|bedtime|supported team|favou?rit\w*|favorit\w*|goal|bedtime|alarm|budget"
        r"|nationality|religion|hometown|neighbourhood|blood|dose|dosage|zip|postcode|timezone"
        r"|best friend|landlord|manager|boss|therapist|dentist|doctor|gp|tutor|coach"
        r"|insurance|bank"
    ),
    apart=(
        r"\b(?:work|home|office|private|business|personal|first|second|third|last|middle|maiden"
        r"|other|old|previous|former|former|spare|summer|winter|weekend|emergency|morning|evening"
        r"|left|right|maths?|english|history|least)\b"
    ),
    which=(
        r"\b(?:older|elder|big|younger|little|middle|first|second|third)"
        rf"(?=[ -](?:{PEOPLE})\b)|\b(?:eldest|oldest|youngest)\b"
    ),
    occasions=(
        rf"\b(?:on|in|at|every|each|during)(?: the| my)? ({WEEKDAY}s?|weekends?|weekdays|mornings?"
        r"|afternoons?|evenings?|nights?|winters?|summers?|spring|autumn|fall)\b"
    ),
    light=(
        r"(?:\w+ (?:days?|weeks?|months?|years?) ago|(?:last|this|next) (?:\w+day|spring|summer"
        r"|autumn"
        r"|fall|winter)|(?:my|our|the|a|an|i|we|me|us|it|its|is|are|am|be|been|was|were|will|of"
        r"|to|at|on|in|for"
        r"|from|with|and|or|by|up|this|that|these|those|his|her|their|he|she|they|him|them|you|your"
        r"|all|there|so|very|really|have|has|had|do|does|did|not"
        r"|new|current|currently|own|actual|now|today|tonight|yesterday|tomorrow|last|next|ago|week"
        r"|weeks|weekend|month|months|year|years|day|days|morning|night|evening|just|finally"
        r"|instead"
        r"|again|already|still|any|more|anymore|no|longer|actually|recently|appointment|membership"
        r"|subscription|trip|plan|holiday|vacation|contract|completely|forever|good|after|before"
        r"|since|then|believe|sadly|going|go|went|goes|thing|got|get|getting|every|out|off|down|old"
        r"|dear|sweet|poor|little|beloved|say|goodbye|put|sleep|decided|altogether|seeing|only"
        r"|alone|even|much|time|need"
        r"|needing|want|using|putting|having|make|makes|making|made|says|due"
        r"|taking|account))"
    ),
    hints=(
        ("residence", "live lives living moved address flat house home reside based"),
        ("household", "live living with moved alone"),
        ("employer", "work works working job at for started joined company"),
        ("role", "work as job am became teach started"),
        ("job", "unemployed job work"),
        ("study", "study studying major university"),
        ("school", "school goes attends university college"),
        ("name", "name called call"),
        ("age", "years old turned birthday"),
        ("weight", "weigh weighs weight kilos kg pounds"),
        ("size", "size wear"),
        ("diet", "vegetarian vegan meat eat diet"),
        ("bond", "single married engaged divorced dating relationship girlfriend boyfriend"),
        ("partner", "boyfriend girlfriend husband wife partner dating called"),
        ("car", "drive car"),
        ("team", "play team support fan"),
        ("waking", "wake get up alarm"),
        ("bedtime", "bed sleep asleep"),
        ("reading", "reading book"),
        ("watching", "watching show series"),
    ),
    values=(
        ("email", r"\S+@\S+"),
        ("weekday", rf"(?i:\b{WEEKDAY}s?\b|\bweekends?\b)"),
        (
            "date",
            (
                rf"(?i:\b{MONTH}(?:\b| )|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{1,2}}[/.]\d{{1,2}}\b"
                r"|\b(?:tomorrow|next (?:week|month|year|spring|summer|autumn|fall|winter))\b)"
            ),
        ),
        (
            "time",
            (
                r"(?i:\b\d{1,2}:\d\d\b|\b\d{1,2} ?[ap]\.?m\b|\bnoon\b|\bmidnight\b|\bo'clock\b"
                r"|^(?:at )?\d{1,2}$)"
            ),
        ),
        (
            "number",
            (
                rf"(?i:\d+(?:[.,]\d+)*(?: ?(?:m?c?g|ml|kg|kgs|km|cm|min|mins|kilos?|quid|k)\b)?"
                rf"|\b{WORD_NUMBER}\b)"
            ),
        ),
        ("daypart", r"\b(?i:morning|afternoon|evening|night|noon|midday|lunchtime|bedtime)s?\b"),
        (
            "colour",
            (
                r"(?i:\b(?:red|blue|green|yellow|black|white|grey|gray|orange|purple|pink|brown"
                r"|teal|silver|gold|beige|turquoise|violet|blonde?|dark|light)\b)"
            ),
        ),
        ("origin", r"^from "),
        ("name", r"^(?:Dr\.? |Mr\.? |Mrs\.? |Ms\.? |Prof\.? |a |an |the |called |named )?[A-Z]\w+"),
    ),
)
