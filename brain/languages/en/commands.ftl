# Commands on chat platforms and what they answer. Descriptions have at most 100 characters.
command-memories = See what I remember, how strongly, and until when
command-memories-search = What comes to mind at these words
command-memories-kind = Only memories of one kind
command-forget = Forget something: it is shown first, and can be undone for a while
command-forget-what = Words, a time such as “last week” or 2026-05-01..2026-05-03, a memory, or “everything”
command-correct = Correct a memory: it gets your words, and can be put back for a while
command-correct-memory = Its id, or words to find it by
command-correct-text = How it should read
command-remember = Have me keep a sentence for good
command-remember-text = What I should remember
command-portrait = Who you are to me, and what I know for sure
command-pause = Stop remembering what is said here
command-resume = Remember again what is said here
command-undo = Bring back what was forgotten or corrected last
command-pin = Keep a memory from fading
command-pin-memory = Its id, or words to find it by
command-unpin = Let a memory fade again
command-unpin-memory = Its id, or words to find it by
command-export = Everything I keep of you, as a file
command-privacy = What is kept, who sees it, and what you can do
command-persona = Who I am, and how you want me to be with you
command-link = Join your accounts on two platforms
command-link-code = The code that I gave you on the other platform
command-zone = Your time zone: whose days I mean by “yesterday”
command-zone-name = A city, or such as Europe/Berlin, PST or UTC+8
command-persona-text = How you want me to be with you in private, or “reset”
command-settings = What holds in this server or group
command-settings-name = Which setting
command-settings-value = on, off, reset, or what it is to be
choice-free = answer without being mentioned, here
choice-leavers = erase what leavers said
choice-language = language of the interface
choice-persona = who I am here
choice-voice = which voice I speak in here
choice-rate = messages of a person, a minute
command-help = What I can do
command-status = How the installation is
command-reload = Read the persona anew
choice-turn = what you said
choice-day = days
choice-fact = facts

desk-old-button = That button is no longer good here. Please call the command again.
desk-unknown-command = There is no /{ $name } here; /help lists what there is.
desk-unknown-command-near = There is no /{ $name } here; did you mean /{ $near }?
desk-about = **About “{ $place }”**
desk-usage = Write it behind the command, in the same message: `/{ $name } …` ({ $what }).
desk-only-owner = That is for whoever runs me.
desk-no-such-memory = That memory is not there, or no longer. /memories shows what is.
desk-memories = { $count ->
        [one] I have **one memory** here:
       *[other] I have **{ $count } memories** here:
    }
desk-found = { $count ->
        [one] **One memory** comes to mind:
       *[other] **{ $count } memories** come to mind:
    }
desk-no-memories = There are no memories here yet. Talk to me, or use /remember.
desk-nothing-found = Nothing comes to mind.
desk-entry = { $number }. { $text } ({ $kind }, { $day }) { $bar } { $fading }
desk-fades = { $freshness }, fades { $when }
desk-fresh = fresh
desk-fading = fading
desk-faded = faded { $when }
desk-never-fades = 📌 never fades
desk-is-archived = forgotten, can be brought back
desk-one = **{ $day }** ({ $kind }): { $text }
desk-one-reply = I said: { $text }
desk-one-strength = { $bar } retention { $retention } %, { $firmness } (strength { $days } days), recalled { $recalls } times; { $fading }. `{ $id }`
desk-firm-brief = holds briefly
desk-firm-steady = holds for a while
desk-firm-long = holds long
desk-curves = How these fade from today, if nothing recalls them:
curves-title = How these fade from today, if nothing recalls them
curves-retention = How present it is (retention)
curves-date = Date
curves-fading = Below this line it no longer comes to mind
curves-fades = fades { $day }
curves-faded = faded { $day }
curves-never = never fades
curves-alt-line = { $number }. { $text }: { $retention } % today, { $fading }.
curves-button-dark = dark
curves-button-light = light
desk-button-newer = ◀ newer
desk-button-older = older ▶
desk-button-curves = curves
desk-button-list = all
desk-button-pin = pin
desk-button-unpin = unpin
desk-button-correct = correct
desk-button-forget = forget
desk-button-cancel = cancel
desk-button-undo = undo

forget-how = Forget what? /forget and some words, a time such as “last week” or 2026-05-01..2026-05-03, or everything. You see first what would go.
forget-button-all = everything here
forget-button-part = only that part
forget-button-for-good = erase for good
forget-choose = Forgotten memories can be brought back for a while; erased ones are gone at once.
forget-changed = It is not the same any more as what you saw. Now it would be:
forget-undo-late = It is too late for that: they are erased, or back already.
forget-item = { $mark } { $day }: { $text }

correct-title = How should it read?
correct-choose = Which one shall I correct? Press its number, or write /correct, an id, and the new words.
correct-ask = How should it read? Now it says: { $text }
    `/correct { $id }` and the new words corrects it, too.
correct-how = Answer this message with the new words.
correct-would = It would read: { $after }
    instead of: { $before }
correct-did = It now reads: { $after }
    instead of: { $before }
correct-undo = Until { $until } it can be put back.
correct-spreads = It is of a shared place: your new words will be used there, too.
correct-would-reply = My reply to it repeats what you take back, and would go with it: { $reply }
correct-did-reply = My reply to it repeated what you took back, and is gone with it: { $reply }

remember-done-private = I will keep that for good: { $text }
remember-done-here = I will keep that for good, and use it in this place and in private: { $text }
portrait-heading = **Who you are to me**
portrait-history = **What happened**
portrait-facts = **What I know**
portrait-none = I have no picture of you here yet. It comes from our conversations, a while after they end.
pause-on = I remember nothing of what we say here from now on. What I know already stays; /forget erases that.
pause-off = I remember again what we say here.
pause-button-pause = stop remembering here
pause-button-resume = remember again

start-hello = Hello! I am a companion that remembers you for years and forgets the way people do. Just write to me; /help lists what else I can do.
help-heading = Just write to me. And there are commands:
help-line = /{ $name } – { $text }
privacy-kept = I keep what you say to me and what I answer, and short summaries of it. Visible here: { $alive } remembered, { $archived } forgotten and not yet erased.
privacy-scope = What you say in private never shows in a shared place. What you say in a shared place is used there, and in private with you. Nobody else's conversation sees it.
privacy-waiting = While my memory cannot be reached, what you say waits in a private file on the machine that I run on, and is gone from there once it is remembered.
privacy-model = { $generator } writes my replies: it is given your message and the memories that fit it.
privacy-rights = /memories shows them, /correct changes them, /export gives you all of it, /forget erases it; what is forgotten can be brought back for { $grace }, then it is gone.
privacy-messages-discord = Editing or deleting a message does the same to its memory.
privacy-messages-telegram = Editing a message changes its memory, too. Telegram does not tell me when you delete one: /forget erases its memory.
privacy-paused = Remembering is paused here; /resume goes on.
privacy-not-paused = I remember what is said here; /pause stops that.
persona-heading = **Who I am**
persona-bundled = A companion who remembers what you share with me. Nobody has written anything else about me.
export-done = { $count ->
        [one] One memory, one line of JSON. `siliconfriend import` reads it.
       *[other] { $count } memories, one line of JSON each. `siliconfriend import` reads them.
    }

link-impossible = Those two cannot be joined: they are one person already, or accounts of the same platform.
link-incomplete = Not everything has arrived yet. Nothing is lost; I will finish it soon.
link-only-private = Please do that in our private conversation.
link-account = { $platform } account { $id } (“{ $name }”)
link-code = Your code: **{ $code }**. Within ten minutes, write `/link { $code }` to me on the other platform. Each of you is then shown who the other is, and says yes. All memories come along and stay as private as they are. Here you are: { $me }.
link-ask = The code { $code } was made by: { $other }. Is that you as well? You are: { $me }. If both say yes, what each account was told in private will be known to both.
link-named = Your code { $code } was named by: { $other }. Is that you as well? You are: { $me }. If both say yes, what each account was told in private will be known to both. If it is somebody else, press cancel.
link-tried = Your code { $code } was named by somebody else, too, for whom it does not work: { $other }.
link-nobody-yet = Nobody has named the code { $code } on the other platform yet. Do that first, then come back here.
link-other-side = Noted. Now press yes on the other side, too (code { $code }).
link-expired = That code is not good, or no longer. /link gives a new one.
link-cancelled = Nothing was joined.
link-done = Done: you are one person now with { $other }.
link-undone = Undone: each platform has its own memories again.
link-not-joined = There is nothing to undo.
link-button-look = who named it?
link-button-yes = yes, that is me
link-button-undo = undo the link

status-lines =
    { $people ->
        [one] One person.
       *[other] { $people } people.
    } { $generator } answers, { $embedder } makes the vectors.
    Due to be forgotten: { $due }. Days to be summarised: { $stale }.
reload-done = The persona is read anew.
reload-impossible = There is nothing to read anew here.

zone-is = Your time zone is **{ $zone }**: it is { $time } there. /zone and a name changes it.
zone-set = Your time zone is now **{ $zone }**: it is { $time } there.
zone-unknown = I know neither a time zone nor a city of that name. A zone looks like Europe/Berlin, PST or UTC+8.
zone-unknown-near = I know neither a time zone nor a city of that name; did you mean { $near }?

persona-how = Tell me how you would like me to be with you: /persona and your words, such as “be brief, and call me Captain”. It holds in private alone.
persona-only-private = Please tell me that in our private conversation: it holds there alone.
persona-wish-heading = **How you want me to be with you** (/persona and other words change it)
persona-button-reset = be as with everybody

community-heading = **Settings of this community**
community-only-shared = Please call that in a server or group: it is about that one.
community-only-managers = That is for those who manage this community.
community-unknown = I know no such setting. There are: { $names }.
community-on-or-off = Please say on or off.
community-free-on = - Here I answer everything that is said, without being mentioned.
community-free-off = - Here I answer when I am mentioned.
community-free-places = { $count ->
        [0] - There is no place where I answer without being mentioned.
        [one] - One place in which I answer without being mentioned.
       *[other] - { $count } places in which I answer without being mentioned.
    }
community-leavers-on = - When somebody leaves, I erase what they said to me here.
community-leavers-off = - When somebody leaves, I keep what they said to me here, for them alone.
community-leavers-unseen = I am not told who leaves. Whoever runs me can change that: on Discord it is the Server Members Intent.
community-leavers-large = - In a large group only administrators are told who leaves: make me one of them.
community-language = { $language ->
        [none] - I speak each person's own language.
       *[other] - My notices and commands speak this language here: { $language }.
    }
community-unknown-language = I do not speak that. There are: { $languages }.
community-rate = { $count ->
        [one] - Each person may say one thing to me a minute.
       *[other] - Each person may say { $count } things to me a minute.
    }
community-rate-how = Please give a number from 1 to { $most }, or “reset”.
community-persona = - Here I am: { $text }
community-persona-none = - Here I am as everywhere.
community-persona-how = Please say who I am to be here, in at most { $limit } characters, or “reset”.
community-voice = - Here I speak in the voice { $voice }.
community-voice-none = - Here I speak in the same voice as everywhere.
community-voice-gone = - The voice { $voice }, chosen for here, is gone: I speak in the same one as everywhere.
community-voices = - My voices, for /settings voice: { $voices }
community-voice-unknown = I have no voice of that name. There are: { $voices }. “reset” gives the one that I have everywhere.
community-voice-only = I have one voice only. Whoever runs me can give me others (local.adapters, model.voices).
community-how = /settings persona and a text says who I am here; /settings rate and a number sets any other rate.
community-button-free-on = answer everything here
community-button-free-off = answer mentions only
community-button-leavers-on = erase what leavers said
community-button-leavers-off = keep what leavers said
community-button-persona = be as everywhere
community-button-voice = voice: { $voice }
community-button-voice-all = voice as everywhere
community-button-language = each their own
community-button-rate = { $count } a minute
community-button-rate-all = rate as everywhere
