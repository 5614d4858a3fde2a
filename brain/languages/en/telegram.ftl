# What people read on Telegram alone, and what keeps the bot from it.
telegram-in-private = I answered you in our private chat.
telegram-write-first = That is for you alone. Please write to me first: https://t.me/{ $name }
telegram-settings-write-first = I show the settings of a group in private alone; what you have just set holds. Please write to me first: https://t.me/{ $name }
telegram-group-hello = Hello! Here I hear only what is said to me: mention @{ $name }, or answer one of my messages. What you tell me here I use here, and in private with you; /privacy says more.
telegram-anonymous = You write here as the group itself, so that I cannot tell who you are, and have nobody to remember. Please write in your own name (it can be changed beside the message field), or to me alone: https://t.me/{ $name }
telegram-as-channel = You write here in the name of a channel, so that I cannot tell who you are, and have nobody to remember. Please write in your own name (it can be changed beside the message field), or to me alone: https://t.me/{ $name }
telegram-channel-hello = In channels I answer nothing: posts do not tell me who speaks. Please add me to a group, such as the one for comments, or write to me alone: https://t.me/{ $name }
telegram-perhaps-lost = (The line broke while I answered. If a part is missing above, ask me again.)
telegram-cannot-hear = I cannot listen to that or watch it. Could you write it to me?
telegram-sticker = I see that you sent me a picture to smile at, but not what is on it. What is it about?
telegram-poll = (poll: { $question } – { $options })
telegram-checklist = (checklist: { $title } – { $tasks })
telegram-contact = (contact: { $name }, { $number })
telegram-place = (place: { $where })
telegram-dice = ({ $emoji } { $value })
telegram-sticker-shown = (sticker: { $shown })
telegram-story = (a story)
telegram-only-words = I cannot read that. Could you put it in words?
telegram-file-too-large = That file is too large for me. Send me the part that matters?
telegram-file-unreadable = I can read text files only, and that is none.
telegram-file-unreachable = Telegram did not hand me that file. Please send it again.
telegram-export-too-large = All that I keep of you is more than Telegram takes as one file. Whoever runs me can write it for you: `siliconfriend export --account { $account } --out FILE`

telegram-no-token = No token is set for Telegram. Ask @BotFather for one, and set SILICONFRIEND_TELEGRAM__TOKEN.
telegram-token-refused = Telegram does not know that token. Copy it again from @BotFather into SILICONFRIEND_TELEGRAM__TOKEN; a self-hosted server (SILICONFRIEND_TELEGRAM__API_BASE) has to know it too.
telegram-wrong-root = SILICONFRIEND_TELEGRAM__API_BASE takes the root of a Bot API server alone, such as http://localhost:8081: without a path, without /bot, and above all without the token.
telegram-out-of-reach = Telegram cannot be reached at { $root } ({ $reason }). { network-cause }
telegram-second-poller = Somebody else asks Telegram for the messages of @{ $name }: stop the other process, or use a webhook, which several can share.
telegram-webhook-refused = Telegram does not take the webhook: { $reason }. SILICONFRIEND_TELEGRAM__WEBHOOK_URL has to be an https address that Telegram can reach.
telegram-wrong-secret = SILICONFRIEND_TELEGRAM__WEBHOOK_SECRET takes 1 to 256 letters, digits, _ and -.

telegram-check = Telegram
telegram-check-ok = @{ $name } is known to Telegram, by { $way ->
        [webhook] webhook
       *[polls] polls
    }
telegram-check-privacy = @{ $name } is known to Telegram. In groups it hears only mentions, replies to it and commands: to have it hear its name too, switch privacy mode off with @BotFather (/setprivacy) and add it to the group again.
telegram-check-webhook = @{ $name } is known to Telegram, which does not reach its webhook: { $reason }
