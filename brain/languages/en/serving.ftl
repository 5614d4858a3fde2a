# What the operator reads when platforms are served.
serving-port-taken = I cannot listen on { $host }, port { $port }: { $reason }. Choose another one.
serving-nothing = No platform is set up: set SILICONFRIEND_DISCORD__TOKEN or SILICONFRIEND_TELEGRAM__TOKEN, or both.
serving-waits = { $error } I wait for them; Ctrl-C stops.
serving-started = Serving: { $names }. Ctrl-C stops, and lets replies under way end.
serving-stopped = Stopped.
