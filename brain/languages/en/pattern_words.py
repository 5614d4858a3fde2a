"""Lists the words that the English forms of statements have in common, as patterns."""

PEOPLE = (
    "best friend|mother|father|parents?|son|daughter|child|children|kids?|sister|brother"
    "|siblings?|twins?"
    "|grandm\\w+|grandf\\w+|grandparents|aunt\\w*|uncle|cousin|niece|nephew|[a-z]+-in-law|partner"
    "|friends?|neighbou?rs?|flatmates?|roommates?|housemates?|colleagues?|coworkers?|boss|ex|family"
)
ADVERBS = (
    r"(?:'ve|'s|'m|'re)?(?: (?:have|has|am|is|are|was|been|just|finally|recently|actually|already"
    r"|now|all|both|currently|still|only|officially|even|always|usually|mostly|also|then|ended up"
    r"|going by|(?:have|has) to|got to|mainly|really|live and))*"
)
NAME = (
    r"(?-i:(?!(?:Home|Nobody|Everyone|Today|Now|Work|The|My|Our|His|Her|Their|A|An|This|That|It"
    r"|In|On|At|But|And|So|Just"
    r"|You)\b)[A-Z][a-z]+)"
)
SUBJECT = rf"(?:^|\b(?:i|we|he|she|they|{PEOPLE}|{NAME}))(?:'ve)?{ADVERBS} ?\b"
IS = (
    rf"(?:\bi am|\b(?:he|she) is|\bwe are|\b(?:{PEOPLE}) (?:is|are)|^{NAME} is)"
    r"(?: (?:now|still|currently|actually|also|only|already|just|happily|officially|newly|back to"
    r"|being|a strict|strictly|mostly|pretty much))*"
)
VALUE = r"(?P<value>.+)"
WHAT = r"(?P<what>(?:[\w'.&-]+ ){0,5}?[\w'.&-]+?)"
OWNER = r"(?:^|\b)(?:my|our|the|his|her|their|your|this|that|[\w-]+'s)"
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
NOT_WHEN = (
    rf"(?!(?:(?:next|this|the|last|on|early|late|mid) )*(?:{WEEKDAY}|{MONTH}|\d|tomorrow|next"
    rf"|noon))"
)
OCCUPATION = (
    r"(?:[\w-]+ ){0,3}?(?:(?!\w*(?:list|gist|twist|mist)\b)\w+(?:ist|ician|ologist|keeper|maker"
    r"|smith|worker|fighter|writer)|teacher"
    r"|tutor|professor|lecturer|engineer|doctor|surgeon|nurse|midwife|vet|lawyer|judge|student"
    r"|developer|programmer|designer|author|editor|driver|manager|chef|cook|baker|farmer|painter"
    r"|singer|actor|actress|researcher|accountant|photographer|carpenter|plumber|electrician"
    r"|mechanic|librarian|waiter|waitress|cashier|translator|soldier|pilot|architect|freelancer"
    r"|officer|courier|barista|bartender|consultant|analyst|secretary|clerk|hairdresser|barber"
    r"|gardener|guard|cleaner|paramedic|trainer|coach|director|intern|apprentice|butcher|sailor"
    r"|florist|builder|welder|trader|broker|banker|salesperson|salesman|assistant|lead|principal)"
)
MOVES = (
    r"(?:moved|changed|switched|pushed(?: back)?|pushed out|postponed|rescheduled|delayed|shifted"
    r"|brought forward|put off|updated|renamed|extended|bumped(?: up| down)?|raised|increased"
    r"|lowered|reduced|cut|upped|dropped|reset|transferred|upgraded|downgraded|converted|turned)"
)
MOVED = (
    rf"(?:{MOVES}|went up|gone up|went down|gone down|rose|risen|fell|fallen|climbed|jumped|grew"
    r"|grown|came down|improved|advanced|slipped)"
)
DIETS = (
    r"vegetarian|vegan|pescatarian|flexitarian|carnivore|omnivore|keto|paleo|gluten[- ]free"
    r"|plant[- ]based|dairy[- ]free|veggie"
)
BONDS = (
    r"single|married|engaged|divorced|widowed|separated|in a relationship|seeing someone"
    r"|dating someone|in love"
)

DEVICES = r"(?:android|iphone|pixel|galaxy|samsung|nokia|xiaomi|huawei|oneplus|motorola|fairphone)"
