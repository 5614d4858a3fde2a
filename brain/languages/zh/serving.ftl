# 运行平台时操作者看到的话。
serving-port-taken = 无法在 { $host } 的 { $port } 端口监听：{ $reason }。请换一个。
serving-nothing = 没有配置任何平台：请设置 SILICONFRIEND_DISCORD__TOKEN 或 SILICONFRIEND_TELEGRAM__TOKEN，或两者都设置。
serving-waits = { $error }我会一直等待；按 Ctrl-C 停止。
serving-started = 正在服务：{ $names }。按 Ctrl-C 停止，正在进行的回复会说完。
serving-stopped = 已停止。
