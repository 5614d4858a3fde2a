# Las preguntas de `siliconfriend setup`.
setup-no-terminal = `siliconfriend setup` hace preguntas y para eso necesita un terminal. Sin él, define lo que enumera docs/settings.md en config.toml o en el entorno; `siliconfriend model use NOMBRE` elige un modelo.
setup-hello = Unas pocas preguntas; tus respuestas se escriben en { $path } cuando todas estén contestadas. Las flechas o las cifras eligen, Intro acepta lo propuesto, y Ctrl-C deja todo como está.
setup-stopped = Detenido. No se cambió nada.
setup-looking = Buscando servidores de modelos en este equipo …
setup-as-now = como ahora: { $present }

setup-model = ¿Qué modelo debe responder?
setup-model-found = { $program } en este equipo ({ $address }), modelos: { $count }
setup-model-download = Descargar uno que funcione en este equipo; nada de lo que digas sale de él
setup-model-service = Un servicio con clave: OpenAI, OpenRouter, DeepSeek y otros
setup-model-address = Otro servidor, por su dirección
setup-model-demonstration = El pequeño modelo de demostración: muestra que todo funciona, y no es un amigo
setup-download = ¿Cuál? Se guarda en { $folder }.
setup-download-model = { $name }: { $size } GB para descargar, { $memory } GB de memoria; { $languages }; { $licence }
setup-hub = ¿De dónde? El segundo es un espejo para lugares donde el primero está bloqueado.
setup-download-later = Todo lo demás está escrito. `siliconfriend model use { $name }` continúa la descarga.
setup-service = ¿Qué servicio?
setup-address = Su dirección, por ejemplo http://192.168.1.5:11434/v1 (Intro: volver):
setup-address-wrong = Eso no es una dirección; empieza por http:// o https://.
setup-key = Tu clave (no se muestra; Intro: volver):
setup-key-optional = Su clave (no se muestra; Intro: no necesita):
setup-key-present = Su clave (no se muestra; Intro: la actual):
setup-key-refused = { $model } no acepta esta clave: { $reason }
setup-server-unreachable = No puedo llegar a { $address }. { network-cause }
setup-server-failed = No funcionó: { $reason }
setup-what-now = ¿Y ahora?
setup-again = Intentarlo de nuevo
setup-anyway = Usarlo de todos modos; escribiré el nombre del modelo
setup-back = Elegir otra cosa
setup-which = ¿Cuál de sus modelos?
setup-which-many = ¿Qué modelo? { $count ->
        [0] Su nombre:
       *[other] Tiene { $count }; Tab los muestra:
    }
setup-which-wrong = No existe ese modelo; Tab muestra los que hay.

setup-platform = ¿Hablo también en { $name }?
setup-platform-keep = Sí, como ahora
setup-platform-change = Sí, con otro token
setup-platform-add = Sí
setup-platform-without = No
setup-token-discord = En https://discord.com/developers/applications: New Application y luego Bot. Activa allí «Message Content Intent» y copia el token (Reset Token).
setup-token-telegram = Escribe /newbot a @BotFather en Telegram; te da un token.
setup-token = El token (no se muestra; Intro: sin él):
setup-token-again = Probar otro token
setup-token-anyway = Conservar este token; yo arreglo lo demás
setup-token-back = Seguir sin él

setup-zone = Tu zona horaria (Tab las muestra):
setup-zone-wrong = No existe esa zona horaria. Es un nombre como Europe/Madrid; Tab las muestra.
setup-country = Si alguien habla de hacerse daño, ¿qué teléfono de ayuda nombro?
setup-country-zone = El del país de la zona horaria de cada persona
setup-country-other = El de otro país
setup-country-which = ¿Qué país? (Tab los muestra; Intro: según la zona horaria)
setup-country-wrong = No conozco ningún teléfono de ayuda allí, solo en: { $known }. Otros se pueden definir en care.resources.
setup-store = ¿Dónde se guardan los recuerdos?
setup-store-file = En un archivo de este equipo: { $path }
setup-store-folder = En un archivo de otra carpeta
setup-store-redis = En Redis, para mucha gente o varias máquinas
setup-folder = ¿Qué carpeta?
setup-folder-wrong = Eso no es una carpeta. Una ruta empieza por / o ~.
setup-redis = Su dirección, sin la contraseña:
setup-redis-wrong = Eso no es la dirección de un Redis. Es una como redis://localhost:6379/0 o rediss://user@host:6379/0.
setup-redis-password = Su contraseña (no se muestra; Intro: ninguna):

setup-changes = Esto cambia:
setup-removed = (se quita)
setup-environment = Estas variables del entorno tienen prioridad sobre el archivo: { $variables }. Quítalas, o ahí no cambiará nada.
setup-right = ¿Está bien?
setup-write = Sí, escribirlo
setup-discard = No, dejar todo como está
setup-written = Escrito en { $path }.
setup-no-change = No cambia nada.
setup-checking = Comprobándolo todo …
setup-run = `siliconfriend run` responde en las plataformas.
