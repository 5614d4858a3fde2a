# 更换嵌入模型之后。
chat-reembedding = 嵌入模型已更换：{ $count } 条记忆会在聊天的同时重新建立向量，在那之前按词语查找。
reembed-progress = 正在建立向量
reembed-nothing = 每条记忆都有向量：{ $name }，{ $dimensions } 维。
reembed-done = 已用 { $name }（{ $dimensions } 维）为 { $count } 条记忆建立向量。
reembed-refused = 嵌入模型没有接受 { $count } 条记忆，它们只能按词语查找。请再运行一次 `siliconfriend reembed`；`siliconfriend doctor` 会告诉您更多。
