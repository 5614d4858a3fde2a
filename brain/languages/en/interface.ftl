# What people read at the terminal and in chats: short, friendly, and always with a way on.
error-unexpected = Something went wrong that should not have ({ $kind }). Run it again with --debug for the traceback.
error-unknown-memory = There is no memory { $id }. At least 4 characters of an id are needed; `siliconfriend memories` shows them.
error-ambiguous-memory = More than one memory begins with { $id }: { $candidates }. Please give more of the id.
error-no-such-store = There are no memories to copy: { $path } is not there.
error-file-unwritable = I cannot write { $path }: { $reason }.

settings-unknown = { $name }: there is no such setting.
settings-unknown-near = { $name }: there is no such setting; did you mean { $near }?
settings-no-file = { $path }: there is no such file.
settings-not-utf8 = { $path }: this is not UTF-8 text.
settings-persona-size = { $path }: a persona needs 1 to { $limit } characters of text.
person-name-wrong = A name needs a visible character, and no control characters.

days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
never = never
and-more = … and { $count } more

chat-starting = waking up …
chat-thinking = thinking …
chat-was-thinking = (What stands above were thoughts of the model. Its reply:)
chat-who = The model is { $generator }.
chat-who-local = The model is { $generator }, on this machine.
chat-demonstration = It is a tiny model for demonstration: it shows that everything works, and is no friend yet. `siliconfriend setup` finds or downloads a better one.
chat-days-later = The clock is set { $days } days ahead: what you say now is dated so.
chat-memories = { $count ->
        [0] We have not met before: there are no memories of you yet.
        [one] I have one memory of you.
       *[other] I have { $count } memories of you.
    }
chat-how = /help lists what you can do here.
chat-bye = See you.
chat-without-memory = (I cannot reach my memories just now and answer without them. I will remember this later.)
chat-stopped = Stopped. Your message is kept.
chat-elsewhere = { $command } is for Discord and Telegram. Here your settings hold: `siliconfriend doctor` shows them.
chat-saved = Written to { $path }.
chat-forget-what = Forget what? /forget and some words, or an id.
chat-correct-what = Correct what? /correct and an id, or some words; /memories shows the ids.
chat-correct-undo = /undo puts it back.
chat-pin-what = Which one? /pin or /unpin and an id; /memories shows them.
chat-undo-hint = /undo brings it back.
chat-help =
    /memories [words]   what I remember, or what comes to mind at those words
    /forget words|id    show what that would forget, then ask
    /correct id|words   give a memory other words: choose it, then change its text
    /undo               undo what was forgotten or corrected last
    /pin id, /unpin id  keep a memory for ever, or let it fade again
    /remember text      keep a sentence for good
    /portrait           who you are to me, and what I know for sure
    /pause, /resume     stop remembering, and go on again
    /persona [text]     how you want me to be with you
    /privacy, /export   what is kept, and all of it as a file
    /quit               leave (Ctrl-C and Ctrl-D do too; in a reply, Ctrl-C stops it)
    Enter sends; Alt-Enter begins a new line; a paste is one message.

recall-nothing = · nothing remembered
recall-heading = { $count ->
        [one] · one memory given:
       *[other] · { $count } memories given:
    }
recall-portrait = · portrait given: { $text }
recall-summary = · history given: { $text }
recall-line = · { $day } ({ $ago }), retention { $retention } %, strength { $strength } days: { $text }

column-id = id
column-day = day
column-kind = kind
column-text = text
column-strength = S, days
column-retention = retention
column-fades = fades
column-erased = erased
column-setting = setting
column-value = value
column-origin = from
kind-turn = said
kind-day = day
kind-fact = fact
kind-insight = mood
kind-history = history
kind-portrait = portrait
state-alive = remembered
state-faded = faded: recall passes it over
state-archived = forgotten, restorable
state-pinned = pinned
field-id = id
field-kind = kind
field-said = said
field-text = text
field-reply = reply
field-state = state
field-importance = importance
field-strength = strength
field-retention = retention
field-recalls = recalls
field-last-recalled = last recalled
field-fades = fades
field-archived = archived
field-erased = erased
field-zone = time zone
field-place = place
field-sources = made from
mark-now = now
mark-fades = fades
mark-archived = is archived

memories-none = There are no memories of { $name } yet.
memories-no-archive = Nothing of { $name } is in the archive.
memories-none-found = Nothing comes to mind.
memories-shown = { $shown } of { $total } shown; `siliconfriend memories` lists more.
memories-more = { $shown } of { $total } shown; --limit shows more.
memories-more-archived = { $shown } shown, and there are more; --limit shows them.
pinned = Pinned: { $id } will not fade.
unpinned = Unpinned: { $id } fades again.
memory-line = { $number }. [{ $id }] { $day }: { $text }
memory-earlier = (said earlier; since { $since } otherwise) { $text }

forget-meant = { $count ->
        [one] This would be forgotten:
       *[other] These { $count } would be forgotten:
    }
forget-mark-sure = ✓
forget-similar = { $count ->
        [one] This may be meant; it stays unless you choose it:
       *[other] These may be meant; they stay unless you choose them:
    }
forget-rest = {"    "}This part of it can stay: “{ $text }”
forget-parts-hint = “part” forgets what is marked, but keeps the parts that can stay.
forget-echo = {"    "}{ $day }: “{ $reply }”
forget-no-time = “{ $text }” is no time that I understand. A date such as 2026-11-23, or words such as “yesterday” or “last week”?
forget-ask = Which shall I forget? “yes”, “all”, numbers such as 1 3-5, or Enter for none:
forget-not-understood = I did not understand that; nothing was forgotten.
forget-none-found = There is nothing to forget there.
forget-none-chosen = Nothing was forgotten.
forget-nothing-done = Nothing was forgotten: it was gone already.
forget-dry-run = Only a preview: nothing was forgotten.
forget-receipt = { $count ->
        [one] One memory is forgotten. It can be brought back until { $until }.
       *[other] { $count } memories are forgotten. They can be brought back until { $until }.
    }
forget-receipt-erased = { $count ->
        [one] One memory is erased, for good.
       *[other] { $count } memories are erased, for good.
    }
forget-would-return = What you said can be brought back until { $until }.
forget-would-last = { $count ->
        [one] One of them is a summary, a fact or a portrait: that is erased for good.
       *[other] { $count } of them are summaries, facts or portraits: those are erased for good.
    }
forget-would-erase = All of this would be erased for good.
forget-would-notes = { $count ->
        [one] One summary, fact or portrait made of it would be erased for good; what is left is summarised anew.
       *[other] { $count } summaries, facts and portraits made of it would be erased for good; what is left is summarised anew.
    }
forget-would-echoes = { $count ->
        [one] One reply that repeats it would be forgotten with it; what you said there stays:
       *[other] { $count } replies that repeat it would be forgotten with it; what you said there stays:
    }
forget-did-notes = { $count ->
        [one] One summary, fact or portrait made of it is erased for good; what is left is summarised anew.
       *[other] { $count } summaries, facts and portraits made of it are erased for good; what is left is summarised anew.
    }
forget-did-echoes = { $count ->
        [one] One reply that repeated it is forgotten with it; what you said there stays.
       *[other] { $count } replies that repeated it are forgotten with it; what you said there stays.
    }
forget-undo-hint = `siliconfriend forget --undo` brings back what was forgotten last.
correct-which = Which one? A number, or Enter for none:
correct-sure = Shall I? (y/n)
correct-none = Nothing was changed.
correct-dry-run = Only a preview: nothing was changed.
correct-undo-hint = `siliconfriend restore { $id }` puts it back.
undo-receipt = { $count ->
        [one] One memory is back.
       *[other] { $count } memories are back.
    }
undo-nothing = There is nothing to bring back.
everything-account = What I keep of { $name }: memories: { $alive }; in the archive: { $archived }.
everything-ask = This erases all of it for good. To confirm, type the name ({ $name }):
everything-receipt = Everything of { $name } is erased for good; memories: { $count }.

export-receipt = { $count ->
        [one] One memory
       *[other] { $count } memories
    } written to { $path }.
import-progress = Importing
migrate-progress = Copying
migrate-compare = Comparing
migrate-copied = People: { $people }; memories copied: { $added }; there already: { $known }.
migrate-noted = Pauses, wishes and settings copied, and whatever else was noted: { $count }.
migrate-notes-left = Not copied, because Redis cannot list them: settings of servers and groups, ids of groups that moved, who wrote which message, and the wishes of people who never said anything. Please choose settings and pauses of theirs anew.
migrate-same = Compared: counts and checksums of everybody agree.
migrate-differs = { $person } differs: { $source } memories in the source, { $target } in the target; checksums { $left } and { $right }.
migrate-different = Compared: people of whom the two do not hold the same: { $people }. If one was in use meanwhile, let it rest and migrate again; what the target has beyond the source stays there.
store-address-wrong = Not the address of a store. It is sqlite: and the path of a file, or a Redis, such as redis://user:password@host:6379/0.
import-receipt = { $people }: { $added ->
        [one] one memory
       *[other] { $added } memories
    } added, { $known } known already.
import-skipped = Entries passed over, because they could not be read: { $count }.
import-takes = Taken from the file, for { $people }: { $parts }.
import-between = {"; "}
import-turn = turns: { $count }
import-day = summaries of days: { $count }
import-fact = facts: { $count }
import-insight = personality by day: { $count }
import-history = histories: { $count }
import-portrait = personality as a whole: { $count }
import-ignores = Not taken, because it is not read: { $names }.
import-cost = Days without a summary: { $days }. To summarise them, the model is asked about { $requests } times.
import-cost-later = The next chat or bot does that by itself, or `siliconfriend consolidate`; with --no-summaries they stay as they are.
import-ask = Shall the model summarise them? (y/n)
persona-own = This is your own, from { $path }.
persona-default = This is the one that comes along. A text of your own is read from { $path }; `siliconfriend persona --edit` begins it.
consolidated = { $days ->
        [0] There was nothing to summarise.
        [one] One day is summarised.
       *[other] { $days } days are summarised.
    }
consolidate-waiting = Left for later, because another process is at it: { $days }.
consolidate-failed = Days whose summary was unusable, left for later: { $days }.
consolidate-progress = Looking for what is new …
consolidate-day = Summarising { $day } …
upkeep-did = Memories archived: { $archived }; erased: { $erased }.
upkeep-would = Memories that would be archived: { $archived }; erased: { $erased }.

doctor-title-python = Python
doctor-title-platform = Platform
doctor-title-settings = Settings
doctor-title-persona = Persona
doctor-title-network = Network
doctor-title-discord = Discord
doctor-title-telegram = Telegram
doctor-title-folder = Data folder
doctor-title-store = Memories
doctor-title-embedder = Embedder
doctor-title-model = Model
doctor-title-durability = Durability
doctor-title-eviction = Eviction
doctor-title-unreadable = Unreadable
doctor-config = { $count } set, some in { $path }; time zone { $zone }
doctor-no-config = { $count } set, all in the environment ({ $path } is not there); time zone { $zone }
doctor-persona-own = your own, { $path }
doctor-persona-default = the one that comes along ({ $path } is not there)
doctor-folder-unwritable = I cannot write to { $path }: { $reason }. Choose another folder with SILICONFRIEND_DATA_DIR.
doctor-store = { $path }: format { $format }, integrity { $integrity }, { $memories } memories of { $people } people, { $kilobytes } KiB
doctor-redis = { $path }: Redis { $version }, format { $format }, vectors in { $precision }, memories: { $memories }, people: { $people }; Redis takes { $mebibytes } MiB
doctor-durable-always = The append-only file is on and written through at every change: what was answered survives a power cut.
doctor-durable-everysec = The append-only file is on and written through every second: what was answered survives the death of Redis; a power cut may take the last second. While the disk is slow, either may take the last two.
doctor-durable-no = The append-only file is on, but the system decides when it is written through: what was answered survives the death of Redis; a power cut may take the last half minute. `appendfsync everysec` makes that a second or two.
doctor-durable-unknown = The append-only file is on: what was answered survives the death of Redis, but for the last two seconds if the disk is slow. How often the file is written through, Redis does not tell this user.
doctor-durable-off = The append-only file is off: when Redis ends, everything since its last snapshot is lost. Start it with `appendonly yes`.
doctor-eviction = A full Redis throws away memories here (maxmemory-policy { $policy }). Set it to noeviction: then it refuses new ones and says so.
doctor-unreadable = Entries under the prefix that are no memories, and that recall passes over: { $count }.
doctor-sample = Hello
doctor-embedder = { $name } gives vectors of { $dimensions } numbers
doctor-model = { $name } answers
doctor-demonstration = { $name } answers. It is for demonstration only; `siliconfriend setup` finds or downloads a model that is a friend.
doctor-title-summaries = Summaries
doctor-summaries = { $name } writes summaries and a portrait of what is said, and finds facts
doctor-no-facts = { $name } writes summaries and a portrait, but cannot fill in forms (a JSON schema): there will be no facts.
doctor-no-summaries = No summaries, facts or portrait are written: they are switched off, or only the demonstration model is there. `siliconfriend setup` finds or downloads a better one.
doctor-form = Fill in the form with one word.
doctor-default = default
doctor-verdict = { $failed ->
        [0] All is well: siliconfriend chat
        [one] One thing needs mending before a chat works.
       *[other] { $failed } things need mending before a chat works.
    }

# What people may answer with, parted by commas; the words of every language are understood.
answer-yes = y, yes
answer-no = n, no, none
answer-all = all, everything
answer-part = part, parts
answer-until = to
answer-since = since, starting, onward, onwards
answer-beyond = after, before, until, till
