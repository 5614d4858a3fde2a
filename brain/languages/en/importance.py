"""Lists the words that tell how much an English message matters."""

from brain.languages.parts import Signs

_NUMBER = (
    r"(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)(?:[- ]\w+)?|\w+teen|one|two"
    r"|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_CLOSE = (
    r"wife|husband|spouse|partner|girlfriend|boyfriend|fianc[eé]e?|ex|mother|mom|mum|father|dad"
    r"|parents?|son|daughter|child|children|kids?|baby|sister|brother|siblings?|twins?|grand\w+"
    r"|aunt\w*|uncle|cousin|niece|nephew|\w+-in-law|family|cats?|dogs?|puppy|kitten|rabbit|parrot"
    r"|horse|hamster|pet|friends?|mate|best friend|neighbou?r|flatmate|roommate|colleagues?|boss"
    r"|manager|teacher|therapist"
)

SIGNS = Signs(
    own=(r"i|i'm|i've|i'd|i'll|me|my|mine|myself|we|we're|we've|us|our"),
    remember=(
        r"(?:please |do |always )?remember (?:that|this|my|i)|don'?t (?:ever )?forget|never forget"
        r"|keep in mind|(?:for|so) you(?:'ll)? (?:to )?know"
    ),
    i_am_named=(r"\bI(?:'m| am) [A-Z][a-z]+\b"),
    figure=(r"\d{1,4}(?:st|nd|rd|th)?"),
    names=(
        r"my (?:full |last |first )?name(?:'s| is)|i(?:'m| am) (?:called|named)|call me"
        rf"|(?:my|our) (?:\w+ )?(?:{_CLOSE})(?:'s name)? (?:is )?(?:called|named|is)(?= \w+)"
        rf"|named (?:him|her|it|them)|nickname"
    ),
    work=(
        r"i (?:teach|work (?:as|at|in|for|on the|nights)|study(?= at| \w+ at)|am (?:employed"
        r"|retired)"
        r"|run (?:a|my)|own a|drive a|serve in)|for a living|my (?:job|profession|career"
        r"|business"
        r"|company|school|university|degree|major)|i used to (?:be|work)"
        r"|i(?:'m| am| was) (?:an? |the )(?:[\w-]+ ){0,3}(?:teacher|professor|lecturer|engineer"
        r"|doctor|surgeon|nurse|midwife|vet|lawyer|judge|student|postgrad|developer|programmer"
        r"|designer|writer|author|editor|journalist|driver|manager|chef|cook|baker|farmer"
        r"|artist"
        r"|painter|musician|singer|actor|scientist|researcher|accountant|pharmacist|therapist"
        r"|dentist|photographer|carpenter|plumber|electrician|mechanic|librarian|waiter"
        r"|waitress"
        r"|cashier|translator|firefighter|soldier|pilot|architect|freelancer|police officer"
        r"|social worker|volunteer|veteran|founder)"
    ),
    home=(
        r"i(?:'m| am| come| was)? (?:originally )?(?:from [A-Z]\w+|born|raised|brought up"
        r"|grew up"
        r"|live (?:in|on|with|alone)|lived in|immigrated|emigrated|moved (?:to|from|here|out))"
        r"|(?:grew|moved) (?:up|to)|raised (?:me|by)|adopted|(?:native|mother|first|second"
        r"|third) (?:language|tongue)"
        r"|hometown"
        r"|my (?:home|country|address|nationality)"
    ),
    age=(
        rf"my (?:\w+ )?birthday|turn(?:s|ed|ing)? {_NUMBER}|i(?:'m"
        rf"| am) {_NUMBER}(?: years old)?"
        rf"(?=[,.!]|$)|{_NUMBER} years old|was {_NUMBER} when|when i was (?:{_NUMBER}"
        rf"|a (?:kid|child"
        r"|teenager))"
    ),
    health=(
        r"allerg\w+|leuk(?:a)?emia|lupus|sclerosis|hepatitis|kidney|paraly[sz]\w+|amput\w+"
        r"|intoleran\w+|epi-?pen|anaphyla\w+|diabet\w+|insulin|asthma\w*|cancer"
        r"|tumou?r"
        r"|chemo\w*|epilep\w+|depression|bipolar|adhd|autis\w+|ptsd|ocd|anorexi\w*|bulimi\w*"
        r"|dementia|alzheimer\w*|parkinson\w*|stroke|heart (?:attack|condition|disease)"
        r"|pacemaker"
        r"|disease|disorder|syndrome|chronic|migraines?|arthritis|c(?:o)?eliac|diagnos\w+"
        r"|surgery"
        r"|transplant|wheelchair|disab\w+|deaf|blind|dyslexi\w*|hearing aid|panic attacks?|hiv"
        r"|pregnan\w+|expecting(?= (?:twins|a (?:baby|child|boy|girl))|[.!,]|$)|miscarr\w+"
        r"|ivf|sober|addict\w*|alcoholic|rehab|relapse\w*"
        r"|suicid\w+|self-harm|therapy|medication|blood (?:type|pressure)|kills? me"
    ),
    bonds=(
        r"died|dying|passed away|death|funeral|buried|cremated|widow\w*|orphan\w*|mourning"
        r"|lost my (?!\w*\s?(?:keys?|phone|wallet|umbrella|bag))|married|marry|wedding"
        r"|engaged(?! in)"
        r"|proposed|divorc\w+|separated|split up|broke up|breakup|gave birth|newborn|twins"
        r"|came out|coming out|retired|anniversary|my (?:wife|husband|late)|single (?:mum|mom"
        r"|mother|dad|father|parent)|only child|i have (?:\w+ )?(?:sons?|daughters?|boys"
        r"|girls|child(?:ren)?|kids?|brothers?|sisters?)"
    ),
    beliefs=(
        r"vegetarian|vegan|pescatarian|halal|kosher|buddhis\w+|muslim|islam|christian\w*"
        r"|catholic"
        r"|protestant|jewish|jew|hindu\w*|sikh|atheis\w+|religio\w+|my faith|gay|lesbian"
        r"|bisexual"
        r"|transgender|trans|non-?binary|queer|asexual|introvert\w*|extrovert\w*|left-handed"
        r"|my pronouns|teetotal\w*|i don'?t (?:drink|smoke|eat (?:meat|pork|beef))"
    ),
    near=(
        rf"(?:my|our) (?:\w+ ){{0,2}}(?:{_CLOSE})|(?:mum|mom|dad|grandma|grandpa) (?:is|was|has)"
    ),
    tastes=(
        r"i (?:\w+ )?(?:love|hate|adore|like|enjoy|prefer|dislike|loathe|miss)|can'?t stand"
        r"|can'?t live without|favou?rite|obsessed|passion\w*|fan of|hobby|hobbies|fond of"
    ),
    feelings=(
        r"afraid|dread\w*|give up|fears?|scared|terrified|anxious|anxiety|nervous|depressed"
        r"|lonely|sad|upset"
        r"|angry"
        r"|furious|happy|proud|excited|thrilled|worried|worry|stress(?:ed|ful)?|cried|crying"
        r"|gutted|heartbroken|hurt|ashamed|embarrassed|guilty|jealous|grateful|awful|terrible"
        r"|miserable|hopeless|exhausted|overwhelmed|burn(?:ed|t) ?out|wearing me down"
        r"|devastated"
        r"|disappointed|frustrated|relieved|insomnia|nightmares?|sleeping badly|can'?t sleep"
    ),
    plans=(
        r"i(?:'m| am|'ll| will| want| hope| plan| need) (?:\w+ )?(?:going to|planning"
        r"|thinking of"
        r"|considering|hoping|moving|flying|travell?ing|visiting|to)|next (?:week|month|year"
        r"|spring|summer|autumn|fall|winter|term)|sign(?:ed|ing) up|appl(?:y|ied|ying) (?:to"
        r"|for)"
        r"|booked|i've (?:started|begun|decided)|i (?:started|began|decided|dream|plan|hope"
        r"|want)"
        r"|enrol\w*|saving up|goal|dream of|coming to (?:visit|stay)|deadline|appointment"
    ),
    turns=(
        r"finished|passed|failed|won|lost the|got (?:the|into|through|accepted|rejected|hired)"
        r"|promot\w+|graduat\w+|accepted|rejected|fired|laid off|redundant|unemployed|quit\w*"
        r"|resign\w*|award|prize|scholarship|published|interview|exam|driving test|final"
        r"|moved (?:in|out|house)|bought a (?:house|flat|car)|accident|robbed|hospital"
        r"|first draft"
        r"|new job|visa|rent|mortgage|debts?|loan|salary|afford|passport|stolen|presenting"
        r"|competition|marathon"
    ),
    quarrels=(
        r"(?:not|aren't|isn't|stopped) (?:speaking|talking)|argu(?:ed|ing|ment)|quarrel\w*"
        r"|a fight|fell out|falling out|betray\w*|cheated|lied to"
        r"|made up with|apologi[sz]ed|trust|secret"
    ),
    chatter=(
        r"(?:what an? |such an? )?(?:nice|lovely|beautiful|gorgeous) (?:weather|day|morning)"
        r"|(?:awful|terrible|horrible|crazy|strange) weather|isn'?t it|innit|wyd|hru|all good"
        r"|you (?:all ?right|well|good)|slee?pt? (?:ok(?:ay)?|well)|what are you (?:doing|up to)"
        r"|how was your (?:day|night|weekend)"
        r"|(?:tell|say|give)(?: me)? (?:another|some|a)(?:thing)?(?: (?:good|short|little|fun))?"
        r" (?:jokes?|story|riddle|fact|funny|interesting|nice)"
        r"|(?:what'?s|what is|how much is) [\d.,]+ ?[-+*/x×÷] ?[\d.,]+"
        r"|[\d.,]+ ?[-+*/x×÷] ?[\d.,]+(?= ?=)"
        r"|(?:translate|how do (?:you|i) say) ['\"“‘][^'\"”’]+['\"”’] (?:in|to|into) \w+"
        r"|(?:what'?s |what is |how much is )?[\d.,]+ ?(?:plus|minus|times|divided by|percent of"
        r"|per cent of|% of) ?[\d.,]+|"
        r"(?:you|me|us) (?:too|neither|either|as well)|same(?: here)?|likewise|ditto|no way"
        r"|omg|oh my god|really|seriously|for real|whatever|who knows|why(?: not)?"
        r"|i know(?: right)?|i don'?t know|idk|dunno|i guess|not (?:really|much|yet)|i will|i do"
        r"|go on|tell me more|continue|please|not bad|i'?m (?:fine|good|ok(?:ay)?|here|back|off)"
        r"|how about you|(?:gotta|got to|have to) go|love (?:you|ya|u)|miss (?:you|ya|u)|hugs"
        r"|good luck|happy (?:birthday(?! to me)|new year|holidays|easter|friday|weekend)|helped"
        r"|merry christmas|(?:that|this)(?:'s| is) (?:so )?(?:funny|nice|sweet|true|great|kind)|"
        r"hi+|hello+|hey+|hiya|howdy|yo|sup|good (?:morning|afternoon|evening|night|day)|morning"
        r"|g?'?night"
        r"|nighty|thanks?(?: you)?|thx|ty|cheers|ta|o?k+(?:ay)?|alright|all right|sure thing|sure"
        r"|fine|great|cool"
        r"|nice|awesome|perfect|lovely|wow+|oh+|ah+|oo+h*|h+m+|uh+|um+|huh|aww*|yay|lol+|lmao|rofl"
        r"|(?:ha){2,}h?|(?:he){2,}|ha|yes+|yeah+|yep|yup|nope|nah|maybe|bye+|goodbye|bye-bye"
        r"|see (?:you|ya)|talk (?:soon|later)|talk to you|ttyl|brb|gtg|be right back|later|soon"
        r"|take care|sleep well|sweet dreams|you'?re welcome|welcome|no (?:worries|problem)|no+"
        r"|np|nvm"
        r"|never ?mind|not at all|any ?time|sorry|my bad|oops|typo|got it|gotcha|i see|understood"
        r"|makes sense|sounds good|fair enough|good point|exactly|indeed|agreed|of course|true"
        r"|right"
        r"|what'?s up|how are (?:you|things)(?: (?:doing|feeling|going))?|how do you (?:do|feel)"
        r"|how(?:'?s| is) (?:it|everything|life|your day)(?: going)?"
        r"|what do you think(?: (?:about|of) (?:it|that|this))?"
        r"|(?:are )?you (?:there|ok(?:ay)?|around|awake)|anyone there|funny|good one|well done"
        r"|congrats|congratulations|enjoy"
        r"|have an? (?:\w+ )?(?:one|day|night|evening|weekend|time)"
    ),
    filler=(
        r"then|so|well|just|there|today|tonight|at|all|one|really|very|a|the|and|you're|you|that's"
        r"|that|it's|it|to|for|my|dear|friend|man|mate|buddy|bot|again|much|lot|lots|bunch|is|are"
        r"|was|be|tomorrow|now|too|i|me|us|as|always|of|but|sunshine|honey|hun|babe|bro|dude"
    ),
)
