# Modelos de conversación para descargar: `siliconfriend model`, y lo que puede fallar.
model-hint = `siliconfriend model use NOMBRE` descarga un modelo y responde con él. Lo que digas no saldrá entonces de este equipo.
model-column-name = nombre
model-column-size = tamaño
model-column-memory = memoria
model-column-context = contexto
model-column-languages = idiomas
model-column-licence = licencia
model-column-state = {""}
model-gigabytes = { $gigabytes } GB
model-memory = Este equipo tiene { $gigabytes } GB de memoria; un modelo no debería ocuparla toda.
model-state-there = descargado
model-state-used = responde
model-state-large = demasiado grande para este equipo
model-unknown = En la lista no hay ningún modelo { $name }. Tiene: { $known }.
model-downloading = Descargando { $name } de { $host }
model-there = { $name } está aquí: { $path }
model-used = Desde ahora responde { $name } (escrito en { $path }). Para conversar: siliconfriend chat. Un bot que ya funciona lo toma la próxima vez que se inicie.
model-environment = Esto lo decide el entorno, así que una línea en config.toml no cambiaría nada. Quita antes estas variables: { $variables }

hub-unreachable = No puedo llegar a { $address }, o la conexión se corta una y otra vez. { network-cause } Lo que ha llegado se conserva: inténtalo de nuevo y seguirá desde ahí. Donde esté bloqueado, usa un espejo: SILICONFRIEND_HUB__URL=https://hf-mirror.com
hub-refused = { $address } rechaza la descarga (HTTP { $status }).
hub-no-file = { $address } no tiene ningún archivo { $file } en ese lugar. Si es un espejo, quizá no lo tenga todavía.
hub-file-differs = { $address } tiene con el nombre { $file } otro archivo que el de esta lista (su SHA-256 es distinto). No se descargó nada.
hub-damaged = Lo que llegó de { $file } está dañado (su SHA-256 es distinto) y se eliminó. Inténtalo de nuevo.
hub-running = Otro proceso ya está descargando { $file }.
hub-disk-full = Falta espacio en { $path }: se necesitan { $needed } GB y quedan { $free } GB. Otra carpeta: SILICONFRIEND_HUB__FOLDER
hub-folder = No puedo escribir en { $path }: { $reason }. Otra carpeta: SILICONFRIEND_HUB__FOLDER
