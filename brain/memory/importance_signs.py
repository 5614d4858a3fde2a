"""The words that tell how much a message matters: one pair a kind, English and Chinese.

Kinds, not sayings: a word stands here because it belongs to the kind. English patterns match whole
words, without regard to case.
"""

Kind = tuple[str, str]
"""An English and a Chinese pattern."""

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
_NEAR = (
    "爱人|老伴|妻子|老婆|太太|丈夫|老公|对象|女朋友|女友|男朋友|男友|未婚妻|未婚夫|前任|母亲|妈妈?"
    "|父亲|爸爸?"
    "|父母|爸妈|儿子|女儿|孩子|宝宝|姐姐?|妹妹?|哥哥?|弟弟?|爷爷|奶奶|外公|外婆|姥姥|姥爷|姑姑"
    "|姑妈|舅舅"
    "|姨妈|阿姨|叔叔|伯伯|表[姐妹哥弟]|堂[姐妹哥弟]|婆婆|公公|岳母|岳父|侄[子女]|外甥|家人|猫咪?"
    "|狗狗?"
    "|宠物|兔子|鹦鹉|仓鼠|朋友|闺蜜|哥们|兄弟|邻居|室友|舍友|同事|同学|老板|领导|主管|经理"
)

REMEMBER: Kind = (
    (
        r"(?:please |do |always )?remember (?:that|this|my|i)|don'?t (?:ever )?forget|never forget"
        r"|keep in mind|(?:for|so) you(?:'ll)? (?:to )?know"
    ),
    "记住|记得我|别忘|不要忘|要记得|牢记",
)
OWN: Kind = (
    r"i|i'm|i've|i'd|i'll|me|my|mine|myself|we|we're|we've|us|our",
    "我|咱|俺|查出|确诊",
)
I_AM_NAMED = r"\bI(?:'m| am) [A-Z][a-z]+\b"
FIGURE: Kind = (r"\d{1,4}(?:st|nd|rd|th)?", r"\d|[一二三四五六七八九十]+(?:月|日|号|岁|年)")

WHO: tuple[Kind, ...] = (
    # Names: their own, and those of their own.
    (
        (
            r"my (?:full |last |first )?name(?:'s| is)|i(?:'m| am) (?:called|named)|call me"
            rf"|(?:my|our) (?:\w+ )?(?:{_CLOSE})(?:'s name)? (?:is )?(?:called|named|is)(?= \w+)"
            rf"|named (?:him|her|it|them)|nickname"
        ),
        (
            rf"我叫|我(?:的)?(?:名字|小名|昵称|外号)|叫我"
            rf"|我的?[^，。！？]{{0,4}}(?:{_NEAR})(?:的名字)?(?:是|叫)"
            r"|取名|我是[^不说想在的因很，。！？]{1,4}[，。,]"
        ),
    ),
    # Work and study.
    (
        (
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
        (
            r"我(?:在|是|做|当)[^，。！？不说想觉]{0,12}(?:老师|教师|教授|医生|护士|律师|法官"
            r"|学生|工程师|程序员"
            r"|设计师|作家|编辑|记者|司机|经理|厨师|农民|画家|歌手|演员|研究员|会计|药剂师|摄影师"
            r"|木匠|电工"
            r"|翻译|消防员|军人|警察|飞行员|建筑师|公务员|店主|志愿者|创始人|保安|快递员|导游)"
            r"|在[^，。！？]{1,14}(?:工作|上班|教书?|任教|当|读大学|念书|上学|读研|读博)"
            r"|我的(?:职业|专业|公司)"
        ),
    ),
    # Home and origin.
    (
        (
            r"i(?:'m| am| come| was)? (?:originally )?(?:from [A-Z]\w+|born|raised|brought up"
            r"|grew up"
            r"|live (?:in|on|with|alone)|lived in|immigrated|emigrated|moved (?:to|from|here|out))"
            r"|(?:grew|moved) (?:up|to)|raised (?:me|by)|adopted|(?:native|mother|first|second"
            r"|third) (?:language|tongue)"
            r"|hometown"
            r"|my (?:home|country|address|nationality)"
        ),
        (
            "出生|老家|家乡|故乡|祖籍|长大|搬到|搬来|移民|定居|我住|住在|我来自|母语|领养|收养"
            "|带大|抚养"
            "|我是[^，。！？不说想]{1,6}人(?:[，。！]|$)"
        ),
    ),
    # Age and birthdays.
    (
        (
            rf"my (?:\w+ )?birthday|turn(?:s|ed|ing)? {_NUMBER}|i(?:'m"
            rf"| am) {_NUMBER}(?: years old)?"
            rf"(?=[,.!]|$)|{_NUMBER} years old|was {_NUMBER} when|when i was (?:{_NUMBER}"
            rf"|a (?:kid|child"
            r"|teenager))"
        ),
        r"生日|[\d一二三四五六七八九十]岁|周岁|属[鼠牛虎兔龙蛇马羊猴鸡狗猪]",
    ),
    # Body and mind.
    (
        (
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
        (
            "过敏|白血病|尿毒症|肝炎|瘫痪|截肢|不耐受|急救|糖尿病|胰岛素|哮喘|癌|肿瘤|化疗|癫痫"
            "|抑郁症|焦虑症|双相|多动症|自闭"
            "|强迫症"
            "|厌食|心脏病|高血压|中风|慢性|偏头痛|关节炎|确诊|诊断|手术|移植|残疾|轮椅|失明|失聪"
            "|听不见|看不见"
            "|色盲|色弱|助听器|得了[^，。]{0,8}[病症]|病史|怀孕|怀上|怀的|怀了|双胞胎|流产"
            "|戒[酒烟毒赌]|酗酒"
            "|自杀|自残|吃药|服药|血型|艾滋|住院"
        ),
    ),
    # Births, bonds and deaths.
    (
        (
            r"died|dying|passed away|death|funeral|buried|cremated|widow\w*|orphan\w*|mourning"
            r"|lost my (?!\w*\s?(?:keys?|phone|wallet|umbrella|bag))|married|marry|wedding"
            r"|engaged(?! in)"
            r"|proposed|divorc\w+|separated|split up|broke up|breakup|gave birth|newborn|twins"
            r"|came out|coming out|retired|anniversary|my (?:wife|husband|late)|single (?:mum|mom"
            r"|mother|dad|father|parent)|only child|i have (?:\w+ )?(?:sons?|daughters?|boys"
            r"|girls|child(?:ren)?|kids?|brothers?|sisters?)"
        ),
        (
            "去世|过世|不在了|没了|离世|病逝|走了(?:[，。！]|$)|送走|葬礼|下葬|守寡|孤儿|结婚"
            "|结了婚|订婚"
            "|求婚|离婚|离了婚"
            "|分居|分手|生了(?:个|一个)?(?:儿子|女儿|宝宝|孩子)|出柜|退休|纪念日|单亲|独生"
        ),
    ),
    # What they believe, whom they love, how they live.
    (
        (
            r"vegetarian|vegan|pescatarian|halal|kosher|buddhis\w+|muslim|islam|christian\w*"
            r"|catholic"
            r"|protestant|jewish|jew|hindu\w*|sikh|atheis\w+|religio\w+|my faith|gay|lesbian"
            r"|bisexual"
            r"|transgender|trans|non-?binary|queer|asexual|introvert\w*|extrovert\w*|left-handed"
            r"|my pronouns|teetotal\w*|i don'?t (?:drink|smoke|eat (?:meat|pork|beef))"
        ),
        (
            "吃素|素食|不吃(?:肉|猪肉|牛肉)|清真|信佛|佛教|信主|基督|天主|道教|穆斯林|伊斯兰|信教"
            "|信仰|无神论"
            "|同性恋|双性恋|跨性别|性取向|内向|外向|社恐|左撇子|不喝酒|滴酒不沾|不抽烟"
        ),
    ),
)

MATTERS: tuple[Kind, ...] = (
    # People and animals close by.
    (
        rf"(?:my|our) (?:\w+ ){{0,2}}(?:{_CLOSE})|(?:mum|mom|dad|grandma|grandpa) (?:is|was|has)",
        _NEAR,
    ),
    # Tastes.
    (
        (
            r"i (?:\w+ )?(?:love|hate|adore|like|enjoy|prefer|dislike|loathe|miss)|can'?t stand"
            r"|can'?t live without|favou?rite|obsessed|passion\w*|fan of|hobby|hobbies|fond of"
        ),
        (
            "喜欢|最爱|爱[吃喝看听玩]|热爱|讨厌|厌恶|受不了|不爱|吃不下|享受|迷上|痴迷|着迷|感兴趣"
            "|爱好|偏爱|想念"
        ),
    ),
    # Feelings.
    (
        (
            r"afraid|dread\w*|give up|fears?|scared|terrified|anxious|anxiety|nervous|depressed"
            r"|lonely|sad|upset"
            r"|angry"
            r"|furious|happy|proud|excited|thrilled|worried|worry|stress(?:ed|ful)?|cried|crying"
            r"|gutted|heartbroken|hurt|ashamed|embarrassed|guilty|jealous|grateful|awful|terrible"
            r"|miserable|hopeless|exhausted|overwhelmed|burn(?:ed|t) ?out|wearing me down"
            r"|devastated"
            r"|disappointed|frustrated|relieved|insomnia|nightmares?|sleeping badly|can'?t sleep"
        ),
        (
            "害怕|怕|恐惧|焦虑|紧张|慌|抑郁|孤独|孤单|难过|伤心|难受|心碎|生气|愤怒|委屈|开心"
            "|高兴|幸福|骄傲"
            "|自豪|激动|兴奋|担心|担忧|压力|哭|失落|失望|沮丧|郁闷|崩溃|绝望|内疚|后悔|羞愧|嫉妒"
            "|感激|感动"
            "|疲惫|撑不住|熬不住|失眠|睡不[着好]|噩梦|松了口气"
        ),
    ),
    # Plans and beginnings.
    (
        (
            r"i(?:'m| am|'ll| will| want| hope| plan| need) (?:\w+ )?(?:going to|planning"
            r"|thinking of"
            r"|considering|hoping|moving|flying|travell?ing|visiting|to)|next (?:week|month|year"
            r"|spring|summer|autumn|fall|winter|term)|sign(?:ed|ing) up|appl(?:y|ied|ying) (?:to"
            r"|for)"
            r"|booked|i've (?:started|begun|decided)|i (?:started|began|decided|dream|plan|hope"
            r"|want)"
            r"|enrol\w*|saving up|goal|dream of|coming to (?:visit|stay)|deadline|appointment"
        ),
        (
            "打算|计划|准备|考虑|决定|想去|要去|要飞|要来|想要|希望|梦想|报名|申请|预订|订了|预约"
            "|开始[学练做写]"
            "|下个?(?:周|月|星期|学期)|明年|后天|目标|存钱|攒钱|截止"
        ),
    ),
    # Success, failure, and what turns a life.
    (
        (
            r"finished|passed|failed|won|lost the|got (?:the|into|through|accepted|rejected|hired)"
            r"|promot\w+|graduat\w+|accepted|rejected|fired|laid off|redundant|unemployed|quit\w*"
            r"|resign\w*|award|prize|scholarship|published|interview|exam|driving test|final"
            r"|moved (?:in|out|house)|bought a (?:house|flat|car)|accident|robbed|hospital"
            r"|first draft"
            r"|new job|visa|rent|mortgage|debts?|loan|salary|afford|passport|stolen|presenting"
            r"|competition|marathon"
        ),
        (
            "终于|完成|写完|做完|通过|考[上过砸]|没考|没过|面试|考试|高考|考研|驾照|及格|升职"
            "|加薪|毕业|录取|拒绝"
            "|失业|辞职|跳槽|被裁|裁员|开除|获奖|得奖|奖学金|发表|赢|输了|决赛|比赛|马拉松|搬家"
            "|搬[到进走]"
            "|买了[房车]|车祸|被偷|医院|汇报|答辩|入职"
        ),
    ),
    # Quarrels and bonds that are tried.
    (
        (
            r"(?:not|aren't|isn't|stopped) (?:speaking|talking)|argu(?:ed|ing|ment)|quarrel\w*"
            r"|a fight|fell out|falling out|betray\w*|cheated|lied to"
            r"|made up with|apologi[sz]ed|trust|secret"
        ),
        (
            "吵架|没说过话|不理我|不说话|大吵|吵了|争吵|闹翻|冷战|矛盾|背叛|出轨|骗了|和好|道歉|信任"
            "|秘密"
        ),
    ),
)

CHATTER: Kind = (
    (
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
        r"|what'?s up|how are (?:you|things)|how'?s (?:it going|everything|life)|how do you do"
        r"|(?:are )?you (?:there|ok(?:ay)?|around|awake)|anyone there|funny|good one|well done"
        r"|congrats|congratulations|enjoy|have a (?:good|nice|great) (?:one|day|night|evening"
        r"|weekend)"
    ),
    (
        "你好|您好|大家好|嗨|哈[喽啰罗]|喂|嘿|早(?:上好|[好呀啊安])?|午安|晚安|晚上好|下午好"
        "|中午好|在吗|在不在"
        "|在么|谢谢?|多谢|感谢|辛苦|不客气|不用谢|没事|没关系|没问题|对不起|抱歉|不好意思|收到"
        "|知道|明白|了解|懂了"
        "|原来如此|这样啊|是的|是啊|对[啊的呀]|没错|当然|真的|哇|哦|噢|喔|啊|嗯|唔|呃|哈|嘻|呵"
        "|笑死|厉害|太棒|不错"
        "|再见|拜拜?|回头|下次|回见|明天见|待会|稍等|等一下|等等|等下|慢走|好梦|最近怎么样"
        "|最近好吗|吃了吗|加油"
        "|恭喜|好嘞|好哒|好滴|好的|好吧|好呀|好啊|行吧|行|可以|ok|是吗|不是"
    ),
)
"""What small talk is made of."""
FILLER: Kind = (
    (
        r"then|so|well|just|there|today|tonight|at|all|one|really|very|a|the|and|you|you're|that's"
        r"|that|it|it's|to|for|my|dear|friend|man|mate|buddy|bot|again|much|lot|lots|bunch|is|are"
        r"|was|be|tomorrow|now|too|i|me|us|as|always"
    ),
    "亲爱的|朋友|今天|[我你您他她咱们了啦呀吧嘛吗呢的嘞哒喽就也都很太那这先再又个见聊做好是上一下]",
)
"""What may stand between, and says nothing."""
