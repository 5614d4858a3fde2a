# Cuando se cambió el modelo de embeddings.
chat-reembedding = { $count ->
    [one] Se cambió el modelo de embeddings: un recuerdo recibe un vector nuevo mientras conversamos y, hasta entonces, se encuentra por sus palabras.
   *[other] Se cambió el modelo de embeddings: { $count } recuerdos reciben vectores nuevos mientras conversamos y, hasta entonces, se encuentran por sus palabras.
}
reembed-progress = calculando vectores
reembed-nothing = Todos los recuerdos tienen su vector: { $name }, { $dimensions } dimensiones.
reembed-done = { $count ->
    [one] Un recuerdo recibió su vector de { $name } ({ $dimensions } dimensiones).
   *[other] { $count } recuerdos recibieron su vector de { $name } ({ $dimensions } dimensiones).
}
reembed-refused = Rechazados por el modelo de embeddings y localizables solo por sus palabras: { $count }. Ejecuta `siliconfriend reembed` otra vez; `siliconfriend doctor` dice más.
