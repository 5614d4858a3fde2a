# 聊天平台上的命令及其回答。说明最多 100 个字符。
command-memories = 看看我记得什么、记得多牢、记到什么时候
command-memories-search = 由这些词想起的事
command-memories-kind = 只看一种记忆
command-forget = 忘掉一些事：先给你看，一段时间内可以撤销
command-forget-what = 词语、时间（如“上周”或 2026-05-01..2026-05-03）、一条记忆，或“全部”
command-correct = 更正一条记忆：换成你的话，一段时间内可以恢复原样
command-correct-memory = 它的编号，或者用来找到它的词
command-correct-text = 应该改成什么
command-remember = 让我永远记住一句话
command-remember-text = 要我记住的话
command-portrait = 在我眼中你是谁，我确切知道什么
command-pause = 不再记住在这里说的话
command-resume = 重新记住在这里说的话
command-undo = 找回最近忘记或更正的内容
command-pin = 让一条记忆不再淡去
command-pin-memory = 它的编号，或用来找到它的词
command-unpin = 让一条记忆重新淡去
command-unpin-memory = 它的编号，或用来找到它的词
command-export = 我保留的关于你的一切，作为文件
command-privacy = 保留了什么、谁能看到、你能做什么
command-persona = 我是谁，你希望我怎样和你相处
command-link = 把你在两个平台上的账号连在一起
command-link-code = 我在另一个平台上给你的代码
command-zone = 您的时区：“昨天”指的是哪一天
command-zone-name = 城市，或例如 Asia/Shanghai、PST、UTC+8
command-persona-text = 你希望我在私聊中怎样和你相处，或者 reset
command-settings = 这个服务器或群组的设置
command-settings-name = 哪一项设置
command-settings-value = on、off、reset，或者要设成什么
choice-free = 在这里不用提到我也回答
choice-leavers = 删除离开者的话
choice-language = 界面语言
choice-persona = 我在这里是谁
choice-voice = 我在这里用哪种声音
choice-rate = 每人每分钟的消息数
command-help = 我能做什么
command-status = 系统的状况
command-reload = 重新读取人设
choice-turn = 说过的话
choice-day = 日子
choice-fact = 事实

desk-old-button = 这个按钮在这里已经失效。请重新输入命令。
desk-unknown-command = 这里没有 /{ $name }；/help 列出所有命令。
desk-unknown-command-near = 这里没有 /{ $name }；你是想用 /{ $near } 吗？
desk-about = **关于“{ $place }”**
desk-usage = 请把内容写在命令后面，同一条消息里：`/{ $name } …`（{ $what }）。
desk-only-owner = 这是给运行我的人用的。
desk-no-such-memory = 没有这条记忆，或者已经不在了。/memories 可以查看现有的。
desk-memories = 我在这里有 **{ $count } 条记忆**：
desk-found = 想起了 **{ $count } 条记忆**：
desk-no-memories = 这里还没有记忆。和我聊聊，或者用 /remember。
desk-nothing-found = 什么也没想起来。
desk-entry = { $number }. { $text }（{ $kind }，{ $day }）{ $bar } { $fading }
desk-fades = { $freshness }，{ $when }淡去
desk-fresh = 清晰
desk-fading = 渐淡
desk-faded = { $when }已淡去
desk-never-fades = 📌 永不淡去
desk-is-archived = 已忘记，可以找回
desk-one = **{ $day }**（{ $kind }）：{ $text }
desk-one-reply = 我说：{ $text }
desk-one-strength = { $bar } 保持率 { $retention } %，{ $firmness }（强度 { $days } 天），想起 { $recalls } 次；{ $fading }。`{ $id }`
desk-firm-brief = 记得不久
desk-firm-steady = 记得较久
desk-firm-long = 记得很久
desk-curves = 如果不再想起，它们从今天起会这样淡去：
curves-title = 如果不再想起，它们从今天起会这样淡去
curves-retention = 记得多清楚（保持率）
curves-date = 日期
curves-fading = 低于这条线就想不起来了
curves-fades = { $day } 淡去
curves-faded = 已于 { $day } 淡去
curves-never = 永不淡去
curves-alt-line = { $number }. { $text }：今天 { $retention } %，{ $fading }。
curves-button-dark = 深色
curves-button-light = 浅色
desk-button-newer = ◀ 较新
desk-button-older = 较早 ▶
desk-button-curves = 曲线
desk-button-list = 全部
desk-button-pin = 固定
desk-button-unpin = 取消固定
desk-button-correct = 更正
desk-button-forget = 忘记
desk-button-cancel = 取消
desk-button-undo = 撤销

forget-how = 忘记什么？/forget 加上词语、时间（如“上周”或 2026-05-01..2026-05-03），或全部。你会先看到将要忘记的内容。
forget-button-all = 这里的一切
forget-button-part = 只忘这一部分
forget-button-for-good = 彻底删除
forget-choose = 忘记的记忆在一段时间内可以找回；彻底删除的立刻消失。
forget-changed = 内容已和你看到的不同。现在将会是：
forget-undo-late = 太晚了：它们已被彻底删除，或已经找回。
forget-item = { $mark } { $day }：{ $text }

correct-title = 应该改成什么？
correct-choose = 要更正哪一条？按它的序号，或者输入 /correct、编号和新的内容。
correct-ask = 应该改成什么？现在的内容是：{ $text }
    也可以输入 `/correct { $id }` 加上新的内容。
correct-how = 请回复这条消息，写上新的内容。
correct-would = 将改为：{ $after }
    原来是：{ $before }
correct-did = 已改为：{ $after }
    原来是：{ $before }
correct-undo = 在 { $until } 之前可以恢复原样。
correct-spreads = 它来自公共场合：你的新内容也会在那里使用。
correct-would-reply = 我当时的回答重复了你要更正的内容，会一起去掉：{ $reply }
correct-did-reply = 我当时的回答重复了你更正的内容，已经一起去掉：{ $reply }

remember-done-private = 我会永远记住：{ $text }
remember-done-here = 我会永远记住，并只在这里和私聊中使用：{ $text }
portrait-heading = **我眼中的你**
portrait-history = **发生过的事**
portrait-facts = **我知道的**
portrait-none = 我在这里对你还没有印象。它来自我们的对话，在对话结束一段时间之后形成。
pause-on = 从现在起，我不会记住我们在这里说的话。已经知道的会保留；/forget 可以删除。
pause-off = 我又会记住我们在这里说的话了。
pause-button-pause = 在这里停止记忆
pause-button-resume = 恢复记忆

start-hello = 你好！我是一个陪伴者，会多年记得你，也会像人一样遗忘。直接给我写信息就好；/help 列出我还能做什么。
help-heading = 直接给我写信息就好。还有这些命令：
help-line = /{ $name } – { $text }
privacy-kept = 我保留你对我说的话、我的回答，以及它们的简短总结。这里可见：记得 { $alive } 条，已忘记但尚未删除 { $archived } 条。
privacy-scope = 你私下说的话绝不会出现在公共场合。你在公共场合说的话只在那里和与你的私聊中使用。别人的对话看不到。
privacy-waiting = 连不上记忆库的时候，你说的话会先存在我所在机器的一个私有文件里，写进记忆后就从那里删除。
privacy-model = { $generator } 写我的回复：它会收到你的消息和与之相关的记忆。
privacy-rights = /memories 查看，/correct 更正，/export 全部导出，/forget 删除；忘记的内容在 { $grace }内可以找回，之后彻底消失。
privacy-messages-discord = 编辑或删除一条消息，对应的记忆也会随之改变。
privacy-messages-telegram = 编辑一条消息，对应的记忆也会随之改变。Telegram 不会告诉我你删除了消息：用 /forget 删除对应的记忆。
privacy-paused = 这里的记忆已暂停；/resume 可以恢复。
privacy-not-paused = 我会记住这里说的话；/pause 可以停止。
persona-heading = **我是谁**
persona-bundled = 一个会记住你所分享的事的伙伴。没有人为我写过别的介绍。
export-done = { $count } 条记忆，每条一行 JSON。`siliconfriend import` 可以读取。

link-impossible = 这两个不能连在一起：它们已经是同一个人，或者是同一平台的账号。
link-incomplete = 还没有全部到达。什么都没有丢失；我很快会完成。
link-only-private = 请在我们的私聊中进行。
link-account = { $platform } 账号 { $id }（“{ $name }”）
link-code = 你的代码：**{ $code }**。十分钟内，在另一个平台上给我写 `/link { $code }`。之后两边都会看到对方是谁，并各自按“是”。所有记忆都会一起过来，私密的仍然私密。你在这里是：{ $me }。
link-ask = 代码 { $code } 来自：{ $other }。那也是你吗？你是：{ $me }。如果两边都同意，两个账号私下说过的话，双方都会知道。
link-named = 输入你的代码 { $code } 的是：{ $other }。那也是你吗？你是：{ $me }。如果两边都同意，两个账号私下说过的话，双方都会知道。如果是别人，请按取消。
link-tried = 还有别人输入了你的代码 { $code }，对那个账号无效：{ $other }。
link-nobody-yet = 还没有人在另一个平台上输入代码 { $code }。请先输入，再回到这里。
link-other-side = 记下了。现在也请在另一边按“是”（代码 { $code }）。
link-expired = 这个代码无效，或者已经过期。/link 会给你一个新的。
link-cancelled = 什么都没有连接。
link-done = 完成：你现在和 { $other } 是同一个人。
link-undone = 已撤销：每个平台又有了自己的记忆。
link-not-joined = 没有可以撤销的。
link-button-look = 是谁输入的？
link-button-yes = 是，那是我
link-button-undo = 撤销连接

status-lines =
    { $people } 个人。{ $generator } 回答，{ $embedder } 生成向量。
    待忘记：{ $due }。待总结的日子：{ $stale }。
reload-done = 人设已重新读取。
reload-impossible = 这里没有可以重新读取的。

zone-is = 您的时区是 **{ $zone }**，那里现在是{ $time }。用 /zone 加名称可以更改。
zone-set = 您的时区现在是 **{ $zone }**，那里现在是{ $time }。
zone-unknown = 没有叫这个名字的时区或城市。时区形如 Asia/Shanghai、PST 或 UTC+8。
zone-unknown-near = 没有叫这个名字的时区或城市；您是指 { $near } 吗？

persona-how = 告诉我你希望我怎样和你相处：/persona 加上你的话，例如“简短些，叫我船长”。只在私聊中有效。
persona-only-private = 请在我们的私聊中告诉我：它只在那里有效。
persona-wish-heading = **你希望我怎样和你相处**（/persona 加上别的话可以更改）
persona-button-reset = 和对大家一样

community-heading = **这个社群的设置**
community-only-shared = 请在服务器或群组里使用：它只关系到那里。
community-only-managers = 这是给管理这个社群的人用的。
community-unknown = 没有这个设置。可用的有：{ $names }。
community-on-or-off = 请说 on 或 off。
community-free-on = - 在这里，不用提到我，我也会回答。
community-free-off = - 在这里，提到我时我才回答。
community-free-places = { $count ->
        [0] - 没有不用提到我就会回答的地方。
       *[other] - 有 { $count } 个地方，不用提到我，我也会回答。
    }
community-leavers-on = - 有人离开时，我会删除他们在这里对我说的话。
community-leavers-off = - 有人离开时，我保留他们在这里对我说的话，只用于他们自己。
community-leavers-unseen = 我不会得知谁离开了。运行我的人可以改变这一点：在 Discord 上，那是 Server Members Intent。
community-leavers-large = - 在大群里，只有管理员会得知谁离开了：请让我也成为管理员。
community-language = { $language ->
        [none] - 我说每个人自己的语言。
       *[other] - 我的通知和命令在这里使用这种语言：{ $language }。
    }
community-unknown-language = 我不会这种语言。可用的有：{ $languages }。
community-rate = - 每个人每分钟可以对我说 { $count } 句话。
community-rate-how = 请给出 1 到 { $most } 之间的数字，或者 reset。
community-persona = - 在这里，我是：{ $text }
community-persona-none = - 在这里，我和在别处一样。
community-persona-how = 请说明我在这里是谁，最多 { $limit } 个字符，或者 reset。
community-voice = - 在这里，我用的声音是 { $voice }。
community-voice-none = - 在这里，我用和别处一样的声音。
community-voice-gone = - 为这里选的声音 { $voice } 已经没有了：我用和别处一样的声音。
community-voices = - 可以用 /settings voice 选择的声音：{ $voices }
community-voice-unknown = 我没有这个名字的声音。可用的有：{ $voices }。reset 会换回和别处一样的声音。
community-voice-only = 我只有一种声音。运行我的人可以给我更多声音（local.adapters、model.voices）。
community-how = /settings persona 加上文字可以说明我在这里是谁；/settings rate 加上数字可以设定别的频率。
community-button-free-on = 在这里全部回答
community-button-free-off = 只回答提到我的
community-button-leavers-on = 删除离开者的话
community-button-leavers-off = 保留离开者的话
community-button-persona = 和别处一样
community-button-voice = 声音：{ $voice }
community-button-voice-all = 声音同别处
community-button-language = 各用各的
community-button-rate = 每分钟 { $count } 句
community-button-rate-all = 频率同别处
