# 可以下载的聊天模型：`siliconfriend model`，以及下载时可能出现的问题。
model-hint = `siliconfriend model use 名称` 会下载模型并用它来回答。之后你说的话不会离开这台电脑。
model-column-name = 名称
model-column-size = 大小
model-column-memory = 内存
model-column-context = 上下文
model-column-languages = 语言
model-column-licence = 许可证
model-column-state = {""}
model-gigabytes = { $gigabytes } GB
model-memory = 这台电脑有 { $gigabytes } GB 内存；模型不应把它占满。
model-state-there = 已下载
model-state-used = 正在使用
model-state-large = 对这台电脑来说太大
model-unknown = 列表里没有模型 { $name }。现有：{ $known }。
model-downloading = 正在从 { $host } 下载 { $name }
model-there = { $name } 在这里：{ $path }
model-used = 从现在起由 { $name } 回答（已写入 { $path }）。开始聊天：siliconfriend chat。已经在运行的机器人重启后才会使用它。
model-environment = 这一项由环境变量决定，写进 config.toml 也不会生效。请先取消这些变量：{ $variables }

hub-unreachable = 连不上 { $address }，或者连接一再中断。{ network-cause }已下载的部分会保留：再试一次就会接着下载。如果当地无法访问，请使用镜像：SILICONFRIEND_HUB__URL=https://hf-mirror.com
hub-refused = { $address } 拒绝下载（HTTP { $status }）。
hub-no-file = { $address } 上没有文件 { $file }。如果这是镜像，它可能还没有同步。
hub-file-differs = { $address } 上的 { $file } 与这里列出的不是同一个文件（SHA-256 不同）。什么也没有下载。
hub-damaged = 下载的 { $file } 已损坏（SHA-256 不同），已经删除。请再试一次。
hub-running = 另一个进程正在下载 { $file }。
hub-disk-full = { $path } 的空间不够：需要 { $needed } GB，只剩 { $free } GB。换一个文件夹：SILICONFRIEND_HUB__FOLDER
hub-folder = 无法写入 { $path }：{ $reason }。换一个文件夹：SILICONFRIEND_HUB__FOLDER
