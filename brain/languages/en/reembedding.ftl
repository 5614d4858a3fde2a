# When the embedder was changed.
chat-reembedding = { $count ->
    [one] The embedder was changed: one memory gets a new vector while we talk, and is found by its words until then.
   *[other] The embedder was changed: { $count } memories get new vectors while we talk, and are found by their words until then.
}
reembed-progress = embedding
reembed-nothing = Every memory has its vector: { $name }, { $dimensions } dimensions.
reembed-done = { $count ->
    [one] One memory was embedded with { $name } ({ $dimensions } dimensions).
   *[other] { $count } memories were embedded with { $name } ({ $dimensions } dimensions).
}
reembed-refused = Refused by the embedder, and found by words alone: { $count }. Run `siliconfriend reembed` again; `siliconfriend doctor` tells more.
