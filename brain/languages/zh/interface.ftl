# 人们在终端和聊天里读到的文字：简短、友好，并且总能指出下一步。
error-unexpected = 出现了不该出现的错误（{ $kind }）。加上 --debug 再运行一次，可以看到详细记录。
error-unknown-memory = 没有编号为 { $id } 的记忆。编号至少要写 4 个字符；`siliconfriend memories` 会列出它们。
error-ambiguous-memory = 以 { $id } 开头的记忆不止一条：{ $candidates }。请多写几位编号。
error-no-such-store = 没有可以复制的记忆：找不到 { $path }。
error-file-unwritable = 无法写入 { $path }：{ $reason }。

settings-unknown = { $name }：没有这个设置。
settings-unknown-near = { $name }：没有这个设置；是不是想写 { $near }？
settings-no-file = { $path }：没有这个文件。
settings-not-utf8 = { $path }：不是 UTF-8 文本。
settings-persona-size = { $path }：人设需要 1 到 { $limit } 个字符的文字。
person-name-wrong = 名字里要有看得见的字符，不能有控制字符。

days = { $days } 天
never = 永不
and-more = ……还有 { $count } 条

chat-starting = 正在醒来……
chat-thinking = 正在想……
chat-was-thinking = （以上是模型的思考过程。下面是它的回复：）
chat-who = 模型：{ $generator }。
chat-who-local = 模型：{ $generator }，在本机上运行。
chat-demonstration = 这是一个仅供演示的极小模型：它说明一切运转正常，还算不上朋友。`siliconfriend setup` 可以找到或下载更好的模型。
chat-days-later = 时钟调快了 { $days } 天：你现在说的话会记成那时的日期。
chat-memories = { $count ->
        [0] 我们还没见过面：还没有关于你的记忆。
       *[other] 关于你，我有 { $count } 条记忆。
    }
chat-how = /help 列出这里能做的事。
chat-bye = 再见。
chat-without-memory = （我暂时想不起以前的事，先这样回答。这次聊的我之后会记下。）
chat-stopped = 已停下。你的消息记下了。
chat-elsewhere = { $command } 是 Discord 和 Telegram 上的命令。这里以你的设置为准：`siliconfriend doctor` 会显示它们。
chat-saved = 已写入 { $path }。
chat-forget-what = 忘掉什么？请在 /forget 后面写几个词，或者编号。
chat-correct-what = 更正什么？请在 /correct 后面写编号，或者几个词；/memories 会列出编号。
chat-correct-undo = /undo 可以恢复原样。
chat-pin-what = 哪一条？请在 /pin 或 /unpin 后面写编号；/memories 会列出它们。
chat-undo-hint = /undo 可以找回来。
chat-help =
    /memories [词]       我记得什么，或者由这些词想起什么
    /forget 词|编号      先看看会忘掉什么，再询问
    /correct 编号|词     更正一条记忆：先选出它，再改它的内容
    /undo                撤销最近一次的忘记或更正
    /pin 编号，/unpin 编号  让一条记忆永不褪色，或者重新让它褪色
    /remember 内容       永远记住一句话
    /portrait            我眼中的你，以及我确知的事
    /pause，/resume      停止记忆，再恢复
    /persona [内容]      你希望我怎样和你相处
    /privacy，/export    保留了什么，以及全部写成一个文件
    /quit                离开（Ctrl-C 和 Ctrl-D 也行；回答时按 Ctrl-C 可以打断）
    回车发送；Alt-回车换行；粘贴的内容算一条消息。

recall-nothing = · 没有想起什么
recall-heading = · 想起 { $count } 条记忆：
recall-portrait = · 给出的画像：{ $text }
recall-summary = · 给出的经历：{ $text }
recall-line = · { $day }（{ $ago }），保持率 { $retention } %，强度 { $strength } 天：{ $text }

column-id = 编号
column-day = 日期
column-kind = 种类
column-text = 内容
column-strength = 强度（天）
column-retention = 保持率
column-fades = 褪色
column-erased = 抹去
column-setting = 设置
column-value = 值
column-origin = 来源
kind-turn = 对话
kind-day = 一天
kind-fact = 事实
kind-insight = 心情
kind-history = 经历
kind-portrait = 画像
state-alive = 记得
state-faded = 已褪色：不会再想起
state-archived = 已忘记，可以找回
state-pinned = 已固定
field-id = 编号
field-kind = 种类
field-said = 说于
field-text = 内容
field-reply = 回答
field-state = 状态
field-importance = 重要性
field-strength = 强度
field-retention = 保持率
field-recalls = 想起次数
field-last-recalled = 上次想起
field-fades = 褪色
field-archived = 归档
field-erased = 抹去
field-zone = 时区
field-place = 地点
field-sources = 由来
mark-now = 现在
mark-fades = 褪色
mark-archived = 归档

memories-none = 还没有关于 { $name } 的记忆。
memories-no-archive = 归档里没有关于 { $name } 的记忆。
memories-none-found = 没有想起什么。
memories-shown = 显示了 { $total } 条中的 { $shown } 条；`siliconfriend memories` 可以列出更多。
memories-more = 显示了 { $total } 条中的 { $shown } 条；用 --limit 显示更多。
memories-more-archived = 显示了 { $shown } 条，还有更多；用 --limit 显示。
pinned = 已固定：{ $id } 不会褪色。
unpinned = 已取消固定：{ $id } 会重新褪色。
memory-line = { $number }. [{ $id }] { $day }：{ $text }
memory-earlier = （早先说的，自{ $since }起有变化）{ $text }

forget-meant = 会忘掉这 { $count } 条：
forget-mark-sure = ✓
forget-similar = 这 { $count } 条可能是您指的；不选就会保留：
forget-rest = {"    "}这一条里可以保留：“{ $text }”
forget-parts-hint = 回答“部分”会忘掉有标记的内容，但保留可以保留的部分。
forget-echo = {"    "}{ $day }：“{ $reply }”
forget-no-time = 看不懂“{ $text }”是什么时间。可以写 2026-11-23 这样的日期，或者“昨天”、“上周”。
forget-ask = 要忘掉哪些？“是”、“全部”、1 3-5 这样的序号，或者直接回车表示都不忘：
forget-not-understood = 没看懂；什么也没有忘掉。
forget-none-found = 没有可以忘掉的。
forget-none-chosen = 什么也没有忘掉。
forget-nothing-done = 什么也没有忘掉：它们已经不在了。
forget-dry-run = 只是预览：什么也没有忘掉。
forget-receipt = 忘掉了 { $count } 条记忆。在 { $until } 之前可以找回。
forget-receipt-erased = 抹去了 { $count } 条记忆，无法找回。
forget-would-return = 您说过的话在 { $until } 之前可以找回。
forget-would-last = 其中 { $count } 条是总结、事实或画像：这些会被永久抹去。
forget-would-erase = 这些都将被永久抹去，无法找回。
forget-would-notes = 由此得出的 { $count } 条总结、事实或画像将被永久抹去；其余内容会重新总结。
forget-would-echoes = 重复了它的 { $count } 条回答会一起忘掉；您当时说的话会保留：
forget-did-notes = 由此得出的 { $count } 条总结、事实或画像已被永久抹去；其余内容会重新总结。
forget-did-echoes = 重复了它的 { $count } 条回答也一起忘掉了；您当时说的话会保留。
forget-undo-hint = `siliconfriend forget --undo` 可以找回最近一次忘掉的。
correct-which = 哪一条？请写序号，直接回车表示都不改：
correct-sure = 要这样改吗？（y/n）
correct-none = 什么也没有改动。
correct-dry-run = 只是预览：什么也没有改动。
correct-undo-hint = `siliconfriend restore { $id }` 可以恢复原样。
undo-receipt = 找回了 { $count } 条记忆。
undo-nothing = 没有可以找回的。
everything-account = 关于 { $name }，我有 { $alive } 条记忆，归档里还有 { $archived } 条。
everything-ask = 这会把它们全部抹去，无法找回。要确认，请输入名字（{ $name }）：
everything-receipt = { $name } 的一切都已抹去：{ $count } 条记忆，无法找回。

export-receipt = 已把 { $count } 条记忆写入 { $path }。
import-progress = 正在导入
migrate-progress = 正在复制
migrate-compare = 正在核对
migrate-copied = { $people } 人；复制了 { $added } 条记忆，{ $known } 条已经有了。
migrate-noted = 暂停、愿望、设置等记录已复制：{ $count } 条。
migrate-notes-left = 以下内容没有复制，因为 Redis 无法列出：服务器和群组的设置、已迁移群组的旧编号、哪条消息是谁写的，以及从未说过话的人的愿望。这些设置和暂停请重新选择。
migrate-same = 已核对：每个人的条数和校验和都一致。
migrate-differs = { $person } 不一致：来源有 { $source } 条记忆，目标有 { $target } 条；校验和 { $left } 与 { $right }。
migrate-different = 已核对：有 { $people } 人两边不一致。如果期间有一边在使用，请先停用再迁移一次；目标里多出的内容会保留。
store-address-wrong = 这不是存储的地址。应为 sqlite: 加文件路径，或 Redis 地址，例如 redis://user:password@host:6379/0。
import-receipt = { $people }：新增 { $added } 条记忆，{ $known } 条已经有了。
import-skipped = 有 { $count } 项无法读取，已跳过。
import-takes = 从文件中取用（{ $people }）：{ $parts }。
import-between = ；
import-turn = 对话 { $count } 轮
import-day = 每日总结 { $count } 篇
import-fact = 事实 { $count } 条
import-insight = 每日性格 { $count } 篇
import-history = 经历 { $count } 篇
import-portrait = 总体性格 { $count } 篇
import-ignores = 未取用，因为不读取：{ $names }。
import-cost = 没有总结的日子：{ $days } 天。总结它们大约要向模型提问 { $requests } 次。
import-cost-later = 下次聊天或机器人运行时会自动总结，也可以运行 `siliconfriend consolidate`；加上 --no-summaries 则保持原样。
import-ask = 要让模型总结这些日子吗？（y/n）
persona-own = 这是你自己的人设，来自 { $path }。
persona-default = 这是自带的人设。你自己的文字会从 { $path } 读取；`siliconfriend persona --edit` 可以开始写。
consolidated = { $days ->
        [0] 没有需要总结的内容。
       *[other] 已总结 { $days } 天。
    }
consolidate-waiting = 另一个进程正在处理，留待以后的天数：{ $days }。
consolidate-failed = 模型没能写好总结、留待以后的天数：{ $days }。
consolidate-progress = 正在查找新的内容……
consolidate-day = 正在总结 { $day }……
upkeep-did = 归档了 { $archived } 条记忆，抹去了 { $erased } 条。
upkeep-would = 会归档 { $archived } 条记忆，抹去 { $erased } 条。

doctor-title-python = Python
doctor-title-platform = 平台
doctor-title-settings = 设置
doctor-title-persona = 人设
doctor-title-network = 网络
doctor-title-discord = Discord
doctor-title-telegram = Telegram
doctor-title-folder = 数据文件夹
doctor-title-store = 记忆
doctor-title-embedder = 嵌入模型
doctor-title-model = 模型
doctor-title-durability = 持久性
doctor-title-eviction = 淘汰策略
doctor-title-unreadable = 无法读取
doctor-config = 设置了 { $count } 项，部分来自 { $path }；时区 { $zone }
doctor-no-config = 设置了 { $count } 项，都来自环境变量（没有 { $path }）；时区 { $zone }
doctor-persona-own = 你自己的，{ $path }
doctor-persona-default = 自带的（没有 { $path }）
doctor-folder-unwritable = 无法写入 { $path }：{ $reason }。请用 SILICONFRIEND_DATA_DIR 另选文件夹。
doctor-store = { $path }：格式 { $format }，完整性 { $integrity }，{ $people } 人的 { $memories } 条记忆，{ $kilobytes } KiB
doctor-redis = { $path }：Redis { $version }，格式 { $format }，向量为 { $precision }，{ $people } 人的 { $memories } 条记忆；Redis 占用 { $mebibytes } MiB
doctor-durable-always = AOF 已开启，每次改动都写入磁盘：已确认的内容断电也不会丢。
doctor-durable-everysec = AOF 已开启，每秒写入磁盘一次：Redis 意外退出不会丢失已确认的内容；断电可能丢失最后一秒。磁盘缓慢时，两种情况都可能丢失最后两秒。
doctor-durable-no = AOF 已开启，但何时写入磁盘由系统决定：Redis 意外退出不会丢失已确认的内容；断电可能丢失最后半分钟。设置 `appendfsync everysec` 可缩短到一两秒。
doctor-durable-unknown = AOF 已开启：Redis 意外退出不会丢失已确认的内容，但磁盘缓慢时可能丢失最后两秒。多久写入磁盘一次，Redis 不向这个用户透露。
doctor-durable-off = AOF 已关闭：Redis 一旦退出，上次快照之后的一切都会丢失。请用 `appendonly yes` 启动它。
doctor-eviction = 这个 Redis 满了会丢弃记忆（maxmemory-policy { $policy }）。请设为 noeviction：那样它会拒绝新的写入并说明原因。
doctor-unreadable = 这个前缀下有 { $count } 项不是记忆，回忆时会跳过。
doctor-sample = 你好
doctor-embedder = { $name } 给出 { $dimensions } 维向量
doctor-model = { $name } 可以回答
doctor-demonstration = { $name } 可以回答，但仅供演示；`siliconfriend setup` 可以找到或下载一个像朋友的模型。
doctor-title-summaries = 总结
doctor-summaries = { $name } 会为对话写总结和画像，并找出事实
doctor-no-facts = { $name } 会写总结和画像，但不会填写表格（JSON schema）：不会有事实。
doctor-no-summaries = 不会写总结、事实或画像：已关闭，或只有演示模型可用。`siliconfriend setup` 可以找到或下载更好的模型。
doctor-form = 请用一个词填写表格。
doctor-default = 默认
doctor-verdict = { $failed ->
        [0] 一切正常：siliconfriend chat
       *[other] 聊天之前有 { $failed } 处需要修好。
    }

# 用户可以用来回答的词，以逗号分隔；各种语言的词都能理解。
answer-yes = 是, 好, 对
answer-no = 不, 否, 取消
answer-all = 全部, 所有, 一切
answer-part = 部分, 一部分
answer-until = 至, 到
answer-since = 以来, 开始, 起
answer-beyond = 之后, 以后, 之前, 以前
