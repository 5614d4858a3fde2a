# Una oración por cada error: qué pasó y qué hacer.
error-unknown = Algo salió mal.
error-empty-message = En ese mensaje no hay nada que responder. Escribe una o dos palabras.
error-message-too-long = Ese mensaje tiene { $length } caracteres; puedo leer { $limit } de una vez. Por favor, envíalo por partes. (No se guardó nada de él.)
error-not-text = Eso no es texto que pueda leer (datos binarios, o no es UTF-8). No se guardó nada.
error-already-answered = Ese mensaje ya se respondió.
error-bad-import =
    { $line ->
        [0] No se puede importar { $path }: { $reason }. No se cambió nada.
       *[other] No se puede importar { $path }, línea { $line }: { $reason }. No se cambió nada.
    }
error-bad-settings = Algunos ajustes están mal:
    { $problems }
error-missing-part = { $part } no está instalado. Para instalarlo: { $command }
error-proxy-unusable = { $problem ->
    [scheme] { $variable } nombra una clase de proxy que no se puede usar: puede ser http, https o socks5.
    [socks] { $variable } nombra un proxy SOCKS, para el que falta un paquete: pip install 'siliconfriend[socks]'
   *[address] { $variable } no es la dirección de un proxy, como http://usuario:clave@host:8080 o socks5://host:1080.
}
error-certificates-unusable = { $variable } nombra { $path }, donde no hay certificados que se puedan leer. Corrígelo, o quítalo.
network-cause = { $cause ->
    [proxy] Se llega por el proxy de { $detail }: ¿está funcionando, y son correctos su dirección, su usuario y su contraseña?
    [certificate] Aquí no se confía en su certificado ({ $detail }): pon en SSL_CERT_FILE un archivo con los certificados de quien firma en tu red.
   *[network] ¿Hay red, está funcionando el servidor, y es correcta la dirección?
}
error-generator = El modelo no dio respuesta. Tu mensaje está guardado; sigue conversando o vuelve a preguntar.
error-generator-unreachable = No puedo llegar al modelo en { $address }. Tu mensaje está guardado. { network-cause } `siliconfriend doctor` lo comprueba.
error-generator-cut = La respuesta de { $model } no llegó a su fin: su servidor la cortó o tardó demasiado. Tu mensaje está guardado; vuelve a preguntar, o mira el servidor en { $address }.
error-generator-busy = Hay demasiada demanda de { $model } para responder ahora. Tu mensaje está guardado; inténtalo de nuevo en un minuto.
error-voice-unknown = El modelo no tiene una voz llamada { $voice }. { $known ->
    [none] No tiene ninguna.
   *[other] Hay: { $known }.
}
error-generator-refused = { $model } se negó a responder: { $reason } Tu mensaje está guardado.
error-prompt-too-long = El contexto del modelo es demasiado pequeño incluso para un prompt corto. Define un SILICONFRIEND_MODEL__CONTEXT_TOKENS menor, o usa un modelo con un contexto mayor.
error-form-refused = { $model } no puede responder en la forma que los datos necesitan (un esquema JSON).
error-answer-unusable = { $model } no escribió nada que sirva como resumen. Lo que se dijo está guardado y se resumirá más tarde.
error-embedder = El texto no se pudo convertir en un vector: { $reason }
error-embedder-unreachable = No puedo llegar al modelo de vectores en { $address }. { network-cause }
error-store = No se pueden leer ni escribir los recuerdos.
error-store-unavailable = Ahora mismo no se puede llegar a los recuerdos: { $reason }
error-store-misconfigured = Los recuerdos no se pueden usar hasta que se corrija esto: { $reason }
error-store-unwritable = No tengo permiso para escribir en { $path }. Elige otra carpeta con SILICONFRIEND_DATA_DIR o cambia sus permisos.
error-store-corrupt = { $path } está dañado, o no es una base de datos de siliconfriend. Quedó como estaba. Restaura una copia de seguridad, o mueve el archivo a otro lugar para empezar de nuevo.
error-store-too-new = { $path } lo escribió una versión más nueva de siliconfriend (formato { $found }; esta conoce { $known }). Actualiza siliconfriend para abrirlo.
error-embedder-changed = Los vectores de los recuerdos son del modelo de embeddings { $stored } (nombre/dimensiones), pero está configurado { $configured }. Ejecuta `siliconfriend reembed` para calcularlos de nuevo, o vuelve al modelo anterior.
error-turns-lost = { $count ->
    [one] Un mensaje de esta conversación no se pudo guardar: los recuerdos siguieron fuera de alcance.
   *[other] { $count } mensajes de esta conversación no se pudieron guardar: los recuerdos siguieron fuera de alcance.
}
error-forget-disturbed = Aún no se cambió nada: tus recuerdos estaban cambiando al mismo tiempo. Inténtalo de nuevo, por favor.
error-correct-empty = Ahí no hay palabras nuevas. Escribe lo que debe decir el recuerdo.
error-correct-too-long = Eso tiene { $length } caracteres; un recuerdo admite { $limit }. No se cambió nada.
error-correct-same = Eso es lo que ya dice; no se cambió nada.
error-correct-archived = Ese recuerdo está en el olvido. Recupéralo primero y después corrígelo.
error-correct-made = Eso solo surge de tus recuerdos. Corrige aquello de lo que surgió: algo que dijiste, un dato o el resumen de un día.
