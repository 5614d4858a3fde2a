"""Recognises when people say in Spanish that they want to die or to harm themselves.

Verbs tell who is meant: "quiero" and "-me" are first person. Where a form is third person as well
("quería", "quisiera"), the words before it decide. The patterns contain no hints; see `brain.care`.
"""

import re

from brain.care.patterns import END, QUOTED, STOPS, any_of, around, patterns
from brain.languages.es.accents import ACUTE
from brain.languages.parts import SelfHarm

_WORK = (
    r"(?:cancion|tema|disco|banda|pelicula|serie|libro|novela|poema|episodio|capitulo|juego"
    r"|llamad[oa]|titulad[oa])"
)
_SPELLINGS = patterns(
    # The title of a work is not what the person says.
    (
        rf"\b({_WORK} (?:es |se llama |llamad[oa] |titulad[oa] )*)(?:{QUOTED}|«[^»\n]{{1,60}}»)",
        r"\1",
    ),
    (r"\b(?:kiero|qiero|qero|kero)\b", "quiero"),
    (r"\bkisiera\b", "quisiera"),
    (r"\bboy a\b", "voy a"),
    (r"\bsuisid", "suicid"),
    (
        (
            r"\b(?:solo|solamente|simplemente|realmente|de verdad|en serio|la verdad|sinceramente"
            r"|nomas|a veces|aveces) (?=\w)"
        ),
        "",
    ),
    (r"\b(?:una|gran) parte de mi quiere\b", "quiero"),
    # "Ya no quiero estar aquí" is graver than "no quiero estar aquí", and gets its own form.
    (r"\bya no (quiero|quisiera) (seguir|estar) aqui\b", r"no \1 \2 aqui mas"),
    (r"\bya no (?:me )?(?=\w)", "no "),
)  # fmt: skip


_WANT = (
    r"(?:quiero|quisiera|queria|quise|querido|deseo|desearia|deseaba|necesito|prefiero|preferiria"
    r"|(?:tengo|tenia|me dan?|siento|sentia|con) (?:muchas |unas |tantas )?ganas de)"
)
_MEAN = (
    rf"(?:{_WANT}|voy a|iba a|pienso(?: en)?|pense en|pensar en|pensado en|pensando en|planeo"
    r"|planeado|planeando|planee|plan de|decidi|decidido|intento|intente|intentado|intentar"
    r"|trate de|tratado de|estoy por|a punto de|deberia|debo|mejor|list[oa] para|impulso de"
    r"|idea de|imagino|imaginando|dan impulsos de|capaz de)"
)
"""Words that turn a deed into an intention."""
_PROCLITIC = (
    r"(?:me (?:quiero|quisiera|queria|voy a|iba a|pienso|deberia|podria|intente|trate de"
    r"|estoy por|vuelvo a|volvi a|he vuelto a|he querido|dan? ganas de))"
)
_HEIGHT = r"(?:puente|edificio|balcon|azotea|techo|ventana|piso|barranco|acantilado|terraza|tejado)"
_LIMBS = (
    r"(?:los brazos|el brazo|las muñecas|las venas|las piernas|los muslos|la piel|otra vez|de nuevo"
    r"|a proposito|para sentir|para calmarme|para no sentir)"
)
_OTHER_LIFE = (
    r"(?! (?:en (?!este mundo|esta vida|este dolor)|con (?!este|esto|tanto|esta|el dolor|la culpa)"
    r"|aqui|ahi|alla|alli|lejos|cerca|sol[oa]\b|junt[oa]s|para (?!nada)|de (?!este|esta)"
    r"|sin (?!esperanza)|a\b|al\b|como|entre|bajo|pegad[oa]|pendiente|encerrad[oa]|apurad[oa]"
    r"|mantenid[oa]|donde|otra|otro|la\b|el\b|ese|esa|solamente|fuera|hasta))"
)
"""What must not follow "vivir": in a town, with a mother-in-law, on credit."""

_SPANISH = re.compile(
    r"\b(?:"
    + any_of(
        # Killing oneself.
        rf"{_MEAN} (?:matarme|ahorcarme|colgarme{END}|envenenarme|pegarme un tiro|dispararme"
        r"|degollarme|quitarme de en medio)",
        rf"{_PROCLITIC} (?:matar|ahorcar|colgar{END}|suicidar|envenenar|pegar un tiro|quitar la"
        r" vida)",
        r"(?:\w+(?: de| en| a)? )?(?:suicidarme|quitarme la vida|(?:cortarme|abrirme) las venas)",
        r"me (?:suicido|suicide|suicidaria|suicidare)|me matare(?= |$)|me mato (?:hoy|esta noche"
        r"|ya)",
        r"me (?:corte|corto|abri|abro) las (?:venas|muñecas)|me ahorco|me quito la vida",
        rf"(?:{_MEAN} )?(?:acabar|terminar) con mi (?:propia )?(?:vida|existencia|sufrimiento)",
        rf"{_MEAN} (?:acabar|terminar) con todo(?: esto)?(?: de una vez)?{END}",
        rf"{_MEAN} ponerle? fin a (?:mi vida|todo{END})",
        r"(?:tengo|tuve|tenia|he tenido|con|siento|me vienen|vuelven|mis|por mis) (?:\w+ )?"
        r"(?:ideas?|pensamientos?|tendencias?|ideaciones|impulsos) (?:suicidas?|de suicidio"
        r"|de muerte)",
        r"(?:pienso|pensar|pensando|pensado|pense|piense) (?:\w+ )?en (?:el suicidio"
        r"|la muerte como)",
        r"mi (?:propio |primer |ultimo |segundo )?(?:intento de )?suicidio"
        r"|(?:tuve|hice) (?:un|otro|dos|varios) intentos? de suicidio",
        r"(?:escribi|escribiendo|escrito|dejado|deje) (?:mi|una|la) (?:carta|nota) (?:de suicidio"
        r"|suicida|de despedida)",
        r"el suicidio es (?:la|mi) unica|(?:la unica salida|mi unica salida) es (?:morir|la muerte"
        r"|el suicidio)",
        r"(?:me tome|tome|me trague|me tomaria|me voy a tomar|voy a tomarme|quiero tomarme"
        r"|pienso tomarme) (?:todo |un |el )?(?:frasco|bote|caja|puñado|monton|todas las|muchas"
        r"|demasiadas|un frasco|una caja)(?: entero| completo| entera)?(?: de)?(?: mis| las| sus)?"
        r" (?:pastillas|pildoras|medicamentos)",
        rf"{_MEAN} (?:tomar (?:una )?|hacerme (?:una )?|causarme (?:una )?|provocarme (?:una )?)"
        r"sobredosis",
        rf"(?:{_MEAN} (?:tirarme|lanzarme|aventarme|arrojarme|saltar|botarme)|{_PROCLITIC}"
        r" (?:tirar|lanzar|aventar|arrojar|botar))"
        rf" (?:de|del|desde|por) (?:el |la |un |una |este |mi )?(?:\w+ )?{_HEIGHT}"
        r"(?! (?:a|al|con|en)\b)",
        rf"(?:{_MEAN} (?:tirarme|lanzarme|aventarme|arrojarme|ponerme|saltar)|{_PROCLITIC}"
        r" (?:tirar|lanzar|aventar|arrojar)) (?:al|a las|bajo|debajo de|delante de|enfrente de"
        r"|frente a|a)(?: un| el| una| las)? ?(?:tren|metro|vias|camion|auto|carro|coche|bus)",
        # Harming oneself.
        rf"{_MEAN} (?:hacerme daño|lastimarme|herirme|autolesionarme|dañarme)(?! (?:la|el|al) )",
        rf"{_PROCLITIC} (?:hacer daño|lastimar|herir|autolesionar)(?! (?:la|el|al) )",
        rf"{_MEAN} (?:cortarme|quemarme)(?: {_LIMBS}|{END})",
        rf"(?:volvi a|he vuelto a|vuelvo a|empece a|no puedo dejar de|sigo sin poder dejar de)"
        rf" (?:cortarme|lastimarme|herirme|hacerme daño|autolesionarme|quemarme)(?: {_LIMBS}"
        rf"|{END})",
        rf"me (?:volvi|he vuelto|vuelvo) a cortar(?: (?:los brazos|las muñecas)|{END})",
        r"me (?:corto|corte|estoy cortando|he cortado|quemo|lastimo|lastime|hago daño|hice daño)"
        r" (?:los brazos|las piernas|los muslos|las muñecas)?(?:a proposito|adrede|a mi mism[oa]"
        r"|para (?:sentir|calmarme|no sentir|castigarme))",
        rf"me estoy cortando(?: {_LIMBS}|{END})",
        r"me corto los (?:brazos|muslos)|me autolesiono|me autolesione|mis autolesiones",
        r"(?:cortarme|hacerme daño|lastimarme) (?:me (?:ayuda|calma|alivia)|es lo unico)",
        # Dying, and no longer existing.
        rf"(?:me )?{_WANT} morir(?:me)?",
        r"(?:me )?(?:dan|da|dieron) ganas de morir(?:me)?",
        r"(?:ojala|desearia|quisiera|espero|le pido a dios|rezo por|rezo para|pido)(?: que)?"
        r" (?:yo )?(?:me )?(?:muera|muriera|muriese|morir(?:me)? pronto)",
        r"(?:ojala|desearia|quisiera|quiero|preferiria|prefiero)(?: que)? (?:yo )?"
        r"(?:estuviera|estuviese|estar) muert[oa]",
        r"(?:estaria|estoy|estare) mejor muert[oa]|mejor (?:estar )?muert[oa](?: que viv[oa])?"
        + END,
        r"(?:ojala|desearia|quisiera|preferiria)(?: que)? (?:yo )?(?:nunca |no )(?:hubiera nacido"
        r"|hubiese nacido|haber nacido|existiera|existir)",
        r"(?:no|nunca) (?:debi|deberia|tendria que) (?:de )?haber nacido",
        r"(?:ojala|quisiera|quiero|espero|desearia)(?: que)?(?: mañana)?(?: ya)?"
        rf" (?:no|nunca)(?: mas)? (?:despertar|despertarme|me despierte|despierte|despertara)"
        rf"(?: mañana| mas| nunca| jamas| nunca mas)*{END}",
        r"(?:dormir|dormirme|me duermo|acostarme|cerrar los ojos) y (?:no|nunca|jamas) (?:mas )?"
        r"(?:volver a )?(?:despertar|despertarme|abrirlos)",
        rf"{_WANT} (?:dejar de (?:existir|vivir(?! (?:en|con|de|sol[oa]|junt[oa]s)\b))"
        rf"|desaparecer (?:para siempre|de(?:l| este)"
        r" mundo|de la faz|de la vida)|irme de este mundo|dejar este mundo)",
        rf"me {_WANT} ir de este mundo|me quiero ir de este mundo",
        r"(?:seria|es) (?:mejor|mas facil) (?:estar muert[oa]|morir(?:me)?|matarme)",
        r"si (?:yo )?(?:me muriera|me muero|muriera|me mato|me matara|desapareciera) (?:a )?nadie"
        r" (?:lo |me |se |le )?(?:notaria|lloraria|extrañaria|importaria|daria cuenta|echaria)",
        r"merezco morir|dejenme morir|dejame morir|deberia morirme|deberia estar muert[oa]",
        # Not living.
        rf"no (?:quiero|quisiera|deseo|queria) (?:seguir )?(?:vivir|viviendo|existir|existiendo)"
        rf"(?: mas)?{_OTHER_LIFE}",
        r"no (?:quiero|quisiera|deseo) (?:seguir (?:con vida|viv[oa])|estar viv[oa])"
        r"|no (?:quiero|quisiera) (?:seguir|estar) (?:mas )?en este mundo",
        rf"no (?:quiero|quisiera) despertar(?:me)?(?: mañana| mas| nunca| jamas| nunca mas)*{END}",
        rf"no (?:quiero|quisiera) (?:seguir|estar) (?:mas )?aqui(?: mas| en este mundo){END}",
        r"no (?:tengo|me quedan|siento) (?:mas )?(?:ganas|deseos|fuerzas) (?:de|para) (?:vivir"
        rf"|seguir viviendo|seguir con vida|seguir viv[oa]){_OTHER_LIFE}",
        r"(?:perdi|he perdido|estoy perdiendo) las ganas de vivir",
        r"(?:no (?:hay|tengo|veo|encuentro|le veo|le encuentro|me queda|me quedan)|sin)"
        r" (?:ningun[a]? |una |mas |algun[a]? )?(?:razon|razones|motivos?|sentido|nada)"
        r" (?:para|de|por que|por la que|por el que|a|en) (?:vivir|seguir viviendo|seguir con vida"
        rf"|seguir viv[oa]|la vida|mi vida|seguir{END})",
        rf"(?:mi vida|vivir|seguir viviendo|la vida) no (?:tiene|vale)(?: mas| ningun| la| el)?"
        rf" ?(?:sentido|nada|pena)(?: vivirla| para mi)?{END}",
        r"no vale la pena (?:vivir|seguir viviendo|seguir con vida|estar viv[oa])",
        rf"(?:para que|que sentido tiene) (?:seguir )?(?:vivir|viviendo|con vida|viv[oa]){END}",
        rf"(?:cansad[oa]|hart[oa]) de (?:vivir|seguir viviendo|estar viv[oa]|existir|la vida"
        rf"|mi vida)"
        rf"{_OTHER_LIFE}",
        rf"no (?:puedo|aguanto|soporto) (?:mas )?(?:seguir )?(?:vivir|viviendo|vivo|viva)(?: mas)?"
        rf"{_OTHER_LIFE}",
        r"no merezco (?:vivir|estar viv[oa]|seguir viv[oa]|existir)",
        # What would happen without oneself.
        r"(?:estaria|estarian|estara|estaran|esta|estan|seria|vivirian?|irian?)(?: \w+)?"
        r" (?:mejor|mas felices|mas feliz) sin mi(?! \w+)",
        r"mejor (?:sin mi(?! \w+)|si (?:yo )?(?:no existiera|no estuviera viv[oa]|me muriera"
        r"|me muero"
        r"|estuviera muert[oa]|no hubiera nacido))",
        r"(?:a nadie le importaria?|nadie (?:me )?(?:extrañaria|echaria de menos|lloraria|notaria"
        r"|se daria cuenta|va a extrañarme))(?: que| si) (?:yo )?(?:me (?:muriera|muero|muera|mato"
        r"|matara|suicido|suicidara|fuera para siempre)|desapareciera|no estuviera|muriera"
        r"|dejara de existir)",
    )
    + r")\b"
)
_FIGURES = (
    *("morir", "morirme", "matarme", "matar", "muera", "muriera", "un tiro", "ahorcarme"),
    *("ahorcar", "vivir", "despertar", "mi vida", "la vida"),
)
"""Words that `_FIGURE` after them turns into a figure of speech; other words are always meant."""
_FIGURE = re.compile(
    r" (?:de (?:la |el |puro |pura |tanto |tanta |mucho |mucha )?(?:risa|hambre|sueño|calor|frio"
    r"|amor|ternura|vergüenza|verguenza|pena|ganas|nervios|emocion|aburrimiento|aburrid[oa]|envidia"
    r"|celos|antojo|sed|viej[oa]|gusto|alegria|felicidad|felices|cansancio|curiosidad|rabia|coraje"
    r"|reir|miedo|susto|impaciencia|ilusion|asco|bochorno)"
    r"|por (?:ti|vos|un|una|el|la|ese|esa|ver|probar|comer)\b|cada vez que|cuando|si\b"
    r"|\w+[aei]ndo\b"
    r"|(?:en|a|entre|junto|cerca|lejos|rodead[oa]|con|sin|antes|despues|siendo|aqui|alla"
    r"|mañana con)"
    r"|feliz|tranquil[oa] en|viej[oa]|joven|por la patria|al\b|para (?:ir|ver|tener|estar))\b"
)
_GRAVE = re.compile(
    r" (?:en (?:este mundo|esta vida|paz|mis sueños|este momento|mi cama ya|serio)|sin (?:dolor"
    r"|sufrir|que nadie)"
    r"|con (?:este|esto|tanto|tanta|el dolor)|a(?:hora| la vez)\b|cuando (?:me )?(?:duerma"
    r"|despierto))"
)
_NEGATED = re.compile(
    r"\b(?:no|nunca|jamas|tampoco|ni)(?: (?:creo|pienso|digo|significa|quiere decir|es)(?: que)?)?"
    r"(?: (?:me|yo|he|habia|estoy|tengo|siquiera|se trata de|voy a|quiero decir que|seria))* $"
)
_SOMEBODY = re.compile(
    r"\b(?:madre|mama|padre|papa|ti[oa]|prim[oa]|hij[oa]|espos[oa]|marido|novi[oa]|herman[oa]|jefe"
    r"|jefa|vecin[oa]|abuel[oa]|amig[oa]|compañer[oa]|profesora?|perr[oa]|gat[oa]|tipo|hombre|mujer"
    r"|chic[oa]|actriz|actor|cantante|personaje|protagonista|gente|el|ella|alguien|quien|heroe"
    r"|heroina|villano|rey|reina|soldado)(?: \w+){0,2} $"
)
"""A person whom the words are about, if they stand at most two words before a verb that may be
third person."""
_WORKS = re.compile(
    rf"\b(?:{_WORK}|personaje|letra|verso|frase|meme|refran|estribillo|protagonista|escena)"
    r"\b(?: (?!que\b me\b)\w+){0,6} $"
)
_EITHER_PERSON = re.compile(
    r"(?:no )?(?:queria|quisiera|iba a|deseaba|desearia|preferiria|deberia|tenia|sentia|con)\b"
)


_CLAUSE = re.compile(rf"{STOPS}|, (?:y|e|pero|aunque) |,(?= (?:quiero|quisiera|voy)\b)")


def _is_meant(clause: str, found: re.Match[str], *, laughs: bool) -> bool:
    before, after = around(clause, found)
    words = found[0]
    if _NEGATED.search(before) or _WORKS.search(before):
        return False
    if _EITHER_PERSON.match(words) and _SOMEBODY.search(before):
        return False
    if words.endswith(_FIGURES):
        figure = _FIGURE.match(after) and not _GRAVE.match(after)
        return not (laughs or figure)
    return True


SELF_HARM = SelfHarm(
    letters=ACUTE,
    spellings=_SPELLINGS,
    clauses=_CLAUSE,
    words=_SPANISH,
    is_meant=_is_meant,
    laughter=re.compile(r"\b(?:(?:ja|je|ji){2,}j?|lol|lmao|xd+|es broma|bromeo)\b|[😂🤣😆😹💀]"),
)
