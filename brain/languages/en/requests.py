"""Lists the words with which people ask in English to forget something."""

from brain.languages.parts import Requests

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
)
