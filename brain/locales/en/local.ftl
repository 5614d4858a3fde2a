# Models on this machine, and their adapters.
error-local-model-missing = There is no model at { $path }. Name the folder of a model, a GGUF file, or a model on the Hugging Face hub.
error-local-model-unloadable = { $model } could not be loaded ({ $problem }). Is it a whole model that transformers knows, and, if it is on the hub, can this machine reach it?
error-local-model-unfit = { $model } cannot be run here: it uses { $feature }. Serve it with vLLM or Ollama instead, and set that server's address.
error-local-template = The chat template of { $model } cannot be used: { $problem }.
error-local-out-of-memory = The memory of this machine is too small for this conversation with { $model }. Your message is kept. Try again in a minute; if it happens often, set a smaller context, or load the model quantised.
error-adapter-refused = The adapter { $adapter } cannot be used.
error-adapter-unknown = No adapter named { $adapter } is loaded. { $known ->
    [none] None is.
   *[other] There is: { $known }.
}
error-adapter-missing = The adapter { $adapter } is not complete: there is no { $path }.
error-adapter-damaged = The adapter { $adapter } cannot be read: { $path } is damaged or is something else.
error-adapter-holds-code = The adapter { $adapter } was refused: { $path } holds code that would run when it is opened. Ask for the adapter as adapter_model.safetensors.
error-adapter-unsupported = The adapter { $adapter } cannot be used: it uses { $feature }, and only plain LoRA can be served. Merge it into its model, or train it anew.
error-adapter-other-base = The adapter { $adapter } was made for { $base }, but { $model } is loaded.
error-adapter-misfit = The adapter { $adapter } does not fit this model: { $module } is { $found } in the adapter and { $wanted } in the model. It was made for another one.
settings-persona-front = { $path }: between the lines of three hyphens, only `adapter: NAME` is known.
settings-local-no-model = The adapter { $adapter } does not say which model it was made for. Name it with SILICONFRIEND_LOCAL__MODEL.
settings-local-unknown = No adapter named { $adapter } is in SILICONFRIEND_LOCAL__ADAPTERS. { $known ->
    [none] None is.
   *[other] There is: { $known }.
}
doctor-local = { $name } answers, on { $device } in { $dtype }. { $adapters ->
    [none] No adapters are loaded.
   *[other] Adapters: { $adapters }.
}
doctor-adapter-idle = The persona names the adapter { $adapter }, which only a model on this machine can use (SILICONFRIEND_LOCAL__MODEL).
