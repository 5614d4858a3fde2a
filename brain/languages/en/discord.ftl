# What people read on Discord alone, and what those read who run the bot there.
discord-token-missing = The bot has no token. Make one at { $page } (“Bot”, “Reset Token”) and set SILICONFRIEND_DISCORD__TOKEN to it.
discord-token-refused = Discord does not take the token. Make a new one at { $page } (“Reset Token”) and set SILICONFRIEND_DISCORD__TOKEN to it.
discord-intent-missing = The { $intent } is switched off: without it the bot cannot do its work. Switch it on at { $page }, under “Privileged Gateway Intents”, and start again.
discord-unreachable = Discord cannot be reached at { $address }. { network-cause }
discord-other-server = What answers at { $address } is not Discord. Does this network send everybody to a page of its own first, and is the address right?
discord-refused = Discord refused the bot with the code { $code }. https://discord.com/developers/docs/topics/opcodes-and-status-codes tells what that means.
discord-shards-unclear = The shards are not clear: with SILICONFRIEND_DISCORD__SHARD_IDS (numbers from 0), SILICONFRIEND_DISCORD__SHARD_COUNT has to say how many there are over all processes.

discord-file-alone = (a file without words: { $names })
discord-poll = (poll: { $question } – { $options })
discord-files-unusable = I could not open { $names }. I read text files, and pictures if my model can see.
discord-files-too-long = { $names } is more than I can read at once; please send me the part that matters.
discord-files-unreachable = Discord did not give me { $names }; please send it once more.
discord-file-too-large = Your file is larger than Discord takes. Whoever runs this bot can write it for you: `siliconfriend export --account { $account } --out FILE`
discord-direct-closed = I may not write to you directly. Please allow direct messages for a moment (a right click on the server, “Privacy Settings”) and ask again.
discord-sent-directly = I have sent it to you in a direct message.
discord-typed-command = Discord did not take that as a command. Type / and choose { $name } from the list that opens.

discord-check-token = Discord token
discord-check-intents = Discord intents
discord-check-gateway = Discord gateway
discord-check-commands = Discord commands
discord-check-invite = Discord invite
discord-check-token-fine = The bot is { $name }.
discord-check-intents-fine = The bot may read messages.
discord-check-intents-missing = Switch on the { $intent } at { $page }, under “Privileged Gateway Intents”.
discord-check-gateway-fine = Reachable; Discord recommends { $shards ->
        [one] one shard
       *[other] { $shards } shards
    }, and { $left } starts are left today.
discord-check-gateway-scarce = Only { $left } starts are left today: the bot starts too often.
discord-check-commands-fine = Registered: { $count }.
discord-check-commands-none = None are registered yet: the bot does that when it starts.
discord-check-guilds-none = It is on no server yet. Invite it: { $link }
discord-check-guilds = It is on { $count ->
        [one] one server
       *[other] { $count } servers
    }. To invite it elsewhere: { $link }
