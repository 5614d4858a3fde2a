# Lo que la gente lee solo en Telegram y lo que le impide funcionar al bot.
telegram-in-private = Te respondí en nuestro chat privado.
telegram-write-first = Eso es solo para ti. Por favor, escríbeme primero: https://t.me/{ $name }
telegram-settings-write-first = Muestro los ajustes de un grupo solo en privado; lo que acabas de cambiar vale. Por favor, escríbeme primero: https://t.me/{ $name }
telegram-group-hello = ¡Hola! Aquí oigo solo lo que se me dice: menciona a @{ $name } o responde a uno de mis mensajes. Lo que me cuentes aquí lo uso aquí y en privado contigo; /privacy explica más.
telegram-anonymous = Aquí escribes en nombre del propio grupo: no puedo saber quién eres y no tengo a quién recordar. Escribe en tu propio nombre (se cambia junto al campo del mensaje) o solo a mí: https://t.me/{ $name }
telegram-as-channel = Aquí escribes en nombre de un canal: no puedo saber quién eres y no tengo a quién recordar. Escribe en tu propio nombre (se cambia junto al campo del mensaje) o solo a mí: https://t.me/{ $name }
telegram-channel-hello = En los canales no respondo nada: las publicaciones no me dicen quién habla. Añádeme a un grupo, por ejemplo el de los comentarios, o escríbeme a mí: https://t.me/{ $name }
telegram-perhaps-lost = (Se cortó la conexión mientras respondía. Si arriba falta una parte, pregúntame de nuevo.)
telegram-cannot-hear = No puedo escuchar ni ver eso. ¿Me lo escribes?
telegram-sticker = Veo que me enviaste una imagen para sonreír, pero no lo que hay en ella. ¿De qué trata?
telegram-poll = (encuesta: { $question } – { $options })
telegram-checklist = (lista: { $title } – { $tasks })
telegram-contact = (contacto: { $name }, { $number })
telegram-place = (lugar: { $where })
telegram-dice = ({ $emoji } { $value })
telegram-sticker-shown = (sticker: { $shown })
telegram-story = (una historia)
telegram-only-words = No puedo leer eso. ¿Puedes decirlo con palabras?
telegram-file-too-large = Ese archivo es demasiado grande para mí. ¿Me envías la parte que importa?
telegram-file-unreadable = Solo puedo leer archivos de texto, y ese no lo es.
telegram-file-unreachable = Telegram no me entregó ese archivo. Por favor, envíalo otra vez.
telegram-export-too-large = Todo lo que guardo de ti es más de lo que Telegram acepta en un archivo. Quien me administra puede escribirlo por ti: `siliconfriend export --account { $account } --out ARCHIVO`

telegram-no-token = No hay un token configurado para Telegram. Pídele uno a @BotFather y define SILICONFRIEND_TELEGRAM__TOKEN.
telegram-token-refused = Telegram no conoce ese token. Cópialo de nuevo de @BotFather a SILICONFRIEND_TELEGRAM__TOKEN; un servidor propio (SILICONFRIEND_TELEGRAM__API_BASE) también tiene que conocerlo.
telegram-wrong-root = SILICONFRIEND_TELEGRAM__API_BASE acepta solo la raíz de un servidor de la Bot API, como http://localhost:8081: sin ruta, sin /bot y, sobre todo, sin el token.
telegram-out-of-reach = No se puede llegar a Telegram en { $root } ({ $reason }). { network-cause }
telegram-second-poller = Alguien más le pide a Telegram los mensajes de @{ $name }: detén el otro proceso o usa un webhook, que varios pueden compartir.
telegram-webhook-refused = Telegram no acepta el webhook: { $reason }. SILICONFRIEND_TELEGRAM__WEBHOOK_URL tiene que ser una dirección https a la que Telegram pueda llegar.
telegram-wrong-secret = SILICONFRIEND_TELEGRAM__WEBHOOK_SECRET acepta de 1 a 256 letras, dígitos, _ y -.

telegram-check = Telegram
telegram-check-ok = Telegram conoce a @{ $name }, por { $way ->
        [webhook] webhook
       *[polls] consultas
    }
telegram-check-privacy = Telegram conoce a @{ $name }. En los grupos oye solo menciones, respuestas a sus mensajes y comandos: para que oiga también su nombre, desactiva el modo de privacidad con @BotFather (/setprivacy) y agrégalo de nuevo al grupo.
telegram-check-webhook = Telegram conoce a @{ $name }, pero no llega a su webhook: { $reason }
