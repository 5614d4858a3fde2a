# 只在 Discord 上出现的文字，以及运行机器人的人会看到的文字。
discord-token-missing = 机器人还没有令牌。请在 { $page }（“Bot”，“Reset Token”）生成一个，并设置 SILICONFRIEND_DISCORD__TOKEN。
discord-token-refused = Discord 不接受这个令牌。请在 { $page } 重新生成（“Reset Token”），并设置 SILICONFRIEND_DISCORD__TOKEN。
discord-intent-missing = { $intent } 没有打开，机器人无法工作。请在 { $page } 的“Privileged Gateway Intents”下打开它，然后重新启动。
discord-unreachable = 连不上 { $address } 的 Discord。{ network-cause }
discord-other-server = 在 { $address } 回答的不是 Discord。这个网络是不是先把所有人引到自己的页面？地址对吗？
discord-refused = Discord 拒绝了机器人，代码 { $code }。含义见 https://discord.com/developers/docs/topics/opcodes-and-status-codes 。
discord-shards-unclear = 分片设置不明确：设置了 SILICONFRIEND_DISCORD__SHARD_IDS（从 0 开始的数字）时，还要用 SILICONFRIEND_DISCORD__SHARD_COUNT 说明所有进程一共有多少个分片。

discord-file-alone = （只有文件，没有文字：{ $names }）
discord-poll = （投票：{ $question } – { $options }）
discord-files-unusable = 我打不开 { $names }。我能读文本文件；如果我的模型能看图，也能看图片。
discord-files-too-long = { $names } 太长，我一次读不完；请把重要的部分发给我。
discord-files-unreachable = Discord 没有把 { $names } 交给我；请再发一次。
discord-file-too-large = 你的文件超过了 Discord 的大小限制。运行这个机器人的人可以替你导出：`siliconfriend export --account { $account } --out 文件名`
discord-direct-closed = 我不能给你发私信。请暂时允许私信（右键点击服务器，“隐私设置”），然后再试一次。
discord-sent-directly = 已经通过私信发给你了。
discord-typed-command = Discord 没有把它当作命令。请输入 /，再从弹出的列表里选择 { $name }。

discord-check-token = Discord 令牌
discord-check-intents = Discord 权限意图
discord-check-gateway = Discord 网关
discord-check-commands = Discord 命令
discord-check-invite = Discord 邀请
discord-check-token-fine = 机器人是 { $name }。
discord-check-intents-fine = 机器人可以读取消息。
discord-check-intents-missing = 请在 { $page } 的“Privileged Gateway Intents”下打开 { $intent }。
discord-check-gateway-fine = 可以连接；Discord 建议 { $shards } 个分片，今天还可以启动 { $left } 次。
discord-check-gateway-scarce = 今天只能再启动 { $left } 次：机器人启动得太频繁了。
discord-check-commands-fine = 已注册：{ $count } 个。
discord-check-commands-none = 还没有注册：机器人启动时会注册。
discord-check-guilds-none = 它还不在任何服务器里。邀请它：{ $link }
discord-check-guilds = 它在 { $count } 个服务器里。邀请到别处：{ $link }
