# 每种错误一句话：发生了什么，该怎么办。
error-unknown = 出了点问题。
error-empty-message = 这条消息里没有可以回答的内容，写一两个字吧。
error-message-too-long = 这条消息有 { $length } 个字符，我一次最多能读 { $limit } 个。请分几次发来。（这条消息没有保存。）
error-not-text = 这不是我能读懂的文字（二进制数据，或不是 UTF-8 编码），没有保存。
error-already-answered = 这条消息已经回答过了。
error-bad-import =
    { $line ->
        [0] 无法导入 { $path }：{ $reason }。没有任何改动。
       *[other] 无法导入 { $path } 第 { $line } 行：{ $reason }。没有任何改动。
    }
error-bad-settings = 有些设置不正确：
    { $problems }
error-missing-part = 没有安装 { $part }。安装命令：{ $command }
error-proxy-unusable = { $problem ->
    [scheme] { $variable } 里的代理类型不能用，可以是 http、https 或 socks5。
    [socks] { $variable } 里是 SOCKS 代理，需要另装一个包：pip install 'siliconfriend[socks]'
   *[address] { $variable } 不是代理的地址，应当像 http://user:password@host:8080 或 socks5://host:1080 那样。
}
error-certificates-unusable = { $variable } 指向 { $path }，那里没有可以读取的证书。请改正，或者取消这个变量。
network-cause = { $cause ->
    [proxy] 连接要经过 { $detail } 里的代理：它在运行吗？地址、用户名和密码对吗？
    [certificate] 这里不信任它的证书（{ $detail }）：请把 SSL_CERT_FILE 设为一个文件，里面是给你的网络签发证书的机构的证书。
   *[network] 网络通吗？服务在运行吗？地址对吗？
}
error-generator = 模型没有回答。你的消息已经记下，可以继续聊，或者再问一次。
error-generator-unreachable = 连不上 { $address } 的模型。你的消息已经记下。{ network-cause }`siliconfriend doctor` 可以检查。
error-generator-cut = { $model } 的回复没有写完：它的服务器中断了，或者太慢。你的消息已经记下；请再问一次，或者看看 { $address } 的服务器。
error-generator-busy = { $model } 现在太忙，无法回答。你的消息已经记下，过一分钟再试吧。
error-voice-unknown = 模型没有名为 { $voice } 的声音。{ $known ->
    [none] 目前一个也没有。
   *[other] 现有：{ $known }。
}
error-generator-refused = { $model } 拒绝回答：{ $reason } 你的消息已经记下。
error-prompt-too-long = 模型的上下文太小，连很短的提示也放不下。请调小 SILICONFRIEND_MODEL__CONTEXT_TOKENS，或换用上下文更大的模型。
error-form-refused = { $model } 无法按照事实所需的格式（JSON schema）作答。
error-answer-unusable = { $model } 写出的内容无法用作总结。对话已保存，以后会再总结。
error-embedder = 无法把文字转换成向量：{ $reason }
error-embedder-unreachable = 连不上 { $address } 的向量模型。{ network-cause }
error-store = 无法读取或写入记忆。
error-store-unavailable = 暂时无法访问记忆：{ $reason }
error-store-misconfigured = 要先改正下面的问题，才能使用记忆：{ $reason }
error-store-unwritable = 没有写入 { $path } 的权限。请用 SILICONFRIEND_DATA_DIR 另选文件夹，或修改权限。
error-store-corrupt = { $path } 已损坏，或者不是 siliconfriend 的数据库。文件原样未动。请恢复备份，或把它移走后重新开始。
error-store-too-new = { $path } 由更新版本的 siliconfriend 写入（格式 { $found }，本版本只认识 { $known }）。请升级后再打开。
error-embedder-changed = 记忆的向量来自嵌入模型 { $stored }（名称/维数），而现在配置的是 { $configured }。请运行 `siliconfriend reembed` 重新建立向量，或改回原来的嵌入模型。
error-turns-lost = 这次聊天有 { $count } 条消息没能保存：一直无法访问记忆。
error-forget-disturbed = 暂时什么也没有改动：您的记忆同时正在被修改。请再试一次。
error-correct-empty = 没有新的内容。请写出这条记忆应该改成什么。
error-correct-too-long = 这段文字有 { $length } 个字符；一条记忆最多 { $limit } 个。什么也没有改动。
error-correct-same = 它本来就是这样写的；什么也没有改动。
error-correct-archived = 这条记忆已被忘记。请先找回来，再更正。
error-correct-made = 这只是由你的记忆得出的。请更正它的来源：你说过的话、一个事实，或某一天的总结。
