# 本机上的模型和它们的适配器。
error-local-model-missing = { $path } 没有模型。请填写模型文件夹、GGUF 文件，或 Hugging Face hub 上的模型名。
error-local-model-unloadable = 无法加载 { $model }（{ $problem }）。它是 transformers 认识的完整模型吗？如果在 hub 上，这台机器能连上吗？
error-local-too-large = { $device } 的内存放不下 { $model }。请换一个更小的，或用更少的位数加载模型（SILICONFRIEND_LOCAL__QUANTISED）。
error-local-device = 这台机器上没有 PyTorch 可用的设备 { $device }。不设置 SILICONFRIEND_LOCAL__DEVICE，就会用最好的那个。
error-local-quantised = 无法以 { $bits } 位加载 { $model }：{ $reason ->
    [gguf] GGUF 文件自带位数。请填写它的原模型，或让 llama.cpp 运行这个文件（SILICONFRIEND_MODEL__FILE）
    [already] 它已经量化过了
    [device] bitsandbytes 不认识设备 { $device }
   *[layers] 设备 { $device } 无法计算它这种大小的层
}。否则请不要设置 SILICONFRIEND_LOCAL__QUANTISED。
error-local-model-unfit = { $model } 无法在这里运行：它用到了 { $feature }。请改用 vLLM 或 Ollama 提供服务，并填写那个服务的地址。
error-local-template = 无法使用 { $model } 的对话模板：{ $problem }。
error-local-out-of-memory = 这台机器的内存放不下与 { $model } 的这次对话。你的消息已经记下，过一分钟再试吧；如果经常这样，请把上下文调小，或以量化方式加载模型。
error-adapter-refused = 无法使用适配器 { $adapter }。
error-adapter-unknown = 没有加载名为 { $adapter } 的适配器。{ $known ->
    [none] 目前一个也没有。
   *[other] 现有：{ $known }。
}
error-adapter-missing = 适配器 { $adapter } 不完整：缺少 { $path }。
error-adapter-damaged = 无法读取适配器 { $adapter }：{ $path } 已损坏，或者是别的文件。
error-adapter-holds-code = 已拒绝适配器 { $adapter }：{ $path } 里有打开时就会运行的代码。请索取 adapter_model.safetensors 格式的文件。
error-adapter-unsupported = 无法使用适配器 { $adapter }：它用到了 { $feature }，而这里只支持普通的 LoRA。请把它合并进模型，或重新训练。
error-adapter-other-base = 适配器 { $adapter } 是为 { $base } 制作的，而现在加载的是 { $model }。
error-adapter-misfit = 适配器 { $adapter } 与这个模型不符：{ $module } 在适配器里是 { $found }，在模型里是 { $wanted }。它是为别的模型制作的。
settings-persona-front = { $path }：在两行三个连字符之间，只能写 `adapter: 名称`。
settings-local-no-model = 适配器 { $adapter } 没有说明它是为哪个模型制作的。请用 SILICONFRIEND_LOCAL__MODEL 指定模型。
settings-local-unknown = SILICONFRIEND_LOCAL__ADAPTERS 里没有名为 { $adapter } 的适配器。{ $known ->
    [none] 目前一个也没有。
   *[other] 现有：{ $known }。
}
doctor-local = { $name } 可以回答，运行在 { $device } 上，数值类型为 { $dtype }。{ $adapters ->
    [none] 没有加载适配器。
   *[other] 适配器：{ $adapters }。
}
doctor-adapter-idle = 人设指定了适配器 { $adapter }，但只有本机上的模型才能使用它（SILICONFRIEND_LOCAL__MODEL）。
