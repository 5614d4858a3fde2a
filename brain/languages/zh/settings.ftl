# 某项设置错在哪里，写在它的名字之后。
settings-wrong = 这个值不能用。
settings-wrong-integer = 应为整数。
settings-wrong-number = 应为数字。
settings-wrong-boolean = 应为 true 或 false。
settings-wrong-choice = 应为以下之一：{ $choices }
settings-wrong-text = 应为文字。
settings-wrong-empty = 不能为空。
settings-wrong-name = 只能有英文字母、数字和 . _ -
settings-wrong-table = 应为一个表，里面是它自己的设置，见 docs/settings.md。
settings-wrong-list = 应为列表，例如 ["one", "two"]。
settings-wrong-least = 这个数{ $within ->
    [True] 至少为 { $limit }。
   *[other] 必须大于 { $limit }。
}
settings-wrong-most = 这个数{ $within ->
    [True] 至多为 { $limit }。
   *[other] 必须小于 { $limit }。
}
settings-wrong-json = 应为 JSON，例如 { $example }
settings-wrong-address = 应为服务器的地址，例如 http://localhost:11434/v1
settings-given = 给出的是{ $given ->
    [text] { $length ->
        [0] 空的文字
       *[other] 长 { $length } 个字符的文字
    }
    [table] 一个表
    [list] 一个列表
    [number] 一个很大的数
    [other] 别的东西
   *[shown] { $given }
}
settings-extra = 没有这一项设置。
settings-missing = 缺少这一项。
settings-not-toml = { $path }：这不是 TOML：{ $detail }
settings-unreadable = 无法读取 { $path }：{ $reason }。
settings-file-or-server = 要么设 file（本机上的模型），要么设 base_url 和 name
settings-file-has-no-voices = 声音是服务器上的模型，文件没有声音
settings-server-without-name = base_url 还需要 name：是服务器上的哪个模型？
settings-onnx-without-model = kind 为 onnx 时需要 model：文件或文件夹的路径
settings-forget-above-fade = forget（{ $forget }）必须小于 fade（{ $fade }）
settings-no-zone = 没有这个时区，应为 Europe/Berlin 这样的名字{ $near ->
    [none] 。
   *[other] ；你是说 { $near } 吗？
}
settings-local-or-server = 要么设 local.{ $local }（本进程里的模型），要么设 model.{ $other }，不能都设
settings-root-alone = 请只写根地址，不要带 /bot 和 token
settings-no-helpline = 不知道那里的求助热线，只知道 { $known } 的；请在 care.resources 里写上你自己的
settings-no-home = 这里没有谁有 ~ 所指的主目录
