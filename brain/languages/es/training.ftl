# Ajustar un adaptador: qué puede estar mal en los datos o en el plan y qué se dice al final.
error-bad-dialogues =
    { $line ->
        [0] { $path }
       *[other] { $path }, línea { $line }
    }: { $reason ->
        [missing] ese archivo no existe.
        [unreadable] no se puede leer.
        [empty] no contiene diálogos.
        [too-long] la línea ocupa más de 16 MiB.
        [not-utf8] no es texto UTF-8.
        [not-json] no es JSON válido. Se espera un diálogo por línea (JSON Lines).
        [no-answer] no hay ninguna respuesta de “assistant” que aprender.
        [turns] “user” y “assistant” deben turnarse, y empieza “user”.
        [system] el mensaje de “system” debe ir primero.
        [role] un mensaje necesita el rol system, user o assistant.
        [content] un mensaje está vacío o no es texto.
       *[no-dialogue] un diálogo es {"{"}"messages": [{"{"}"role": …, "content": …{"}"}, …]{"}"}, o {"{"}"input": …, "output": …{"}"}.
    }
error-training-refused =
    { $reason ->
        [model] No se puede cargar el modelo: { $detail }
        [form] El modelo no trae plantilla de chat. Indica la forma de su prompt con --form: { $detail }.
        [template] La plantilla de chat del modelo no puede escribir un diálogo: { $detail }
        [labels] No hay ni un token de “assistant” que aprender: ¿todas las preguntas son más largas que --max-tokens?
        [targets] El modelo no tiene capas llamadas { $detail }. Con --targets all-linear se puede ajustar cualquier modelo.
        [memory] La memoria del acelerador es demasiado pequeña para esto. Usa un --batch o un --max-tokens menor, con un --accumulation mayor.
        [diverged] La pérdida ya no es un número: usa un --learning-rate menor.
        [taken] { $detail } ya contiene un adaptador. Elige otro --out, o continúa con --resume.
        [nothing] { $detail } no contiene ningún entrenamiento con el que continuar. Quita --resume.
        [changed] Ese entrenamiento se empezó con otro valor de { $detail }. Continúa con el mismo, o empieza en otro --out.
        [unwritable] No tengo permiso para escribir en { $detail }. Elige otro --out.
       *[other] Esto no se puede ajustar: { $detail }
    }

training-loading = cargando el modelo…
training-progress = ajustando
training-loss = pérdida { $loss }
training-plan = { $dialogues } diálogos (y { $judged } para validación), { $samples } secuencias, { $tokens } tokens que aprender.
training-left-out = { $count ->
        [one] Se dejó fuera un diálogo: su pregunta sola es más larga que --max-tokens.
       *[other] Se dejaron fuera { $count } diálogos: sus preguntas solas son más largas que --max-tokens.
    }
training-done = El adaptador está en { $out } (pérdida { $first } → { $last }).
training-validated = En diálogos con los que no se ajustó: pérdida { $first } → { $last }.
training-worse = Eso no es mejor que antes: quizá ayuden más diálogos o menos épocas.
training-sample = La primera secuencia, { $tokens } tokens, de los que se aprenden los { $learned } marcados:
training-card =
    # Un adaptador para { $model }

    Hecho con siliconfriend el { $day }.

    | | |
    |---|---|
    | modelo base | { $model } |
    | diálogos | { $dialogues }, y { $judged } para validación |
    | secuencias; tokens aprendidos | { $samples }; { $tokens } |
    | rango; alfa; dropout | { $rank }; { $alpha }; { $dropout } |
    | capas | { $targets } |
    | épocas | { $epochs } |
    | tasa de aprendizaje | { $rate } |
    | lote × acumulación | { $batch } |
    | secuencia más larga | { $length } tokens |
    | semilla | { $seed } |
    | pérdida, primer → último paso | { $losses } |
    | pérdida en validación, antes → después | { $validation } |

    ![pérdidas]({ $plot })

    Solo se aprendieron las palabras de “assistant”. Un adaptador puede repetir lo que había en sus diálogos: compártelo solo si los compartirías. No es terapeuta ni ocupa el lugar de uno.
