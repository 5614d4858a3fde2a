"""Lists how people state things in Spanish, and how they say that these have changed."""

from brain.languages.parts import Frame, Updates

_PEOPLE = (
    "madre|mamá|padre|papá|padres|hermano|hermana|hermanos|hijo|hija|hijos|abuelo|abuela|abuelos"
    "|tío|tía|primo|prima|sobrino|sobrina|suegr[oa]|cuñad[oa]|pareja|amig[oa]|vecin[oa]"
    "|compañer[oa]|jef[ea]|familia|ex"
)
_V = r"(?P<value>.+)"
_WHAT = r"(?P<what>(?:[\w.-]+ ){0,5}?[\w.-]+?)"
_OWNER = r"(?:^|\b)(?:mi|mis|nuestr[oa]|su|el|la|tu)"
_WEEKDAY = "(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
_MONTH = (
    "(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_NUMBER = (
    "(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cuarenta"
    "|cincuenta|sesenta|setenta|ochenta|noventa)"
)
_DIETS = "vegetarian[oa]|vegan[oa]|omnívor[oa]|carnívor[oa]|celíac[oa]"
_BONDS = "solter[oa]|casad[oa]|comprometid[oa]|divorciad[oa]|viud[oa]|separad[oa]"
_OCCUPATION = (
    r"(?:profesor|maestr|médic|enfermer|abogad|ingenier|programador|diseñador|cociner|camarer"
    r"|conductor|carpinter|electricista|fontaner|periodista|estudiant|contable|dentista|artista"
    r"|bomber|policía|arquitect|traductor|peluquer|dependient|repartidor|gerent|director)\w*"
)
_CHANGED = (
    r"(?:cambi(?:ó|aron|é|amos|ado|ada)|movi(?:ó|eron)|mov[ií]|pas(?:ó|aron|é|ado|ada)"
    r"|aplaz(?:ó|aron"
    r"|ado|ada)|pospus(?:o|ieron)|pospuesto|pospuesta|retras(?:ó|aron|ado|ada)|adelant(?:ó|aron|ado"
    r"|ada)|subi(?:ó|eron|do)|baj(?:ó|aron|ado)|aument(?:ó|aron|ado)|actualic[eé])"
)

UPDATES = Updates(
    spellings=(
        (r"\b(?:novi[oa]|marid[oa]|espos[oa]|mujer|prometid[oa])\b", "pareja"),
        (r"\b(?:teléfono móvil|móvil|celular|número de (?:teléfono|móvil|celular))\b", "teléfono"),
        (r"\b(mi(?: nuevo)?) número\b", r"\1 teléfono"),
        (r"\b(?:correo electrónico|e-?mail|correo)\b", "correo"),
        (
            r"\b([A-ZÁÉÍÓÚ]\w+) y yo (rompimos|nos separamos|nos divorciamos|lo dejamos)",
            r"\2 con \1",
        ),
        (r"\bfavorit[oa]\b|\bpreferid[oa]\b", "favorito"),
        (r"^\s*(?:bueno|oye|hola|pues|por cierto|perdón|perdona|en realidad)[,:]?\s+", ""),
        (
            (
                r"^(?:mi )?(?:(?:nuev[oa] )([a-zñáéíóú]{3,20})|([a-zñáéíóú]{3,20}) nuev[oa])"
                r"(?::| es) *"
            ),
            r"mi \1\2 ahora es ",
        ),
        (
            (
                r"^(?:ahora )((?-i:[A-ZÁÉÍÓÚÑ])[\w'-]+(?: (?-i:[A-ZÁÉÍÓÚÑ])[\w'-]+)?)"
                r" es (mi|nuestr[oa]) ([\w ]{2,24})(?=[.,;!]|$)"
            ),
            r"\2 \3 ahora es \1",
        ),
    ),
    clauses=(
        r"[.!¡…;\n]+(?=\s|$)|,\s+|:\s+|¡|\s+(?:y|pero|porque|así que|aunque|cuando)\s+"
        r"(?=(?:ahora|ya|mi|me|yo|él|ella|compré|estoy|tengo|trabajo|vivo|soy)\b)"
    ),
    unreal=(
        r"\?|¿|\b(?:si|ojalá|quizás?|tal vez|a lo mejor|podría|debería|quiero|quisiera|me gustaría"
        r"|pienso|pensando|planeo|voy a|vamos a|antes (?:vivía|trabajaba)|solía|vivía|trabajaba|era"
        r"|de niñ[oa]|sueño con)\b"
    ),
    added=(
        r"\b(?:también|además|otr[oa]|segund[oa]|tampoco|a veces|los fines de semana|por ahora)\b"
    ),
    changed=(
        r"\b(?:ahora|ya no|actualmente|en vez|en lugar|desde ahora|a partir de|cambi\w+|nuev[oa])\b"
    ),
    ended=(
        r"\b(?:ya no|dejé de|dejé|he dejado(?: de)?|dejamos de|dejó(?: de)?|cancel\w+|vendí"
        r"|vendimos"
        r"|vendió|rompí con|rompimos con|terminé con|murió|falleció|ha muerto|se ha ido|renuncié a"
        r"|abandoné|cerré|borré|me deshice de|no .* más)\b"
    ),
    gone=r"\b(?:se )?(?:ha )?(?:murió|falleció|muerto|fallecido)\b",
    announced=(
        r"\b(?:cambio de planes|(?:los )?planes (?:han cambiado|cambiaron)|(?:me|nos) subieron)\b"
    ),
    not_so=r"\bno (?!sé|creo|quiero|puedo|entiendo|recuerdo|voy|tengo|estoy|me)|\bnunca\b",
    adds_up=(
        r"\b(?:gustan?|encantan?|tengo|tiene|tenemos|juego|aprendo|estudio|hablo|compr\w+|vi"
        r"|visit\w+|fui|fuimos|hice|\w+ndo)\b"
    ),
    denied=r"\b(?:no|nunca|dejé|odio|murió|vendí)\b",
    corrected=(
        r"\b(?:perdón|quise decir|quería decir|me equivoqué|corrección|en realidad|mejor dicho)\b"
    ),
    instead_of=(
        r"\b(?:no|en vez de|en lugar de) (?:el |la |los |las )*(?P<old>[\w:.@-]+)(?=[\s,.;!)]|$)"
    ),
    frames=(
        Frame(
            "new",
            ("residencia",),
            rf"\b(?:me mudé|nos mudamos|se mudó|se mudaron|me he mudado|se ha mudado|se han mudado"
            rf"|me trasladé|se trasladó)(?: de [\w ]+?)? a {_V}",
        ),
        Frame("is", ("residencia",), rf"\b(?:vivo|vivimos|vive|viven|resido) en {_V}"),
        Frame("is", ("hogar",), r"\b(?:vivo|vivimos|vive) (?P<value>(?:con|sol[oa]).*)"),
        Frame(
            "new",
            ("empleo", "oficio"),
            r"\b(?:cambié de (?:trabajo|empleo)|(?:encontré|empecé|conseguí"
            r"|tengo) (?:un )?(?:nuevo )?"
            r"(?:trabajo|empleo)(?: nuevo)?|me despidieron|me jubilé|renuncié)"
            r"(?: (?:en|como|de) (?P<value>.+))?",
        ),
        Frame("is", ("empleo",), rf"\b(?:trabajo|trabaja|trabajamos|trabajan) (?:en|para) {_V}"),
        Frame("is", ("oficio",), rf"\b(?:trabajo|trabaja) (?:como|de) {_V}"),
        Frame("is", ("oficio",), rf"\b(?:soy|es) (?:un |una )?(?P<value>{_OCCUPATION}.*)"),
        Frame("is", ("estudios",), rf"\b(?:estudio|estudia) {_V}"),
        Frame("new", ("estudios",), rf"\b(?:me cambié|me pasé|cambié) a {_V}"),
        Frame("is", ("nombre",), rf"\bme llamo {_V}"),
        Frame("is", ("edad",), r"\b(?:tengo|tiene) (?P<value>\w+) años"),
        Frame("new", ("edad",), r"\b(?:cumplí|he cumplido|cumplió) (?P<value>\w+)"),
        Frame("is", ("peso",), r"\b(?:peso|pesa) (?:ahora )?(?P<value>\d.*)"),
        Frame(
            "is",
            ("talla",),
            r"\b(?:uso|llevo|calzo) (?:la |el |un |una )?(?:talla )?(?P<value>\d+)",
        ),
        Frame("is", ("dieta",), rf"\b(?:soy|es) (?P<value>(?:{_DIETS}).*)"),
        Frame("new", ("dieta",), rf"\b(?:me hice|me volví|se hizo) (?P<value>(?:{_DIETS}).*)"),
        Frame(
            "new",
            ("estado", "pareja"),
            r"\b(?:rompimos|nos separamos|nos divorciamos|me divorcié|me separé|lo dejamos"
            r"|se divorció)"
            r"(?: (?:con|de) (?P<value>.+))?",
        ),
        Frame("new", ("estado",), r"\b(?P<value>me casé|nos casamos|se casó|me comprometí)\b"),
        Frame("is", ("estado",), rf"\b(?:estoy|soy|está|es) (?P<value>(?:{_BONDS}).*)"),
        Frame("is", ("estado",), r"\b(?:tengo|tiene) (?P<value>pareja)\b"),
        Frame("is", ("coche",), rf"\b(?:conduzco|manejo|conduce) (?=un |una |mi ){_V}"),
        Frame("new", (), rf"{_OWNER} nuev[oa]s? {_WHAT} (?:es|está|son|se llama) {_V}"),
        Frame(
            "new",
            (),
            rf"{_OWNER} {_WHAT} (?:se |ha |ha sido |fue |se ha )*{_CHANGED}"
            rf"(?: (?:de|del) [\w ]+?)? (?:a|al|hasta|para)(?: el| la)? {_V}",
        ),
        Frame(
            "new",
            (),
            rf"\b{_CHANGED} (?:mi|la|el|nuestr[oa]|su) {_WHAT}(?: (?:de|del) [\w ]+?)?"
            rf" (?:a|al|por|para)(?: el| la)? {_V}",
        ),
        Frame(
            "is",
            (),
            rf"{_OWNER} {_WHAT} (?:ahora )?(?:es|está|son|será|se llama|cuesta|sale|empieza)"
            rf"(?: (?:ahora|el|la|a las|en|de))* {_V}",
        ),
    ),
    own=(
        r"\b(?:\w+[aei]mos|yo|me|mi|mis|mí|nos|nuestr[oa]s?|soy|estoy|tengo|vivo|trabajo|como"
        r"|bebo|tomo"
        r"|fumo|voy|uso|juego|estudio|\w+[éí])\b"
    ),
    people=rf"\b(?:{_PEOPLE})\b",
    pronouns=(
        ("ella", "madre|mamá|hermana|hija|abuela|tía|prima|pareja|amiga|jefa"),
        ("él", "padre|papá|hermano|hijo|abuelo|tío|primo|pareja|amigo|jefe"),
    ),
    several=r"amig[oa]|vecin[oa]|compañer[oa]",
    named=rf"\b(?:{_PEOPLE})(?: se llama|,)? ([A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)",
    sole=r"pareja|jef[ea]",
    single=(
        r"teléfono|correo|dirección|contraseña|clave|código|nombre|apodo|edad|peso|talla|estatura"
        r"|cumpleaños|sueldo|salario|alquiler|plazo|dieta|residencia|hogar|estado|empleo|oficio"
        r"|estudios|colegio|universidad|coche|favorito|meta|presupuesto|precio|nivel|casero"
        r"|terapeuta|dentista|médico|equipo"
    ),
    apart=(
        r"\b(?:trabajo|casa|oficina|personal|privado|segundo|primer|antiguo|anterior|emergencia"
        r"|verano|invierno)\b"
    ),
    which=r"\b(?:mayor|menor|peque[ñn][oa]|median[oa]|primer[oa]?|segund[oa]|tercer[oa]?)\b",
    occasions=(
        rf"\b(?:{_WEEKDAY}s?|entre semana|fin(?:es)? de semana|por las? (?:mañana|tarde|noche)s?"
        r"|en (?:primavera|verano|otoño|invierno))\b"
    ),
    light=(
        r"(?:hace \w+ (?:días?|semanas?|meses|años?)|la semana pasada|el \w+ pasado|todos los días"
        r"|cada (?:día|mañana|semana)|yo|me|mi|mis|nos|el|la|los|las|un|una|de|del|al|a|en|con|por"
        r"|para|que|y|o|es|está|soy|estoy|ha|he|se|su|ayer|hoy|ahora|ya|no|nuevo|nueva|actual|muy"
        r"|más|cita|viaje|plan|siempre|anoche)"
    ),
    hints=(
        ("residencia", "vivo vive vivimos en mudé"),
        ("hogar", "vivo con"),
        ("empleo", "trabajo trabaja en"),
        ("oficio", "trabajo soy como"),
        ("estudios", "estudio estudia"),
        ("estado", "soltero casado pareja novio novia"),
        ("pareja", "novio novia marido esposa se llama"),
        ("dieta", "vegetariano vegano carne como"),
        ("edad", "años tengo"),
        ("coche", "conduzco coche"),
    ),
    values=(
        ("email", r"\S+@\S+"),
        ("weekday", rf"(?i:\b{_WEEKDAY}\b)"),
        ("date", rf"(?i:\b{_MONTH}\b|\b\d{{1,2}} de \w+|\bmañana\b|\bpróxim[oa]\b)"),
        (
            "time",
            (
                r"(?i:\b\d{1,2}:\d\d\b|\blas (?:\d{1,2}|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
                r"|diez|once|doce)\b)"
            ),
        ),
        ("number", rf"(?i:\d|\b{_NUMBER}\b)"),
        (
            "colour",
            (
                r"(?i:\b(?:roj|amarill|negr|blanc|morad)[oa]\b|\b(?:azul|verde|gris|rosa|naranja"
                r"|marrón|violeta)\b)"
            ),
        ),
        ("name", r"^[A-ZÁÉÍÓÚ]\w+"),
    ),
)
