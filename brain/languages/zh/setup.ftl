# `siliconfriend setup` 的问题。
setup-no-terminal = `siliconfriend setup` 会提问，需要在终端里运行。没有终端时，请在 config.toml 或环境变量里设置 docs/settings.md 列出的内容；`siliconfriend model use 名称` 可以选择模型。
setup-hello = 有几个问题；全部回答完后，答案会写入 { $path }。用方向键或数字选择，按回车采用建议的答案，按 Ctrl-C 则一切保持原样。
setup-stopped = 已停止。什么也没有改动。
setup-looking = 正在查找这台电脑上的模型服务……
setup-as-now = 保持现状：{ $present }

setup-model = 由哪个模型来回答？
setup-model-found = 这台电脑上的 { $program }（{ $address }），有 { $count } 个模型
setup-model-download = 下载一个在这台电脑上运行的模型；你说的话不会离开这里
setup-model-service = 需要密钥的服务：OpenAI、OpenRouter、DeepSeek、阿里云百炼等
setup-model-address = 其他服务器，输入它的地址
setup-model-demonstration = 小小的演示模型：只说明一切运转正常，还算不上朋友
setup-download = 哪一个？会保存到 { $folder }。
setup-download-model = { $name }：下载 { $size } GB，内存 { $memory } GB；{ $languages }；{ $licence }
setup-hub = 从哪里下载？第二个是镜像，供无法访问第一个的地方使用。
setup-download-later = 其余的都已写入。`siliconfriend model use { $name }` 会接着下载。
setup-service = 哪个服务？
setup-address = 它的地址，例如 http://192.168.1.5:11434/v1（直接回车：返回）：
setup-address-wrong = 这不是地址；地址以 http:// 或 https:// 开头。
setup-key = 你的密钥（不会显示；直接回车：返回）：
setup-key-optional = 它的密钥（不会显示；直接回车：不需要）：
setup-key-present = 它的密钥（不会显示；直接回车：沿用现在的）：
setup-key-refused = { $model } 不接受这个密钥。（{ $reason }）
setup-server-unreachable = 连不上 { $address }。{ network-cause }
setup-server-failed = 没有成功：{ $reason }
setup-what-now = 怎么办？
setup-again = 再试一次
setup-anyway = 还是用它；我自己输入模型名称
setup-back = 换别的
setup-which = 用它的哪个模型？
setup-which-many = 哪个模型？{ $count ->
        [0] 名称：
       *[other] 共有 { $count } 个，按 Tab 列出：
    }
setup-which-wrong = 没有这个模型；按 Tab 可以列出所有模型。

setup-platform = 要在 { $name } 上聊天吗？
setup-platform-keep = 要，和现在一样
setup-platform-change = 要，换一个令牌
setup-platform-add = 要
setup-platform-without = 不要
setup-token-discord = 打开 https://discord.com/developers/applications：New Application，然后 Bot。在那里打开“Message Content Intent”，并复制令牌（Reset Token）。
setup-token-telegram = 在 Telegram 上给 @BotFather 发送 /newbot，它会给你一个令牌。
setup-token = 令牌（不会显示；直接回车：不用）：
setup-token-again = 换一个令牌再试
setup-token-anyway = 保留这个令牌；其余的我来改正
setup-token-back = 不用，继续

setup-zone = 你的时区（按 Tab 列出）：
setup-zone-wrong = 没有这个时区。名称类似 Asia/Shanghai；按 Tab 可以列出。
setup-country = 如果有人说想伤害自己，要告诉他哪里的求助热线？
setup-country-zone = 按每个人的时区所在的国家
setup-country-other = 另一个国家的
setup-country-which = 哪个国家？（按 Tab 列出；直接回车：按时区）
setup-country-wrong = 不知道那里的热线，只知道：{ $known }。其他热线可以写在 care.resources 里。
setup-store = 记忆保存在哪里？
setup-store-file = 这台电脑上的文件：{ $path }
setup-store-folder = 另一个文件夹里的文件
setup-store-redis = Redis，适合很多人或多台机器
setup-folder = 哪个文件夹？
setup-folder-wrong = 这不是文件夹。路径以 / 或 ~ 开头。
setup-redis = 它的地址，不含密码：
setup-redis-wrong = 这不是 Redis 的地址。地址类似 redis://localhost:6379/0 或 rediss://user@host:6379/0。
setup-redis-password = 它的密码（不会显示；直接回车：没有）：

setup-changes = 会改动：
setup-removed = （删除）
setup-environment = 这些环境变量优先于文件：{ $variables }。请取消它们，否则相应的改动不会生效。
setup-right = 对吗？
setup-write = 对，写入
setup-discard = 不对，一切保持原样
setup-written = 已写入 { $path }。
setup-no-change = 没有改动。
setup-checking = 正在全部检查一遍……
setup-run = `siliconfriend run` 会在这些平台上回答。
