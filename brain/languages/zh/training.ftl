# 微调适配器：数据或计划有什么不对，以及最后说什么。
error-bad-dialogues =
    { $line ->
        [0] { $path }
       *[other] { $path } 第 { $line } 行
    }：{ $reason ->
        [missing] 没有这个文件。
        [unreadable] 文件无法读取。
        [empty] 里面没有对话。
        [too-long] 这一行超过 16 MiB。
        [not-utf8] 不是 UTF-8 编码的文字。
        [not-json] 不是有效的 JSON。每行应是一段对话（JSON Lines）。
        [no-answer] 没有可学的 assistant 的回答。
        [turns] user 和 assistant 必须轮流说话，由 user 开始。
        [system] system 的消息必须在最前面。
        [role] 每条消息的 role 必须是 system、user 或 assistant。
        [content] 有一条消息是空的，或者不是文字。
       *[no-dialogue] 一段对话应写成 {"{"}"messages": [{"{"}"role": …, "content": …{"}"}, …]{"}"}，或者 {"{"}"input": …, "output": …{"}"}。
    }
error-training-refused =
    { $reason ->
        [model] 无法载入模型：{ $detail }
        [form] 这个模型没有自带对话模板。请用 --form 指明它的提示格式：{ $detail }。
        [template] 模型的对话模板写不出这段对话：{ $detail }
        [labels] 没有一个可学的 assistant 的词元：是不是所有问题都比 --max-tokens 长？
        [targets] 模型里没有名为 { $detail } 的层。用 --targets all-linear 可以微调任何模型。
        [memory] 加速器的内存不够。请减小 --batch 或 --max-tokens，并加大 --accumulation。
        [diverged] 损失已经不是一个数：请减小 --learning-rate。
        [taken] { $detail } 里已经有一个适配器。请另选 --out，或者用 --resume 继续。
        [nothing] { $detail } 里没有可以继续的训练。请去掉 --resume。
        [changed] 那次训练开始时的 { $detail } 不一样。请用同样的继续，或者另选 --out 重新开始。
        [unwritable] 无法写入 { $detail }。请另选 --out。
       *[other] 无法微调：{ $detail }
    }

training-loading = 正在载入模型……
training-progress = 微调
training-loss = 损失 { $loss }
training-plan = { $dialogues } 段对话（另有 { $judged } 段用于验证），{ $samples } 个序列，要学 { $tokens } 个词元。
training-left-out = 略过了 { $count } 段对话：单是问题就比 --max-tokens 长。
training-done = 适配器在 { $out }（损失 { $first } → { $last }）。
training-validated = 在没有用来微调的对话上：损失 { $first } → { $last }。
training-worse = 没有比原来更好：更多的对话或更少的轮数也许有用。
training-sample = 第一个序列，共 { $tokens } 个词元，其中标出的 { $learned } 个是要学的：
training-card =
    # { $model } 的适配器

    由 siliconfriend 于 { $day } 制作。

    | | |
    |---|---|
    | 基础模型 | { $model } |
    | 对话 | { $dialogues } 段，另有 { $judged } 段用于验证 |
    | 序列；学到的词元 | { $samples }；{ $tokens } |
    | 秩；alpha；dropout | { $rank }；{ $alpha }；{ $dropout } |
    | 层 | { $targets } |
    | 轮数 | { $epochs } |
    | 学习率 | { $rate } |
    | 批 × 累积 | { $batch } |
    | 最长的序列 | { $length } 个词元 |
    | 随机种子 | { $seed } |
    | 损失，第一步 → 最后一步 | { $losses } |
    | 验证损失，之前 → 之后 | { $validation } |

    ![losses]({ $plot })

    只学了 assistant 的话。适配器可能会重复对话里的内容：愿意分享那些对话，才可以分享它。它不是心理治疗师，也不能代替。
