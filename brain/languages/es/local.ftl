# Modelos en esta máquina y sus adaptadores.
error-local-model-missing = No hay ningún modelo en { $path }. Indica la carpeta de un modelo, un archivo GGUF o un modelo del hub de Hugging Face.
error-local-model-unloadable = No se pudo cargar { $model } ({ $problem }). ¿Es un modelo completo que transformers conoce y, si está en el hub, puede llegar a él esta máquina?
error-local-too-large = { $model } no cabe en la memoria de { $device }. Usa uno más pequeño o carga el modelo con menos bits (SILICONFRIEND_LOCAL__QUANTISED).
error-local-device = En esta máquina no hay un dispositivo { $device } que PyTorch pueda usar. Deja SILICONFRIEND_LOCAL__DEVICE sin definir y se toma el mejor que haya.
error-local-quantised = No se puede cargar { $model } en { $bits } bits: { $reason ->
    [gguf] un archivo GGUF tiene sus propios bits. Indica el modelo del que se hizo, o deja que llama.cpp use el archivo (SILICONFRIEND_MODEL__FILE)
    [already] ya está cuantizado
    [device] bitsandbytes no conoce el dispositivo { $device }
   *[layers] el dispositivo { $device } no puede calcular con capas de sus tamaños
}. Si no, deja SILICONFRIEND_LOCAL__QUANTISED sin definir.
error-local-model-unfit = { $model } no puede funcionar aquí: usa { $feature }. Sírvelo mejor con vLLM u Ollama y define la dirección de ese servidor.
error-local-template = La plantilla de chat de { $model } no se puede usar: { $problem }.
error-local-out-of-memory = La memoria de esta máquina es demasiado pequeña para esta conversación con { $model }. Tu mensaje está guardado. Inténtalo de nuevo en un minuto; si pasa a menudo, define un contexto menor o carga el modelo cuantizado.
error-adapter-refused = El adaptador { $adapter } no se puede usar.
error-adapter-unknown = No hay cargado ningún adaptador llamado { $adapter }. { $known ->
    [none] No hay ninguno.
   *[other] Hay: { $known }.
}
error-adapter-missing = El adaptador { $adapter } no está completo: falta { $path }.
error-adapter-damaged = El adaptador { $adapter } no se puede leer: { $path } está dañado o es otra cosa.
error-adapter-holds-code = Se rechazó el adaptador { $adapter }: { $path } contiene código que se ejecutaría al abrirlo. Pide el adaptador como adapter_model.safetensors.
error-adapter-unsupported = El adaptador { $adapter } no se puede usar: usa { $feature }, y solo se puede servir LoRA simple. Fusiónalo con su modelo o entrénalo de nuevo.
error-adapter-other-base = El adaptador { $adapter } se hizo para { $base }, pero está cargado { $model }.
error-adapter-misfit = El adaptador { $adapter } no corresponde a este modelo: { $module } es { $found } en el adaptador y { $wanted } en el modelo. Se hizo para otro.
settings-persona-front = { $path }: entre las líneas de tres guiones solo se conoce `adapter: NOMBRE`.
settings-local-no-model = El adaptador { $adapter } no dice para qué modelo se hizo. Indícalo con SILICONFRIEND_LOCAL__MODEL.
settings-local-unknown = No hay ningún adaptador llamado { $adapter } en SILICONFRIEND_LOCAL__ADAPTERS. { $known ->
    [none] No hay ninguno.
   *[other] Hay: { $known }.
}
doctor-local = { $name } responde, en { $device } con { $dtype }. { $adapters ->
    [none] No hay adaptadores cargados.
   *[other] Adaptadores: { $adapters }.
}
doctor-adapter-idle = La personalidad nombra el adaptador { $adapter }, que solo puede usar un modelo en esta máquina (SILICONFRIEND_LOCAL__MODEL).
