# Comandos en las plataformas de chat y lo que responden. Las descripciones tienen como máximo 100 caracteres.
command-memories = Mira qué recuerdo, con cuánta fuerza y hasta cuándo
command-memories-search = Lo que me viene a la mente con estas palabras
command-memories-kind = Solo recuerdos de un tipo
command-forget = Olvida algo: primero se muestra y por un tiempo se puede deshacer
command-forget-what = Palabras, un tiempo como “la semana pasada” o 2026-05-01..2026-05-03, un recuerdo o “todo”
command-correct = Corrige un recuerdo: lleva tus palabras y por un tiempo se puede deshacer
command-correct-memory = Su id, o palabras para encontrarlo
command-correct-text = Cómo debe decir
command-remember = Haz que guarde una frase para siempre
command-remember-text = Lo que debo recordar
command-portrait = Quién eres para mí y qué sé con certeza
command-pause = Deja de recordar lo que se dice aquí
command-resume = Vuelve a recordar lo que se dice aquí
command-undo = Recupera lo último que se olvidó o corrigió
command-pin = Evita que un recuerdo se desvanezca
command-pin-memory = Su id, o palabras para encontrarlo
command-unpin = Deja que un recuerdo vuelva a desvanecerse
command-unpin-memory = Su id, o palabras para encontrarlo
command-export = Todo lo que guardo de ti, en un archivo
command-privacy = Qué se guarda, quién lo ve y qué puedes hacer
command-persona = Quién soy y cómo quieres que te trate
command-link = Une tus cuentas de dos plataformas
command-link-code = El código que te di en la otra plataforma
command-zone = Tu zona horaria: a qué día me refiero con “ayer”
command-zone-name = Una ciudad, o por ejemplo America/Mexico_City, PST o UTC-6
command-persona-text = Cómo quieres que te trate en privado, o “reset”
command-settings = Lo que rige en este servidor o grupo
command-settings-name = Qué ajuste
command-settings-value = on, off, reset, o el valor que debe tener
choice-free = responder aquí sin mención
choice-leavers = borrar lo que dijo quien se fue
choice-language = idioma de la interfaz
choice-persona = quién soy aquí
choice-voice = con qué voz hablo aquí
choice-rate = mensajes por persona y minuto
command-help = Qué puedo hacer
command-status = Cómo está la instalación
command-reload = Lee de nuevo la personalidad
choice-turn = lo que dijiste
choice-day = días
choice-fact = datos

desk-old-button = Ese botón ya no sirve aquí. Por favor, usa de nuevo el comando.
desk-unknown-command = Aquí no existe /{ $name }; /help muestra lo que hay.
desk-unknown-command-near = Aquí no hay /{ $name }; ¿querías decir /{ $near }?
desk-about = **Sobre «{ $place }»**
desk-usage = Escríbelo tras el comando, en el mismo mensaje: `/{ $name } …` ({ $what }).
desk-only-owner = Eso es para quien me administra.
desk-no-such-memory = Ese recuerdo no está, o ya no. /memories muestra los que hay.
desk-memories = { $count ->
        [one] Aquí tengo **un recuerdo**:
       *[other] Aquí tengo **{ $count } recuerdos**:
    }
desk-found = { $count ->
        [one] Me viene a la mente **un recuerdo**:
       *[other] Me vienen a la mente **{ $count } recuerdos**:
    }
desk-no-memories = Aquí todavía no hay recuerdos. Conversa conmigo o usa /remember.
desk-nothing-found = No me viene nada a la mente.
desk-entry = { $number }. { $text } ({ $kind }, { $day }) { $bar } { $fading }
desk-fades = { $freshness }, se desvanece { $when }
desk-fresh = nítido
desk-fading = borroso
desk-faded = se desvaneció { $when }
desk-never-fades = 📌 nunca se desvanece
desk-is-archived = en el olvido, se puede recuperar
desk-one = **{ $day }** ({ $kind }): { $text }
desk-one-reply = Yo dije: { $text }
desk-one-strength = { $bar } retención { $retention } %, { $firmness } (fuerza { $days } días), evocado { $recalls } veces; { $fading }. `{ $id }`
desk-firm-brief = dura poco
desk-firm-steady = dura un tiempo
desk-firm-long = dura mucho
desk-curves = Así se desvanecen desde hoy, si nada los evoca:
curves-title = Así se desvanecen desde hoy, si nada los evoca
curves-retention = Cuánto lo tengo presente (retención)
curves-date = Fecha
curves-fading = Por debajo de esta línea ya no viene a la mente
curves-fades = se desvanece el { $day }
curves-faded = se desvaneció el { $day }
curves-never = nunca se desvanece
curves-alt-line = { $number }. { $text }: { $retention } % hoy, { $fading }.
curves-button-dark = oscuro
curves-button-light = claro
desk-button-newer = ◀ recientes
desk-button-older = antiguos ▶
desk-button-curves = curvas
desk-button-list = todos
desk-button-pin = fijar
desk-button-unpin = soltar
desk-button-correct = corregir
desk-button-forget = olvidar
desk-button-cancel = cancelar
desk-button-undo = deshacer

forget-how = ¿Qué olvido? Usa /forget y unas palabras, un tiempo como “la semana pasada” o 2026-05-01..2026-05-03, o todo. Primero ves lo que se iría.
forget-button-all = todo lo de aquí
forget-button-part = solo esa parte
forget-button-for-good = borrar para siempre
forget-choose = Los recuerdos olvidados se pueden recuperar por un tiempo; los borrados desaparecen al instante.
forget-changed = Ya no es lo mismo que viste. Ahora sería:
forget-undo-late = Es demasiado tarde para eso: ya se borraron o ya volvieron.
forget-item = { $mark } { $day }: { $text }

correct-title = ¿Cómo debe decir?
correct-choose = ¿Cuál corrijo? Pulsa su número, o escribe /correct, un id y las palabras nuevas.
correct-ask = ¿Cómo debe decir? Ahora dice: { $text }
    También lo corrige `/correct { $id }` y las palabras nuevas.
correct-how = Responde a este mensaje con las palabras nuevas.
correct-would = Diría: { $after }
    en lugar de: { $before }
correct-did = Ahora dice: { $after }
    en lugar de: { $before }
correct-undo = Hasta { $until } se puede volver a como estaba.
correct-spreads = Es de un espacio compartido: tus palabras nuevas también se usarán allí.
correct-would-reply = Mi respuesta repite lo que retiras y se iría con ello: { $reply }
correct-did-reply = Mi respuesta repetía lo que retiraste y se fue con ello: { $reply }

remember-done-private = Lo guardaré para siempre: { $text }
remember-done-here = Lo guardaré para siempre y lo usaré en este lugar y en privado: { $text }
portrait-heading = **Quién eres para mí**
portrait-history = **Lo que pasó**
portrait-facts = **Lo que sé**
portrait-none = Aquí todavía no tengo un retrato tuyo. Surge de nuestras conversaciones, un rato después de que terminan.
pause-on = Desde ahora no recuerdo nada de lo que digamos aquí. Lo que ya sé se queda; /forget lo borra.
pause-off = Vuelvo a recordar lo que decimos aquí.
pause-button-pause = dejar de recordar aquí
pause-button-resume = volver a recordar

start-hello = ¡Hola! Soy una compañía que te recuerda durante años y olvida como olvidan las personas. Solo escríbeme; /help muestra qué más puedo hacer.
help-heading = Solo escríbeme. Y además hay comandos:
help-line = /{ $name } – { $text }
privacy-kept = Guardo lo que me dices, lo que respondo y resúmenes breves de ello. Visibles aquí: { $alive } en la memoria, { $archived } en el olvido y aún sin borrar.
privacy-scope = Lo que dices en privado nunca aparece en un espacio compartido. Lo que dices en un espacio compartido se usa allí y en privado contigo. No se ve en la conversación de nadie más.
privacy-waiting = Cuando no puedo acceder a mi memoria, lo que dices espera en un archivo privado del equipo en el que funciono, y se borra de ahí en cuanto queda guardado.
privacy-model = { $generator } escribe mis respuestas: recibe tu mensaje y los recuerdos que vienen al caso.
privacy-rights = /memories los muestra, /correct los corrige, /export te los da todos, /forget los borra; lo olvidado se puede recuperar durante { $grace } y después desaparece.
privacy-messages-discord = Si editas o borras un mensaje, pasa lo mismo con su recuerdo.
privacy-messages-telegram = Si editas un mensaje, cambia también su recuerdo. Telegram no me avisa cuando borras uno: /forget borra su recuerdo.
privacy-paused = Aquí está en pausa el recordar; /resume lo reanuda.
privacy-not-paused = Recuerdo lo que se dice aquí; /pause lo detiene.
persona-heading = **Quién soy**
persona-bundled = Una compañía que recuerda lo que compartes conmigo. Nadie ha escrito nada más sobre mí.
export-done = { $count ->
        [one] Un recuerdo, una línea de JSON. `siliconfriend import` lo lee.
       *[other] { $count } recuerdos, una línea de JSON cada uno. `siliconfriend import` los lee.
    }

link-impossible = Esas dos no se pueden unir: ya son una sola persona, o son cuentas de la misma plataforma.
link-incomplete = Aún no ha llegado todo. No se pierde nada; pronto lo termino.
link-only-private = Por favor, haz eso en nuestra conversación privada.
link-account = cuenta de { $platform } { $id } («{ $name }»)
link-code = Tu código: **{ $code }**. En los próximos diez minutos, escríbeme `/link { $code }` en la otra plataforma. Cada lado verá entonces quién es el otro y dirá que sí. Todos los recuerdos vienen contigo y siguen siendo tan privados como son. Aquí eres: { $me }.
link-ask = El código { $code } lo creó: { $other }. ¿También eres tú? Eres: { $me }. Si ambos dicen que sí, lo que se dijo en privado en cada cuenta se conocerá en ambas.
link-named = Tu código { $code } lo dio: { $other }. ¿También eres tú? Eres: { $me }. Si ambos dicen que sí, lo que se dijo en privado en cada cuenta se conocerá en ambas. Si es otra persona, pulsa cancelar.
link-tried = Tu código { $code } lo dio también otra persona, a quien no le sirve: { $other }.
link-nobody-yet = Nadie ha dado todavía el código { $code } en la otra plataforma. Haz eso primero y después vuelve aquí.
link-other-side = Anotado. Ahora pulsa sí también en el otro lado (código { $code }).
link-expired = Ese código no es válido, o ya no lo es. /link da uno nuevo.
link-cancelled = No se unió nada.
link-done = Listo: ahora eres una sola persona con { $other }.
link-undone = Deshecho: cada plataforma vuelve a tener sus propios recuerdos.
link-not-joined = No hay nada que deshacer.
link-button-look = ¿quién lo dio?
link-button-yes = sí, soy yo
link-button-undo = deshacer la unión

status-lines =
    { $people } personas. { $generator } responde, { $embedder } calcula los vectores.
    Por olvidar: { $due }. Días por resumir: { $stale }.
reload-done = Se leyó de nuevo la personalidad.
reload-impossible = Aquí no hay nada que leer de nuevo.

zone-is = Tu zona horaria es **{ $zone }**; hora de allí: { $time }. Con /zone y un nombre la cambias.
zone-set = Tu zona horaria es ahora **{ $zone }**; hora de allí: { $time }.
zone-unknown = No conozco ninguna zona horaria ni ciudad con ese nombre. Una zona se escribe como America/Mexico_City, PST o UTC-6.
zone-unknown-near = No conozco ninguna zona horaria ni ciudad con ese nombre; ¿será { $near }?

persona-how = Dime cómo te gustaría que te trate: /persona y tus palabras, como “sé breve y dime Sol”. Vale solo en privado.
persona-only-private = Por favor, dímelo en nuestra conversación privada: solo vale allí.
persona-wish-heading = **Cómo quieres que te trate** (/persona y otras palabras lo cambian)
persona-button-reset = igual que a todo el mundo

community-heading = **Ajustes de esta comunidad**
community-only-shared = Por favor, usa eso en un servidor o grupo: se trata de ese.
community-only-managers = Eso es para quienes administran esta comunidad.
community-unknown = No conozco ese ajuste. Hay: { $names }.
community-on-or-off = Por favor, di on u off.
community-free-on = - Aquí respondo a todo lo que se dice, sin mención.
community-free-off = - Aquí respondo cuando me mencionan.
community-free-places = { $count ->
        [0] - No hay ningún lugar donde responda sin mención.
        [one] - Un lugar en el que respondo sin mención.
       *[other] - { $count } lugares en los que respondo sin mención.
    }
community-leavers-on = - Cuando alguien se va, borro lo que me dijo aquí.
community-leavers-off = - Cuando alguien se va, guardo lo que me dijo aquí, solo para esa persona.
community-leavers-unseen = No me avisan quién se va. Quien me administra puede cambiarlo: en Discord es el Server Members Intent.
community-leavers-large = - En un grupo grande, solo a quienes lo administran se les avisa quién se va: hazme administrar también.
community-language = { $language ->
        [none] - Hablo el idioma de cada persona.
       *[other] - Aquí mis avisos y comandos hablan este idioma: { $language }.
    }
community-unknown-language = No hablo ese idioma. Hay: { $languages }.
community-rate = { $count ->
        [one] - Cada persona puede decirme una cosa por minuto.
       *[other] - Cada persona puede decirme { $count } cosas por minuto.
    }
community-rate-how = Por favor, da un número del 1 al { $most }, o “reset”.
community-persona = - Aquí soy: { $text }
community-persona-none = - Aquí soy como en todas partes.
community-persona-how = Por favor, di quién debo ser aquí, en { $limit } caracteres como máximo, o “reset”.
community-voice = - Aquí hablo con la voz { $voice }.
community-voice-none = - Aquí hablo con la misma voz que en todas partes.
community-voice-gone = - La voz { $voice }, elegida para aquí, ya no existe: hablo con la misma que en todas partes.
community-voices = - Mis voces, para /settings voice: { $voices }
community-voice-unknown = No tengo una voz con ese nombre. Hay: { $voices }. “reset” da la que tengo en todas partes.
community-voice-only = Tengo una sola voz. Quien me administra puede darme otras (local.adapters, model.voices).
community-how = /settings persona y un texto dice quién soy aquí; /settings rate y un número fija otro ritmo.
community-button-free-on = responder a todo aquí
community-button-free-off = solo si me mencionan
community-button-leavers-on = borrar si alguien se va
community-button-leavers-off = guardar si alguien se va
community-button-persona = como en todas partes
community-button-voice = voz: { $voice }
community-button-voice-all = la voz de siempre
community-button-language = el de cada persona
community-button-rate = { $count } por minuto
community-button-rate-all = el ritmo de siempre
