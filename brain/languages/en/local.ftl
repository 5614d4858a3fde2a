# Models on this machine, and their adapters.
error-local-model-missing = There is no model at { $path }. Name the folder of a model, a GGUF file, or a model on the Hugging Face hub.
error-local-model-unloadable = { $model } could not be loaded ({ $problem }). Is it a whole model that transformers knows, and, if it is on the hub, can this machine reach it?
error-local-too-large = { $model } does not fit into the memory of { $device }. Take a smaller one, or load the model with fewer bits (SILICONFRIEND_LOCAL__QUANTISED).
error-local-device = There is no device { $device } on this machine that PyTorch can use. Leave SILICONFRIEND_LOCAL__DEVICE unset, and the best there is is taken.
error-local-quantised = { $model } cannot be loaded in { $bits } bits: { $reason ->
    [gguf] a GGUF file has bits of its own. Name the model that it was made from, or let llama.cpp run the file (SILICONFRIEND_MODEL__FILE)
    [already] it is quantised already
    [device] bitsandbytes does not know the device { $device }
   *[layers] the device { $device } cannot compute with layers of its sizes
}. Otherwise leave SILICONFRIEND_LOCAL__QUANTISED unset.
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
