"""Lists the words with which people ask in English to forget something."""

from brain.languages.parts import Requests

_FORGET = r"(?:forget|delete|erase|remove|wipe|clear|drop|discard|unlearn|scrub|lose|bin)"
_FORGOTTEN = (
    r"(?:be|get)\s+(?:forgotten|deleted|erased|removed|wiped|cleared|dropped|discarded|lost)"
)
_NOT = (
    r"(?:do\s+not|don['’]?t|never|must\s+not|mustn['’]?t|should\s+not|shouldn['’]?t|not|cannot"
    r"|can['’]?t|won['’]?t|will\s+not)"
)
_NOT_TO_FORGET = (
    rf"(?<!why\s){_NOT}\s+(?:(?:you|ever|please|dare|want|wish|to|let|me|just|go|and)\s+){{0,5}}"
    rf"(?:{_FORGOTTEN}|{_FORGET}\b(?!\s+to\s+(?:please\s+)?{_FORGET}\b))"
)
_BEGINNING = r"(?:[,;.(!?:–—]|\s-\s|\b(?:but|and|though|while|yet)\b)\s*"
_REST = rf"(?:(?!,?\s*(?:(?:please|then|just|and|but)\s+)*{_FORGET}\b)[^.;!?\n])*"
"""The rest of a sentence, or its part before another verb that asks to forget."""

REQUESTS = Requests(
    asking="""
        forget forgets forgotten forgot delete deleted erase erased remove removed wipe
        clear drop dismiss discard unlearn everything anything whatever all any every each
        about regarding concerning related relating relates involving concerned please pls
        kindly could can would want need wish like you your yourself tell told telling say
        said saying mention mentioned mentioning talk talked talking spoke speak discussed
        discuss shared share know knew known remember remembered remembering recall memory
        memories fact facts stuff thing things information info details detail data note
        notes record records conversation conversations message messages topic subject
        matter part parts bit ever never again longer anymore just hey hi bring brought
        pretend happened happen maybe perhaps
        completely entirely totally forever immediately now get rid keep kept keeping
        store stored save saved stop scratch let lets us mind ones specific specifically
        plz plox abt bout thx ty yo lol tho bin scrub nix nuke purge expunge strike struck stricken
        un grateful appreciate kind im gonna wanna gotta when where who how bits chat chats
        only also too mr mrs ms dr miss regards respect concern
    """,
    joining="and or but plus & then",
    referring="he she they it him her hers them his their theirs its this that these those",
    irregular="""
        child children, wife wives, life lives, wolf wolves, knife knives, man men, woman women,
        foot feet, tooth teeth, mouse mice, goose geese, person people, thief thieves,
        bring brings brought, buy buys bought, catch catches caught, come comes came, drink drinks
        drank drunk, drive drives drove driven, eat eats ate eaten, fall falls fell fallen,
        fight fights fought, find finds found, fly flies flew flown, give gives gave given,
        grow grows grew grown, hide hides hid hidden, leave leaves left, lend lends lent,
        lie lies lied lying, lose loses lost, marry marries married, meet meets met,
        pay pays paid, ride rides rode ridden, sell sells sold, sing sings sang sung,
        sleep sleeps slept, spend spends spent, steal steals stole stolen,
        swim swims swam swum, teach teaches taught, win wins won, write writes wrote written
    """,
    speaking="i we",
    ordinals="st nd rd th",
    names="""
        amber angel april archer art ash august autumn baker banks barber bass bay bell berry bill
        billy bishop black blue bob bond brandy brook brown buck bud bush butcher butler candy
        carol carpenter carter chambers chance charity chase chip christian chuck church clay
        cliff cook cooper coral cross crystal curry daisy dale dash dawn day dean destiny dolly
        don drew dusty earl english eve faith farmer fern fisher flora ford forest fox frank
        french gardener gene ginger glass glen glory gold grace grant gray green grey guy hall
        harmony hart hawk hazel heath heather hill holly honey hope hunt hunter iris ivy jack jade
        jasmine jay jean jewel joy june junior king knight lake lamb lance lane laurel law lily
        little long love major marina mark marsh marshall mason may melody mercy mike miles miller
        misty moon moss noble norm olive opal page painter park parker pat patience pearl peg
        penny pepper pete pike piper pope poppy porter potter power price prince prior prudence
        rain randy ray red reed rice rich rivers river rob robin rocky rod roman rose rosemary
        ruby rusty sage sandy scarlet scout serenity sharp shepherd short silver skip sky small
        smith snow spring star steel sterling stone storm street strong sue summer sunny swan
        sweet tanner taylor teddy temple thorn turkey turner victor violet walker wall ward
        waters weaver wells west white wild will willow winter wolf wood woods woody wren young
    """,
    relations="""
        ex boyfriend girlfriend bf gf husband wife partner spouse fiance fiancee brother sister
        cousin uncle aunt auntie nephew niece son daughter stepson stepdaughter friend bestie
        buddy mate flatmate roommate housemate neighbour neighbor boss manager coworker colleague
        teacher therapist dog cat
    """,
    vague="plan plans idea ideas story stories rant rants issue issues situation business saga",
    articles="a an the",
    owning="my our your some any no",
    of="of the",
    inside="in",
    forgetting=rf"\b(?:{_FORGET}|get\s+rid|un-?remember|(?:don['’]?t|do\s+not)\s+(?:remember|keep|store|save))\b",
    refusing=(
        rf"\b{_NOT_TO_FORGET}|\b{_FORGET}\s+(?:nothing|none)\b"
        r"|^\W*(?:please\s+)*(?:keep|retain|remember)\s+(?!when\b|how\b|that\b|what\b|nothing\b|quiet\b)"
    ),
    excepting="|".join(
        (
            (
                r"\b(?:except(?:ing)?(?:\s+(?:for|that))?|apart\s+from|other\s+than|aside\s+from|besides|excluding"
                r"|save\s+for|with\s+the\s+exception\s+of|but\s+(?:please\s+)?not(?!\s+to\b)|not\s+counting)"
                rf"\s+(?P<kept>{_REST})"
            ),
            (
                rf"{_BEGINNING}(?:(?:please|just|do|still|also|you|can|may|should|must|i|want|to|but|and)\s+)*"
                r"(?:keep|leave|retain|hold\s+on\s+to|hang\s+on\s+to|remember"
                rf"|{_NOT_TO_FORGET})\s+(?P<kept>{_REST})"
            ),
            # All that is asked for "but" something.
            rf"(?<=\b(?:everything|anything|all)\b[^.,;!?\n]*)\bbut\s+(?!also\b)(?P<kept>{_REST})",
            (
                rf"{_BEGINNING}(?P<kept>(?:(?!{_FORGET}\b)[^.,;!?\n])+?)\s+"
                r"(?:(?:can|may|should|must|has\s+to|will)\s+)?(?:stays?|remains?|be\s+kept)\b[^.,;!?\n]*"
            ),
            rf"(?:[,;.(–—-]\s*(?:(?:and|but|just)\s+)?|\band\s+)not\s+(?!{_FORGET}\b)(?P<kept>{_REST})",
            (
                rf"{_BEGINNING}(?P<kept>(?:the\s+rest|(?:every|any)thing\s+else|all\s+else|the\s+others?"
                r"|other\s+things)\b[^.;!?\n]*\b(?:stays?|remains?|fine|ok|okay|keep|kept|alone|not)\b[^.;!?\n]*)"
            ),
            (
                rf"^\W*(?:please\s+)*(?:keep|retain|leave)\s+(?P<kept>(?:(?!{_FORGET}\b)[^.;!?\n])+?),?\s*"
                rf"(?:(?:please|but|and|only|just)\s+)*(?={_FORGET}\b)"
            ),
        )
    ),
    rest="rest else other others himself herself itself themselves themself everything anything",
)
