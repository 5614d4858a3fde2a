# Lo que la gente lee en la terminal y en los chats: breve, amable y siempre con una salida.
error-unexpected = Algo salió mal que no debía ({ $kind }). Ejecútalo de nuevo con --debug para ver la traza.
error-unknown-memory = No hay ningún recuerdo { $id }. Hacen falta al menos 4 caracteres de un id; `siliconfriend memories` los muestra.
error-ambiguous-memory = Más de un recuerdo empieza con { $id }: { $candidates }. Por favor, da más del id.
error-no-such-store = No hay recuerdos que copiar: { $path } no existe.
error-file-unwritable = No puedo escribir { $path }: { $reason }.

settings-unknown = { $name }: no existe ese ajuste.
settings-unknown-near = { $name }: no existe ese ajuste; ¿será { $near }?
settings-no-file = { $path }: ese archivo no existe.
settings-not-utf8 = { $path }: no es texto UTF-8.
settings-persona-size = { $path }: una personalidad necesita de 1 a { $limit } caracteres de texto.
person-name-wrong = Un nombre necesita un carácter visible y ningún carácter de control.

days = { $days ->
        [one] { $days } día
       *[other] { $days } días
    }
never = nunca
and-more = … y { $count } más

chat-starting = despertando…
chat-thinking = pensando…
chat-was-thinking = (Lo de arriba eran pensamientos del modelo. Su respuesta:)
chat-who = El modelo es { $generator }.
chat-who-local = El modelo es { $generator }, en esta máquina.
chat-demonstration = Es un modelo diminuto de demostración: muestra que todo funciona y aún no llega a ser una amistad. `siliconfriend setup` encuentra o descarga uno mejor.
chat-days-later = Días que está adelantado el reloj: { $days }. Lo que digas ahora lleva esa fecha.
chat-memories = { $count ->
        [0] No nos conocíamos: todavía no tengo recuerdos de ti.
        [one] Tengo un recuerdo de ti.
       *[other] Tengo { $count } recuerdos de ti.
    }
chat-how = /help muestra lo que puedes hacer aquí.
chat-bye = Hasta pronto.
chat-without-memory = (Ahora no puedo llegar a mis recuerdos y respondo sin ellos. Esto lo recordaré más tarde.)
chat-stopped = Interrumpido. Tu mensaje está guardado.
chat-elsewhere = { $command } es para Discord y Telegram. Aquí valen tus ajustes: `siliconfriend doctor` los muestra.
chat-saved = Escrito en { $path }.
chat-forget-what = ¿Qué olvido? Usa /forget y unas palabras, o un id.
chat-correct-what = ¿Qué corrijo? Usa /correct y un id, o unas palabras; /memories muestra los id.
chat-correct-undo = /undo lo deja como estaba.
chat-pin-what = ¿Cuál? Usa /pin o /unpin y un id; /memories los muestra.
chat-undo-hint = /undo lo recupera.
chat-help =
    /memories [palabras]  lo que recuerdo, o lo que esas palabras evocan
    /forget palabras|id   muestra lo que eso olvidaría y después pregunta
    /correct id|palabras  da otras palabras a un recuerdo: elígelo y cambia su texto
    /undo                 deshace lo último que se olvidó o corrigió
    /pin id, /unpin id    guarda un recuerdo para siempre o deja que se desvanezca
    /remember texto       guarda una frase para siempre
    /portrait             quién eres para mí y qué sé con certeza
    /pause, /resume       deja de recordar, y vuelve a hacerlo
    /persona [texto]      cómo quieres que sea contigo
    /privacy, /export     qué se guarda, y todo ello en un archivo
    /quit                 salir (o Ctrl-C, Ctrl-D; en una respuesta, Ctrl-C la detiene)
    Enter envía; Alt-Enter empieza una línea nueva; lo que pegas es un solo mensaje.

recall-nothing = · no recordé nada
recall-heading = { $count ->
        [one] · un recuerdo entregado:
       *[other] · { $count } recuerdos entregados:
    }
recall-portrait = · retrato entregado: { $text }
recall-summary = · historia entregada: { $text }
recall-line = · { $day } ({ $ago }), retención { $retention } %, fuerza { $strength } días: { $text }

column-id = id
column-day = día
column-kind = tipo
column-text = texto
column-strength = S, días
column-retention = retención
column-fades = se desvanece
column-erased = se borra
column-setting = ajuste
column-value = valor
column-origin = de
kind-turn = dicho
kind-day = día
kind-fact = dato
kind-insight = ánimo
kind-history = historia
kind-portrait = retrato
state-alive = en la memoria
state-faded = desvanecido: al recordar se pasa por alto
state-archived = en el olvido, recuperable
state-pinned = fijado
field-id = id
field-kind = tipo
field-said = dicho
field-text = texto
field-reply = respuesta
field-state = estado
field-importance = importancia
field-strength = fuerza
field-retention = retención
field-recalls = veces evocado
field-last-recalled = última evocación
field-fades = se desvanece
field-archived = se archiva
field-erased = se borra
field-zone = zona horaria
field-place = lugar
field-sources = hecho de
mark-now = ahora
mark-fades = se desvanece
mark-archived = se archiva

memories-none = Todavía no hay recuerdos de { $name }.
memories-no-archive = En el olvido no hay nada de { $name }.
memories-none-found = No me viene nada a la mente.
memories-shown = Se muestran { $shown } de { $total }; `siliconfriend memories` muestra más.
memories-more = Se muestran { $shown } de { $total }; --limit muestra más.
memories-more-archived = Se muestran { $shown } y hay más; --limit los muestra.
pinned = Fijado: { $id } no se desvanecerá.
unpinned = Sin fijar: { $id } se desvanece de nuevo.
memory-line = { $number }. [{ $id }] { $day }: { $text }
memory-earlier = (dicho antes; desde { $since } es de otro modo) { $text }

forget-meant = { $count ->
        [one] Se olvidaría esto:
       *[other] Se olvidarían estos { $count }:
    }
forget-mark-sure = ✓
forget-similar = { $count ->
        [one] Quizá te refieres a este; se queda si no lo eliges:
       *[other] Quizá te refieres a estos; se quedan si no los eliges:
    }
forget-rest = {"    "}De esto podría quedar: «{ $text }»
forget-parts-hint = “parte” olvida lo marcado, pero deja lo que puede quedar.
forget-echo = {"    "}{ $day }: «{ $reply }»
forget-no-time = No entiendo “{ $text }” como un tiempo. ¿Una fecha como 2026-11-23, o palabras como “ayer” o “la semana pasada”?
forget-ask = ¿Cuáles olvido? “sí”, “todo”, números como 1 3-5, o Enter para ninguno:
forget-not-understood = No entendí eso; no se olvidó nada.
forget-none-found = Ahí no hay nada que olvidar.
forget-none-chosen = No se olvidó nada.
forget-nothing-done = No se olvidó nada: ya no estaba.
forget-dry-run = Solo una vista previa: no se olvidó nada.
forget-receipt = { $count ->
        [one] Se olvidó un recuerdo. Se puede recuperar hasta: { $until }.
       *[other] Se olvidaron { $count } recuerdos. Se pueden recuperar hasta: { $until }.
    }
forget-receipt-erased = { $count ->
        [one] Se borró un recuerdo, para siempre.
       *[other] Se borraron { $count } recuerdos, para siempre.
    }
forget-would-return = Lo que dijiste se puede recuperar hasta: { $until }.
forget-would-last = { $count ->
        [one] Uno de ellos es un resumen, un dato o un retrato: ese se borra para siempre.
       *[other] { $count } de ellos son resúmenes, datos o retratos: esos se borran para siempre.
    }
forget-would-erase = Todo esto se borraría para siempre.
forget-would-notes = { $count ->
        [one] Un resumen, dato o retrato hecho de ello se borraría para siempre; lo que quede se resume de nuevo.
       *[other] { $count } resúmenes, datos y retratos hechos de ello se borrarían para siempre; lo que quede se resume de nuevo.
    }
forget-would-echoes = { $count ->
        [one] Una respuesta que lo repite se olvidaría también; lo que tú dijiste allí se queda:
       *[other] { $count } respuestas que lo repiten se olvidarían también; lo que tú dijiste allí se queda:
    }
forget-did-notes = { $count ->
        [one] Se borró para siempre un resumen, dato o retrato hecho de ello; lo que queda se resume de nuevo.
       *[other] Se borraron para siempre { $count } resúmenes, datos y retratos hechos de ello; lo que queda se resume de nuevo.
    }
forget-did-echoes = { $count ->
        [one] También se olvidó una respuesta que lo repetía; lo que tú dijiste allí se queda.
       *[other] También se olvidaron { $count } respuestas que lo repetían; lo que tú dijiste allí se queda.
    }
forget-undo-hint = `siliconfriend forget --undo` recupera lo último que se olvidó.
correct-which = ¿Cuál? Un número, o Enter para ninguno:
correct-sure = ¿Lo hago? (s/n)
correct-none = No se cambió nada.
correct-dry-run = Solo una vista previa: no se cambió nada.
correct-undo-hint = `siliconfriend restore { $id }` lo deja como estaba.
undo-receipt = { $count ->
        [one] Volvió un recuerdo.
       *[other] Volvieron { $count } recuerdos.
    }
undo-nothing = No hay nada que recuperar.
everything-account = Lo que guardo de { $name }: recuerdos: { $alive }; en el olvido: { $archived }.
everything-ask = Esto lo borra todo para siempre. Para confirmar, escribe el nombre ({ $name }):
everything-receipt = Todo lo de { $name } se borró para siempre; recuerdos: { $count }.

export-receipt = { $count ->
        [one] Un recuerdo escrito
       *[other] { $count } recuerdos escritos
    } en { $path }.
import-progress = Importando
migrate-progress = Copiando
migrate-compare = Comparando
migrate-copied = Personas: { $people }; recuerdos copiados: { $added }; ya estaban: { $known }.
migrate-noted = Pausas, deseos y ajustes copiados, y todo lo demás que estaba anotado: { $count }.
migrate-notes-left = No se copiaron, porque Redis no puede enumerarlos: los ajustes de servidores y grupos, los ids de grupos que se mudaron, quién escribió cada mensaje y los deseos de quienes nunca dijeron nada. Por favor, elige de nuevo esos ajustes y pausas.
migrate-same = Comparado: las cantidades y las sumas de verificación de todas las personas coinciden.
migrate-differs = { $person } difiere: { $source } recuerdos en el origen, { $target } en el destino; sumas de verificación { $left } y { $right }.
migrate-different = Comparado: personas de las que los dos lados no guardan lo mismo: { $people }. Si alguno estaba en uso mientras tanto, déjalo descansar y migra de nuevo; lo que el destino tiene además del origen se queda allí.
store-address-wrong = No es la dirección de un almacén. Es sqlite: y la ruta de un archivo, o un Redis, como redis://user:password@host:6379/0.
import-receipt = { $people }: { $added ->
        [one] un recuerdo agregado
       *[other] { $added } recuerdos agregados
    }; ya conocidos: { $known }.
import-skipped = Entradas que se pasaron por alto, porque no se pudieron leer: { $count }.
import-takes = Se toma del archivo, para { $people }: { $parts }.
import-between = {"; "}
import-turn = turnos: { $count }
import-day = resúmenes de días: { $count }
import-fact = datos: { $count }
import-insight = personalidad por día: { $count }
import-history = historias: { $count }
import-portrait = personalidad en conjunto: { $count }
import-ignores = No se toma, porque no se lee: { $names }.
import-cost = Días sin resumen: { $days }. Para resumirlos se le pregunta al modelo unas { $requests } veces.
import-cost-later = Lo hace por sí solo el próximo chat o bot, o `siliconfriend consolidate`; con --no-summaries quedan como están.
import-ask = ¿Debe el modelo resumirlos? (s/n)
persona-own = Esta es la tuya, de { $path }.
persona-default = Esta es la que viene incluida. Un texto tuyo se lee de { $path }; `siliconfriend persona --edit` lo empieza.
consolidated = { $days ->
        [0] No había nada que resumir.
        [one] Se resumió un día.
       *[other] Se resumieron { $days } días.
    }
consolidate-waiting = Se dejan para después, porque otro proceso está en ello: { $days }.
consolidate-failed = Días cuyo resumen el modelo echó a perder, se dejan para después: { $days }.
consolidate-progress = Buscando lo nuevo…
consolidate-day = Resumiendo { $day }…
upkeep-did = Recuerdos archivados: { $archived }; borrados: { $erased }.
upkeep-would = Recuerdos que se archivarían: { $archived }; que se borrarían: { $erased }.

doctor-title-python = Python
doctor-title-platform = Plataforma
doctor-title-settings = Ajustes
doctor-title-persona = Personalidad
doctor-title-network = Red
doctor-title-discord = Discord
doctor-title-telegram = Telegram
doctor-title-folder = Carpeta de datos
doctor-title-store = Recuerdos
doctor-title-embedder = Embeddings
doctor-title-model = Modelo
doctor-title-durability = Durabilidad
doctor-title-eviction = Expulsión
doctor-title-unreadable = Ilegibles
doctor-config = Ajustes definidos: { $count }, algunos en { $path }; zona horaria { $zone }
doctor-no-config = Ajustes definidos: { $count }, todos en el entorno ({ $path } no existe); zona horaria { $zone }
doctor-persona-own = la tuya, { $path }
doctor-persona-default = la que viene incluida ({ $path } no existe)
doctor-folder-unwritable = No puedo escribir en { $path }: { $reason }. Elige otra carpeta con SILICONFRIEND_DATA_DIR.
doctor-store = { $path }: formato { $format }, integridad { $integrity }, recuerdos: { $memories }, personas: { $people }, { $kilobytes } KiB
doctor-redis = { $path }: Redis { $version }, formato { $format }, vectores en { $precision }, recuerdos: { $memories }, personas: { $people }; Redis ocupa { $mebibytes } MiB
doctor-durable-always = El archivo de solo anexado está activo y se escribe a disco con cada cambio: lo que se respondió sobrevive a un corte de luz.
doctor-durable-everysec = El archivo de solo anexado está activo y se escribe a disco cada segundo: lo que se respondió sobrevive a la caída de Redis; un corte de luz puede llevarse el último segundo. Mientras el disco esté lento, cualquiera de los dos puede llevarse los dos últimos.
doctor-durable-no = El archivo de solo anexado está activo, pero el sistema decide cuándo se escribe a disco: lo que se respondió sobrevive a la caída de Redis; un corte de luz puede llevarse el último medio minuto. `appendfsync everysec` lo reduce a uno o dos segundos.
doctor-durable-unknown = El archivo de solo anexado está activo: lo que se respondió sobrevive a la caída de Redis, salvo los dos últimos segundos si el disco está lento. Redis no le dice a este usuario con qué frecuencia se escribe a disco.
doctor-durable-off = El archivo de solo anexado está desactivado: cuando Redis termina, se pierde todo desde su última instantánea. Inícialo con `appendonly yes`.
doctor-eviction = Aquí, un Redis lleno tira recuerdos (maxmemory-policy { $policy }). Ponlo en noeviction: entonces rechaza los nuevos y lo dice.
doctor-unreadable = Entradas bajo el prefijo que no son recuerdos y que se pasan por alto al recordar: { $count }.
doctor-sample = Hola
doctor-embedder = { $name } da vectores de { $dimensions } números
doctor-model = { $name } responde
doctor-demonstration = { $name } responde. Es solo para demostración; `siliconfriend setup` encuentra o descarga un modelo que pueda ser una amistad.
doctor-title-summaries = Resúmenes
doctor-summaries = { $name } escribe resúmenes y un retrato de lo que se dice, y encuentra datos
doctor-no-facts = { $name } escribe resúmenes y un retrato, pero no puede llenar formularios (un esquema JSON): no habrá datos.
doctor-no-summaries = No se escriben resúmenes, datos ni retrato: están desactivados, o solo está el modelo de demostración. `siliconfriend setup` encuentra o descarga uno mejor.
doctor-form = Llena el formulario con una palabra.
doctor-default = predeterminado
doctor-verdict = { $failed ->
        [0] Todo está bien: siliconfriend chat
        [one] Hay una cosa que arreglar antes de que funcione un chat.
       *[other] Hay { $failed } cosas que arreglar antes de que funcione un chat.
    }

# Las palabras con que se puede responder, separadas por comas; se entienden las de todos los idiomas.
answer-yes = s, sí, si
answer-no = n, no, ninguno, ninguna, nada
answer-all = todo, todos, todas
answer-part = parte, partes
answer-until = a, hasta
answer-since = desde, a partir de
answer-beyond = después, despues, antes, hasta
