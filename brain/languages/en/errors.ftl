# One sentence for each error: what happened, and what to do.
error-unknown = Something went wrong.
error-empty-message = There is nothing in that message to answer. Write a word or two.
error-message-too-long = That message has { $length } characters; I can take { $limit } at once. Please send it in parts. (Nothing of it was kept.)
error-not-text = That is not text I can read (binary data, or not UTF-8). Nothing of it was kept.
error-already-answered = That message was answered already.
error-bad-import =
    { $line ->
        [0] { $path } cannot be imported: { $reason }. Nothing was changed.
       *[other] { $path }, line { $line }, cannot be imported: { $reason }. Nothing was changed.
    }
error-bad-settings = Some settings are wrong:
    { $problems }
error-missing-part = { $part } is not installed. To install it: { $command }
error-proxy-unusable = { $problem ->
    [scheme] { $variable } names a kind of proxy that cannot be used: it may be http, https or socks5.
    [socks] { $variable } names a SOCKS proxy, for which a package is missing: pip install 'siliconfriend[socks]'
   *[address] { $variable } is no address of a proxy, such as http://user:password@host:8080 or socks5://host:1080.
}
error-certificates-unusable = { $variable } names { $path }, where there are no certificates that can be read. Correct it, or unset it.
network-cause = { $cause ->
    [proxy] It goes through the proxy in { $detail }: is that running, and are its address, user and password right?
    [certificate] Its certificate is not trusted here ({ $detail }): set SSL_CERT_FILE to a file with the certificates of those who sign for your network.
   *[network] Is there a network, is the server running, and is the address right?
}
error-generator = The model gave no answer. Your message is kept; just go on, or ask again.
error-generator-unreachable = I cannot reach the model at { $address }. Your message is kept. { network-cause } `siliconfriend doctor` checks it.
error-generator-cut = The reply of { $model } came to no end: its server broke it off, or took too long. Your message is kept; ask again, or look at the server at { $address }.
error-generator-busy = { $model } is too busy to answer just now. Your message is kept; try again in a minute.
error-voice-unknown = The model has no voice named { $voice }. { $known ->
    [none] It has none.
   *[other] There is: { $known }.
}
error-generator-refused = { $model } refused to answer: { $reason } Your message is kept.
error-prompt-too-long = The model's context is too small even for a short prompt. Set a smaller SILICONFRIEND_MODEL__CONTEXT_TOKENS, or use a model with a larger context.
error-form-refused = { $model } cannot answer in the form that facts need (a JSON schema).
error-answer-unusable = { $model } wrote nothing that could be used as a summary. What was said is kept, and will be summarised later.
error-embedder = The text could not be turned into a vector: { $reason }
error-embedder-unreachable = I cannot reach the embedding model at { $address }. { network-cause }
error-store = The memories cannot be read or written.
error-store-unavailable = The memories cannot be reached right now: { $reason }
error-store-misconfigured = The memories cannot be used until this is set right: { $reason }
error-store-unwritable = I may not write to { $path }. Choose another folder with SILICONFRIEND_DATA_DIR, or change its permissions.
error-store-corrupt = { $path } is damaged, or is no database of siliconfriend. It was left as it is. Restore a backup, or move the file away to start afresh.
error-store-too-new = { $path } was written by a newer siliconfriend (format { $found }; this one knows { $known }). Update siliconfriend to open it.
error-embedder-changed = The vectors of the memories are of the embedder { $stored } (name/dimensions), but { $configured } is configured. Run `siliconfriend reembed` to make them anew, or set the embedder back.
error-turns-lost = { $count ->
    [one] One message of this conversation could not be kept: the memories stayed out of reach.
   *[other] { $count } messages of this conversation could not be kept: the memories stayed out of reach.
}
error-forget-disturbed = Nothing was changed yet: your memories were being changed at the same time. Please try again.
error-correct-empty = There are no new words in that. Give the words that the memory should have.
error-correct-too-long = That is { $length } characters long; a memory can have { $limit }. Nothing was changed.
error-correct-same = That is what it says already; nothing was changed.
error-correct-archived = That memory is forgotten. Bring it back first, then correct it.
error-correct-made = That is only made of your memories. Correct what it was made of: something that you said, a fact, or the summary of a day.
