# Lo que la gente lee solo en Discord y lo que leen quienes administran el bot allí.
discord-token-missing = El bot no tiene token. Crea uno en { $page } (“Bot”, “Reset Token”) y ponlo en SILICONFRIEND_DISCORD__TOKEN.
discord-token-refused = Discord no acepta el token. Crea uno nuevo en { $page } (“Reset Token”) y ponlo en SILICONFRIEND_DISCORD__TOKEN.
discord-intent-missing = Está desactivado { $intent }: sin eso, el bot no puede hacer su trabajo. Actívalo en { $page }, en “Privileged Gateway Intents”, y vuelve a iniciar.
discord-unreachable = No se puede llegar a Discord en { $address }. { network-cause }
discord-other-server = Lo que responde en { $address } no es Discord. ¿Manda esta red primero a todos a una página propia, y es correcta la dirección?
discord-refused = Discord rechazó el bot con el código { $code }. https://discord.com/developers/docs/topics/opcodes-and-status-codes explica qué significa.
discord-shards-unclear = Los shards no están claros: con SILICONFRIEND_DISCORD__SHARD_IDS (números desde 0), SILICONFRIEND_DISCORD__SHARD_COUNT tiene que decir cuántos hay entre todos los procesos.

discord-file-alone = (un archivo sin palabras: { $names })
discord-poll = (encuesta: { $question } – { $options })
discord-files-unusable = No pude abrir { $names }. Leo archivos de texto, e imágenes si mi modelo puede ver.
discord-files-too-long = { $names } es más de lo que puedo leer de una vez; por favor, envíame la parte que importa.
discord-files-unreachable = Discord no me entregó { $names }; por favor, envíalo otra vez.
discord-file-too-large = Tu archivo es más grande de lo que Discord acepta. Quien administra este bot puede escribirlo por ti: `siliconfriend export --account { $account } --out ARCHIVO`
discord-direct-closed = No puedo escribirte directamente. Por favor, permite los mensajes directos por un momento (clic derecho en el servidor, “Ajustes de privacidad”) y vuelve a pedirlo.
discord-sent-directly = Te lo envié por mensaje directo.
discord-typed-command = Discord no lo tomó como una orden. Escribe / y elige { $name } en la lista que se abre.

discord-check-token = Token de Discord
discord-check-intents = Intents de Discord
discord-check-gateway = Gateway de Discord
discord-check-commands = Comandos de Discord
discord-check-invite = Invitación de Discord
discord-check-token-fine = El bot es { $name }.
discord-check-intents-fine = El bot puede leer mensajes.
discord-check-intents-missing = Activa { $intent } en { $page }, en “Privileged Gateway Intents”.
discord-check-gateway-fine = Accesible; Discord recomienda { $shards ->
        [one] un shard
       *[other] { $shards } shards
    }; inicios que quedan hoy: { $left }.
discord-check-gateway-scarce = Inicios que quedan hoy: solo { $left }. El bot se inicia demasiado a menudo.
discord-check-commands-fine = Registrados: { $count }.
discord-check-commands-none = Aún no hay ninguno registrado: el bot lo hace al iniciar.
discord-check-guilds-none = Aún no está en ningún servidor. Invítalo: { $link }
discord-check-guilds = Está en { $count ->
        [one] un servidor
       *[other] { $count } servidores
    }. Para invitarlo a otro: { $link }
