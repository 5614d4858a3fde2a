# Qué está mal en un ajuste, después de su nombre.
settings-wrong = este valor no se puede usar.
settings-wrong-integer = se espera un número entero.
settings-wrong-number = se espera un número.
settings-wrong-boolean = se espera true o false.
settings-wrong-choice = se espera uno de { $choices }
settings-wrong-text = se espera un texto.
settings-wrong-empty = no debe estar vacío.
settings-wrong-name = solo puede tener letras sin acento, cifras y . _ -
settings-wrong-table = se espera una tabla con ajustes propios, como en docs/settings.md.
settings-wrong-list = se espera una lista, como ["uno", "dos"].
settings-wrong-least = el número debe ser { $within ->
    [True] al menos { $limit }.
   *[other] mayor que { $limit }.
}
settings-wrong-most = el número debe ser { $within ->
    [True] como mucho { $limit }.
   *[other] menor que { $limit }.
}
settings-wrong-json = se espera JSON, como { $example }
settings-wrong-address = se espera la dirección de un servidor, como http://localhost:11434/v1
settings-given = se dio { $given ->
    [text] { $length ->
        [0] un texto vacío
       *[other] un texto de { $length } caracteres
    }
    [table] una tabla
    [list] una lista
    [number] un número grande
    [other] otra cosa
   *[shown] { $given }
}
settings-extra = no existe ese ajuste.
settings-missing = falta.
settings-not-toml = { $path }: esto no es TOML: { $detail }
settings-unreadable = No se puede leer { $path }: { $reason }.
settings-file-or-server = define file (un modelo en esta máquina) o bien base_url y name
settings-file-has-no-voices = las voces son modelos de un servidor: un archivo no tiene ninguna
settings-server-without-name = base_url necesita un name: ¿cuál de los modelos del servidor?
settings-onnx-without-model = kind onnx necesita un model: la ruta de su archivo o carpeta
settings-forget-above-fade = forget ({ $forget }) debe ser menor que fade ({ $fade })
settings-no-zone = no existe esa zona horaria, se espera un nombre como Europe/Berlin{ $near ->
    [none] .
   *[other] ; ¿querías decir { $near }?
}
settings-local-or-server = define local.{ $local } (un modelo en este proceso) o bien model.{ $other }, no ambos
settings-root-alone = solo la raíz, por favor: sin /bot y sin el token
settings-no-helpline = allí no se conoce ninguna línea de ayuda, solo en { $known }; nombra la tuya en care.resources
settings-no-home = nadie tiene aquí la carpeta personal que ~ representa
