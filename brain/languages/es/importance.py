"""Lists the words that tell how much a Spanish message matters.

Accents are removed before the search.
"""

import unicodedata

from brain.languages.es.accents import ACUTE
from brain.languages.parts import Signs


def _remove_accents(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(ACUTE)


_NUMBER = (
    r"(?:\d{1,3}|un|una|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece"
    r"|catorce|quince|dieci\w+|veint\w+|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta"
    r"|noventa)(?: y \w+)?)"
)
_CLOSE = (
    r"espos[oa]|marido|mujer|pareja|novi[oa]|prometid[oa]|ex|madre|mama|mami|padre|papa|papi|papas"
    r"|padres|viejos|hij[oa]s?|bebe|niñ[oa]s?|nen[ea]s?|herman[oa]s?|hermanit[oa]s?|mell?iz[oa]s"
    r"|gemel[oa]s|abuel[oa]s?|abuelit[oa]s?|ti[oa]s?|prim[oa]s?|sobrin[oa]s?|niet[oa]s?|suegr[oa]s?"
    r"|cuñad[oa]s?|nuera|yerno|madrastra|padrastro|familia|gat[oa]s?|gatit[oa]s?|perr[oa]s?"
    r"|perrit[oa]s?|mascota|conejo|loro|caballo|hamster|amig[oa]s?|mejor amig[oa]|vecin[oa]s?"
    r"|compañer[oa]s?(?: de \w+)?|colegas?|jef[ea]|profe|profesora?|maestr[oa]|terapeuta"
    r"|psicolog[oa]"
)

SIGNS = Signs(
    plain=_remove_accents,
    # The ending of a verb tells the person, as "yo" is usually omitted.
    own=(
        r"yo|me|mi|mis|mi[oa]s?|conmigo|nosotr[oa]s|nos|nuestr[oa]s?|soy|estoy|tengo|vivo|trabajo"
        r"|estudio|naci|creci|cumpl[oi]|fui|era|tuve|tenia|estuve|padezco|sufro|hemos|somos|tenemos"
        r"|vivimos|estamos|perdi|perdimos|enterramos|crie|voy|hago|llevo|he|uso|tomo"
    ),
    remember=(
        r"recuerda (?:que|esto|siempre|mi)|acuerdate (?:de|que)|acordate (?:de|que)"
        r"|(?:no|nunca) (?:te )?(?:lo )?olvides|ten en cuenta|tene en cuenta|tenlo en cuenta"
        r"|para que (?:lo )?(?:sepas|recuerdes)|guarda(?:lo)? en (?:la )?memoria"
    ),
    i_am_named=(r"\b(?:[Yy]o )?[Ss]oy [A-ZÑ][a-zñ]+\b"),
    figure=(r"\d{1,4}"),
    names=(
        r"me llamo|(?:mi nombre|mi apellido|mi apodo) (?:completo )?es|me (?:dicen|llaman|apodan)"
        r"|(?:puedes |podes )?(?:dime|decime|llamame)(?= \w+)|apodo"
        rf"|(?:mi|mis|nuestr[oa]s?) (?:{_CLOSE})(?: \w+)? se llaman?"
        rf"|(?:mi|nuestr[oa]) (?:{_CLOSE})(?: mayor| menor| pequeñ[oa])? es(?= (?-i:[A-ZÑ]))"
        rf"|(?:le|la|lo|les) pus(?:e|imos)(?= (?-i:[A-ZÑ])|\s+(?:de )?nombre)"
        rf"|tengo un[oa]? (?:{_CLOSE})"
        r" que se llama"
    ),
    work=(
        r"trabajo (?:como|de|en|para|por|desde|con)|trabaje (?:como|de|en|para)"
        r"|trabajaba (?:como|de|en|para)|me dedico a|doy clases|enseño"
        r"|(?:doy|dicto|imparto) clase|estudio(?! (?:para|mañana|hoy)\b)(?= \w{5,})"
        r"|mi (?:trabajo|empleo|profesion|oficio|carrera|empresa|negocio|escuela|colegio"
        r"|universidad|facultad)|(?:estoy|soy) (?:jubilad[oa]|desemplead[oa]|retirad[oa])"
        r"|(?:soy|era|fui) (?:un |una |el |la )?(?:estudiante|profesora?|maestr[oa]|docente"
        r"|ingenier[oa]|medic[oa]|doctora?|ciruj\w+|enfermer[oa]|parter[oa]|veterinari[oa]"
        r"|abogad[oa]|juez[a]?|programadora?|desarrolladora?|diseñadora?|escritora?|autora?"
        r"|editora?|periodista|chofer|conductora?|taxista|camioner[oa]|gerente|chef|cociner[oa]"
        r"|panader[oa]|agricultora?|artista|pintora?|music[oa]|cantante|actor|actriz"
        r"|cientific[oa]|investigadora?|contadora?|farmaceutic[oa]|terapeuta|psicolog[oa]|dentista"
        r"|fotograf[oa]|carpinter[oa]|plomer[oa]|fontaner[oa]|electricista|mecanic[oa]"
        r"|bibliotecari[oa]|meser[oa]|mozo|camarer[oa]|cajer[oa]|traductora?|bomber[oa]|soldado"
        r"|militar|policia|pilot[oa]|arquitect[oa]|freelance|trabajadora? social|voluntari[oa]"
        r"|fundadora?|albañil|peluquer[oa]|vendedora?|dueñ[oa] de)"
    ),
    home=(
        r"soy (?:originari[oa] )?(?:de (?-i:[A-ZÑ])\w+|del \w+)|vengo de (?-i:[A-ZÑ])\w+"
        r"|naci(?:mos)?(?= en|,| y)"
        r"|nacid[oa]s? en|creci(?:mos)?|me crie|nos criamos|me cri(?:o|aron)|me mude|nos mudamos"
        r"|vivo (?:en|con|sol[oa]|desde|a)|vivimos (?:en|con|desde)|vivia en|emigre|emigramos"
        r"|inmigre|adoptad[oa]|me adoptaron|(?:lengua|idioma) matern[oa]"
        r"|mi (?:casa|pueblo|pais|ciudad natal|direccion|nacionalidad|tierra)|ciudad natal"
        r"|soy (?:mexican[oa]|colombian[oa]|argentin[oa]|peruan[oa]|chilen[oa]|venezolan[oa]"
        r"|ecuatorian[oa]|bolivian[oa]|uruguay[oa]|paraguay[oa]|cuban[oa]|dominican[oa]"
        r"|puertorriqueñ[oa]|guatemaltec[oa]|hondureñ[oa]|salvadoreñ[oa]|nicaragüense|costarricense"
        r"|panameñ[oa]|español[a]?)"
    ),
    age=(
        rf"(?:mi|su|el) cumpleaños|cumpl(?:o|i|ire|e|io|imos|en) {_NUMBER}(?: años)?"
        rf"|(?:tengo|tenia|tiene) {_NUMBER} años|a los {_NUMBER}(?: años)?|{_NUMBER} años de edad"
        r"|cuando (?:yo )?era (?:niñ[oa]|chic[oa]|pequeñ[oa]|adolescente)|de (?:niñ[oa]|chic[oa])"
    ),
    health=(
        r"alergi\w+|leucemia|lupus|esclerosis|hepatitis|renal|paraliz\w+|paralisis|amputa\w+"
        r"|intoleran\w+|epinefrina|anafila\w+|diabet\w+|insulina|asma|asmatic[oa]|cancer|tumor\w*"
        r"|quimio\w*|epilep\w+|depresion(?! economica)|bipolar|tdah|autis\w+|tept|toc|anorexi\w*"
        r"|bulimi\w*|demencia|alzheimer|parkinson|infarto|derrame|(?:ataque|problemas?) (?:al"
        r"|del?) "
        r"corazon|cardiac[oa]|marcapasos|enfermedad\w*|trastorno|sindrome|cronic[oa]|migrañas?"
        r"|artritis|celiac[oa]|celiaquia|diagnostic\w+|cirugia|me oper(?:an|aron|o)|operacion"
        r"|trasplante|silla de ruedas|discapaci\w+|sord[oa]|cieg[oa]|dislexi\w*|audifono"
        r"|ataques? de (?:panico|ansiedad)|vih|sida|hipertens\w+|embaraz\w+|encinta"
        r"|(?:espero|esperamos|esperando) (?:un bebe|un hijo|una hija|mellizos|gemelos)|aborto"
        r"|fertilizacion|sobri[oa]|adict[oa]|adiccion|alcoholic[oa]|rehabilitacion|recai\w*"
        r"|suicid\w+|autolesi\w+|terapia|medicacion|(?:tipo de )?sangre|presion (?:alta|arterial)"
    ),
    bonds=(
        r"muri[oó]|murieron|ha muerto|falleci\w+|muerte de|funeral|velorio|velamos|entierro"
        r"|enterr\w+|cremar\w+|viud[oa]|huerfan[oa]|de luto|duelo"
        rf"|perdi (?:a|al) (?:mi |mis )?(?:{_CLOSE})|perdimos (?:a|al) (?:mi "
        rf"|nuestr[oa] )?(?:{_CLOSE})"
        r"|me (?:case|caso|separe|divorcie|comprometi)|nos (?:casamos|separamos|divorciamos"
        r"|comprometimos)|casad[oa]s?|boda|divorci\w+|separad[oa]s?|terminamos|me dejo mi|rompimos"
        r"|cort(?:e|amos) con|di(?:o|mos)? a luz|recien nacid[oa]|nacio|salir del closet"
        r"|sali del (?:closet|armario)|jubil\w+|aniversario|(?:madre|padre|mama|papa) solter[oa]"
        r"|hij[oa] unic[oa]|tengo (?:\w+ )?(?:hij[oa]s?|herman[oa]s?|niet[oa]s?)|mellizos|gemelos"
    ),
    beliefs=(
        r"vegetarian[oa]|vegan[oa]|halal|kosher|budis\w+|musulman[a]?|islam|cristian[oa]"
        r"|catolic[oa]"
        r"|protestante|evangelic[oa]|judi[oa]|hindu\w*|ate[oa]|agnostic[oa]|religio\w+|mi fe|gay"
        r"|lesbiana|bisexual|transgenero|transexual|trans|no binari[oa]|queer|asexual"
        r"|introvertid[oa]|extrovertid[oa]|timid[oa]|zurd[oa]|mis pronombres|abstemi[oa]"
        r"|no (?:bebo|fumo|como (?:carne|cerdo|res|puerco|gluten))"
    ),
    near=(
        rf"(?:mis?|nuestr[oa]s?) (?:\w+ ){{0,1}}(?:{_CLOSE})|(?:mama|papa|la abuela"
        rf"|el abuelo) (?:esta|viene)"
    ),
    tastes=(
        r"me (?:\w+ )?(?:gustan?|encantan?|fascinan?|apasionan?|interesan?|molestan?|chocan?)"
        r"|(?:odio|amo|adoro|detesto|prefiero|extraño|disfruto)|no (?:soporto|aguanto)"
        r"|no puedo vivir sin|favorit[oa]s?|obsesionad[oa]|pasion|fan de|hobby|pasatiempo"
        r"|aficionad[oa]"
    ),
    feelings=(
        r"(?:me da|le tengo|tengo|les tengo) (?:mucho |tanto |un poco de )?(?:miedo|panico|terror)"
        r"|miedo|temo|asustad[oa]|aterrad[oa]|ansios[oa]|ansiedad|nervios\w*|deprimid[oa]"
        r"|me siento (?:\w+ )?\w+|soledad|me sentia|triste\w*|enojad[oa]|furios[oa]|molest[oa]"
        r"|feliz"
        r"|content[oa]|orgullos[oa]|emocionad[oa]|ilusionad[oa]|preocupad[oa]|preocupa|estres\w*"
        r"|estresad[oa]|llor\w+|corazon roto|me doli[oó]|duele|avergonzad[oa]|vergüenza|culpable"
        r"|culpa|celos[oa]?|agradecid[oa]|horrible|terrible|desesperad[oa]|sin esperanza|agotad[oa]"
        r"|abrumad[oa]|quemad[oa]|destrozad[oa]|decepcionad[oa]|frustrad[oa]|aliviad[oa]|alivio"
        r"|insomnio|pesadillas?|duermo (?:muy )?mal|durmiendo mal|no puedo dormir|rendirme"
    ),
    plans=(
        r"(?:voy|vamos) a (?!ver\b)\w+r|(?:quiero|quisiera|espero|planeo|pienso|necesito|sueño con"
        r"|deseo|me gustaria|pensamos|queremos|ojala) (?:poder )?\w+|estoy (?:planeando|pensando en"
        r"|considerando|buscando)|(?:la )?proxim[oa] (?:semana|mes|año|verano|semestre)"
        r"|(?:la semana|el mes|el año) (?:que viene|proxim[oa])|me (?:inscribi|anote|apunte"
        r"|postule)"
        r"|reserve|reservamos|he (?:empezado|decidido)|(?:empece|comence|decidi)|ahorrando|meta"
        r"|viene a (?:visitar|verme|quedarse)|fecha limite|cita (?:con|medica)|viajo a|volamos a"
    ),
    turns=(
        r"(?:termine|acabe|logre|consegui|aprobe|reprobe|suspendi|desaprobe|perdi|gane|ganamos"
        r"|perdimos)|me (?:aceptaron|rechazaron|contrataron|despidieron|ascendieron|echaron"
        r"|robaron|llamaron|gradue|titule|recibi)|ascenso|ascend\w+|gradu\w+|despido|desempleo"
        r"|renunci\w+|premio|beca|publi(?:que|caron)|entrevista|examen(?:es)?|manejo|final"
        r"|me mudo|mudanza|compr(?:e|amos) (?:una |un )?(?:casa|departamento|piso|auto|carro|coche)"
        r"|accidente|hospital|borrador|nuevo (?:trabajo|empleo)|visa|alquiler|renta|hipoteca"
        r"|deudas?|prestamo|sueldo|salario|pasaporte|competencia|maraton|se mud[oó]"
    ),
    quarrels=(
        r"no nos hablamos|(?:ya )?no me habla|(?:dejo|dejamos) de hablar\w*|discut\w+|discusion"
        r"|pele(?:a|e|o|amos|ando|aron)|me pelee|traicion\w*|me (?:engaño|mintio|fue infiel)"
        r"|infidelidad|nos reconciliamos|reconcili\w+|perdon(?:e|arle|arla|arlo)|confianza|secreto"
    ),
    chatter=(
        r"no (?:pasa nada|se)|que (?:opinas|piensas)|como te sientes"
        r"|hola+|holi+s?|ola|buenas(?: (?:tardes|noches))?|buen(?:os)? dias?|hey+|ey+|que (?:tal"
        r"|onda|hubo"
        r"|pasa|haces|hay)|que hay de nuevo|como (?:estas|te va|va(?: todo)?|andas|vas|amaneciste"
        r"|te encuentras)|todo bien|gracias|muchas gracias|mil gracias|grax|de nada|no hay de que"
        r"|por favor|porfa|ok+(?:ay|ey)?|oki+|vale|dale|listo|va|sale|bueno|bien|claro|por supuesto"
        r"|perfecto|genial|excelente|buenisimo|super|chevere|que (?:bien|bueno|lindo|padre|chevere"
        r"|risa|gracios[oa])|de acuerdo|entiendo|entendido|ya veo|tiene sentido|suena bien|exacto"
        r"|exactamente|cierto|verdad|asi es|tal cual|si+|sip|no+|nop|nah|tal vez|quizas?"
        r"|ja(?:ja)+j?"
        r"|(?:ja|je|ji){2,}|jeje+|lol+|xd+|wow+|guau|uy+|ay+|ah+|oh+|eh+|hm+|mm+|aja|chau+|chao"
        r"|adios"
        r"|bye+|hasta (?:luego|mañana|pronto|la vista)|nos vemos|te veo|hablamos(?: luego)?"
        r"|ya vuelvo"
        r"|ahora vuelvo|ahorita vuelvo|un (?:momento|segundo)|espera|cuidate|descansa|duerme bien"
        r"|(?:dulces|lindos) sueños|que descanses|que (?:tengas|te vaya|pases).{0,20}(?:dia|noche"
        r"|tarde"
        r"|semana|bien)|bienvenid[oa]|no (?:te preocupes|pasa nada|hay problema|importa)|perdona?"
        r"|perdon"
        r"|disculpa|lo siento|ups+|error|estas ahi|hay alguien|sigues ahi|felicidades"
        r"|felicitaciones|(?:que |hace )?(?:buen|lindo|bonito|mal) (?:tiempo|dia)(?: hace)?"
        r"|has dormido|(?:cuanto es )?[\d.,]+ ?(?:mas|menos|por|entre|dividido (?:por|entre)"
        r"|por ciento de|% de) ?[\d.,]+"
        r"|(?:traduce|como se dice) ['\"“«][^'\"”»]+['\"”»] (?:al?|en) \w+"
        r"|(?:cuentame|dime|cuenta|di) (?:un|otro|alg)[ao]?(?: (?:chiste|cuento|historia|adivinanza"
        r"|trabalenguas|gracios[oa]|divertid[oa]|interesante))?"
        r"|saludos|abrazos?|besos?|igualmente|suerte|animo|feliz (?:dia|noche|tarde|finde|semana)"
        r"|buen (?:provecho|finde)|bendiciones|(?:tu|yo|a mi|lo mismo) (?:tambien|tampoco|digo)"
        r"|igual|ni idea|en serio|de veras|sigue|continua|cuentame mas|por ?que|y (?:tu|vos)"
        r"|(?<!no )estoy (?:bien|aqui)"
        r"|me voy|ya (?:volvi|vuelvo|llegue)|que fuerte|madre mia|dios mio"
        r"|te (?:quiero|amo|extraño|echo de menos)"
        r"|feliz (?:cumpleaños(?! a mi)|navidad|año(?: nuevo)?)"
    ),
    filler=(
        r"y|o|a|al|de|del|el|la|los|las|lo|un|una|que|pues|entonces|tambien|ya|muy|mucho|mas|tan"
        r"|todo"
        r"|hoy|aqui|ahi|ahora|luego|mañana|otra vez|de nuevo|tu|vos|te|ti|me|mi|se|es|esta|estas"
        r"|son|para"
        r"|por|con|querid[oa]|amig[oa]|bot|tio|compa|che|eso|esa|siempre|bonit[oa]|lind[oa]|nada"
    ),
)
