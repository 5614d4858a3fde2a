# 只在 Telegram 上出现的话，以及机器人为什么连不上 Telegram。
telegram-in-private = 我在私聊里回复你了。
telegram-write-first = 这只能给你一个人看。请先给我发条消息：https://t.me/{ $name }
telegram-settings-write-first = 群组的设置我只在私聊里显示；你刚才的更改已经生效。请先给我发条消息：https://t.me/{ $name }
telegram-group-hello = 大家好！在群里我只听得到对我说的话：提到 @{ $name }，或者回复我的消息。在这里告诉我的，我只在这里和与你的私聊中使用；详见 /privacy。
telegram-anonymous = 你在这里以群组本身的名义发言，我无法知道你是谁，也就没有可以记住的人。请用你自己的名义发言（可在输入框旁切换），或者单独给我写：https://t.me/{ $name }
telegram-as-channel = 你在这里以频道的名义发言，我无法知道你是谁，也就没有可以记住的人。请用你自己的名义发言（可在输入框旁切换），或者单独给我写：https://t.me/{ $name }
telegram-channel-hello = 我在频道里不回答：帖子不会告诉我是谁在说话。请把我加进群组，例如评论群，或者单独给我写：https://t.me/{ $name }
telegram-perhaps-lost = （回复时线路断了。如果上面少了一段，请再问我一次。）
telegram-cannot-hear = 我听不了也看不了这个。可以写成文字给我吗？
telegram-sticker = 我知道你发来了一张表情，但看不到上面是什么。是什么意思呢？
telegram-poll = （投票：{ $question } – { $options }）
telegram-checklist = （清单：{ $title } – { $tasks }）
telegram-contact = （联系人：{ $name }，{ $number }）
telegram-place = （地点：{ $where }）
telegram-dice = （{ $emoji } { $value }）
telegram-sticker-shown = （贴纸：{ $shown }）
telegram-story = （一条动态）
telegram-only-words = 这个我读不了。可以用文字说吗？
telegram-file-too-large = 这个文件对我来说太大了。只发要紧的部分给我，好吗？
telegram-file-unreadable = 我只能读文本文件，而这个不是。
telegram-file-unreachable = Telegram 没有把这个文件交给我。请再发一次。
telegram-export-too-large = 我为你保存的全部内容超过了 Telegram 单个文件的大小限制。运行我的人可以替你导出：`siliconfriend export --account { $account } --out 文件名`

telegram-no-token = 没有设置 Telegram 的令牌。请向 @BotFather 申请一个，并设置 SILICONFRIEND_TELEGRAM__TOKEN。
telegram-token-refused = Telegram 不认识这个令牌。请从 @BotFather 重新复制到 SILICONFRIEND_TELEGRAM__TOKEN；自建的服务器（SILICONFRIEND_TELEGRAM__API_BASE）也必须认识它。
telegram-wrong-root = SILICONFRIEND_TELEGRAM__API_BASE 只要 Bot API 服务器的根地址，例如 http://localhost:8081：不带路径，不带 /bot，更不要带令牌。
telegram-out-of-reach = 连不上 { $root } 的 Telegram（{ $reason }）。{ network-cause }
telegram-second-poller = 还有别的进程在向 Telegram 索取 @{ $name } 的消息：请停掉那一个，或者改用可以共用的 webhook。
telegram-webhook-refused = Telegram 不接受这个 webhook：{ $reason }。SILICONFRIEND_TELEGRAM__WEBHOOK_URL 必须是 Telegram 能访问的 https 地址。
telegram-wrong-secret = SILICONFRIEND_TELEGRAM__WEBHOOK_SECRET 只能是 1 到 256 个字母、数字、_ 和 -。

telegram-check = Telegram
telegram-check-ok = Telegram 认识 @{ $name }，方式：{ $way ->
        [webhook] webhook
       *[polls] 轮询
    }
telegram-check-privacy = Telegram 认识 @{ $name }。在群里它只听得到提及、对它的回复和命令：想让它也听到自己的名字，请在 @BotFather 用 /setprivacy 关闭隐私模式，再重新把它加进群。
telegram-check-webhook = Telegram 认识 @{ $name }，但访问不到它的 webhook：{ $reason }
