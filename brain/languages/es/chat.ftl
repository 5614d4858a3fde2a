# Lo que la gente lee en las plataformas de chat alrededor de la conversación: breve, amable y siempre con una salida.
chat-consent = Antes de empezar: recuerdo lo que me cuentas y lo voy olvidando poco a poco, como las personas. En los espacios compartidos uso solo lo que dijiste en ese mismo lugar. /privacy explica qué se guarda, /pause deja de recordar, /forget borra.
chat-too-fast = { $seconds ->
        [one] Fue mucho de una vez. Dame un segundo, por favor.
       *[other] Fue mucho de una vez. Dame { $seconds } segundos, por favor.
    }
chat-still-answering = Todavía estoy respondiendo a lo anterior. Espera a que termine y sigue.
chat-budget-spent = Es todo por hoy: ya usamos todas nuestras palabras. Seguimos el { $until } ({ $zone }).
chat-not-admitted = No puedo conversar contigo aquí. Quien me administra puede cambiarlo. Lo que guardo de ti sigue siendo tuyo: /privacy, /export y /forget funcionan.
chat-perhaps-paused = (Ahora no puedo llegar a mis recuerdos y no sé si pausaste aquí el recordar. Si lo hiciste, no guardo nada de esto.)
chat-picture-alone = Mira esta imagen.
chat-cannot-see = No puedo ver imágenes con el modelo con el que pienso ahora. ¿Me cuentas qué hay en ella?
chat-no-words = Ahora mismo no encuentro palabras para eso. Por favor, dilo de otra manera.
chat-limited = Mis respuestas no pueden ser más largas. Di «sigue» y continúo.
chat-undelivered = Mi respuesta no llegó. Vuelve a preguntarme y la repito.
chat-unexpected = Algo salió mal que no debía. Quizá tu mensaje no me llegó; inténtalo de nuevo en un rato, por favor.
chat-model-away = Ahora mismo no puedo pensar: mi modelo no responde. Inténtalo de nuevo en un rato, por favor.
chat-store-away = Ahora mismo no puedo llegar a mis recuerdos. Inténtalo de nuevo en un rato, por favor.
chat-manner =
    Esta persona eligió cómo quiere que la trates. Síguelo, mientras no le haga daño a nadie:
    { $text }
