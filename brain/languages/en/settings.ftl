# What is wrong with a setting, after its name.
settings-wrong = this value cannot be used.
settings-wrong-integer = a whole number is expected.
settings-wrong-number = a number is expected.
settings-wrong-boolean = true or false is expected.
settings-wrong-choice = expected one of { $choices }
settings-wrong-text = text is expected.
settings-wrong-empty = it must not be empty.
settings-wrong-name = only letters of the alphabet, digits, and . _ - are possible.
settings-wrong-table = a table with settings of its own is expected, as in docs/settings.md.
settings-wrong-list = a list is expected, such as ["one", "two"].
settings-wrong-least = the number must be { $within ->
    [True] at least { $limit }.
   *[other] greater than { $limit }.
}
settings-wrong-most = the number must be { $within ->
    [True] at most { $limit }.
   *[other] less than { $limit }.
}
settings-wrong-json = expected JSON, such as { $example }
settings-wrong-address = the address of a server is expected, such as http://localhost:11434/v1
settings-given = given: { $given ->
    [text] { $length ->
        [0] an empty text
       *[other] a text of { $length } characters
    }
    [table] a table
    [list] a list
    [number] a large number
    [other] something else
   *[shown] { $given }
}
settings-extra = there is no such setting.
settings-missing = this is missing.
settings-not-toml = { $path }: this is not TOML: { $detail }
settings-unreadable = { $path } cannot be read: { $reason }.
settings-file-or-server = set either file (a model on this machine) or base_url and name
settings-file-has-no-voices = voices are models of a server: a file has none
settings-server-without-name = base_url needs a name: which of the server's models?
settings-onnx-without-model = kind onnx needs a model: the path of its file or folder
settings-forget-above-fade = forget ({ $forget }) must lie below fade ({ $fade })
settings-no-zone = no such time zone, expected a name such as Europe/Berlin{ $near ->
    [none] .
   *[other] ; did you mean { $near }?
}
settings-local-or-server = set either local.{ $local } (a model in this process) or model.{ $other }, not both
settings-root-alone = the root alone, please: without /bot and the token
settings-no-helpline = no helpline is known there, only in { $known }; name your own in care.resources
settings-no-home = nobody here has the home folder that ~ stands for
