# 聊天平台上对话之外的文字：简短、友好，总给人一条出路。
chat-consent = 开始之前：你告诉我的话我会记住，也会像人一样慢慢忘记。在公共场合，我只用你在那里说过的话。/privacy 说明保留了什么，/pause 停止记忆，/forget 删除。
chat-too-fast = 一下子说了好多，请等我 { $seconds } 秒。
chat-still-answering = 前面的话我还在回复，请等我说完再接着说。
chat-budget-spent = 今天的话已经说完了，{ $until }（{ $zone }）再继续。
chat-not-admitted = 我不能在这里和你聊天，运行我的人可以改变这一点。我保留的关于你的一切仍属于你：/privacy、/export 和 /forget 都可用。
chat-perhaps-paused = （我暂时想不起以前的事，也不知道你是否在这里暂停了记忆。如果暂停了，这次聊的我不会记下。）
chat-picture-alone = 看看这张图片。
chat-cannot-see = 我现在用的模型看不到图片。告诉我里面有什么，好吗？
chat-no-words = 我一时不知道该说什么。请换一种说法。
chat-limited = 我的回复到长度上限了。说“继续”，我就接着说。
chat-undelivered = 我的回复没有送达。再问我一次，我会重新说。
chat-unexpected = 出了不该出的错。你的消息我可能没有收到；请过一会儿再试。
chat-model-away = 我现在无法思考：模型没有回应。请过一会儿再试。
chat-store-away = 我现在读不到记忆。请过一会儿再试。
chat-manner =
    这个人选择了你和他相处的方式。只要不伤害任何人，就照做：
    { $text }
