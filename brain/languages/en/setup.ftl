# The questions of `siliconfriend setup`.
setup-no-terminal = `siliconfriend setup` asks questions, and needs a terminal for that. Without one, set what docs/settings.md lists, in config.toml or in the environment; `siliconfriend model use NAME` chooses a model.
setup-hello = A few questions; your answers go to { $path } when all are answered. Arrow keys or digits choose, Enter takes what is proposed, and Ctrl-C leaves everything as it is.
setup-stopped = Stopped. Nothing was changed.
setup-looking = Looking for servers of models on this machine …
setup-as-now = as it is now: { $present }

setup-model = Which model is to answer?
setup-model-found = { $program } on this machine ({ $address }), models: { $count }
setup-model-download = Download one that runs on this machine; nothing you say leaves it
setup-model-service = A service with a key: OpenAI, OpenRouter, DeepSeek and others
setup-model-address = Another server, by its address
setup-model-demonstration = The small demonstration model: it shows that everything works, and is no friend
setup-download = Which one? It goes to { $folder }.
setup-download-model = { $name }: { $size } GB to download, { $memory } GB of memory; { $languages }; { $licence }
setup-hub = Where from? The second is a mirror for places where the first is blocked.
setup-download-later = Everything else is written. `siliconfriend model use { $name }` goes on with the download.
setup-service = Which service?
setup-address = Its address, such as http://192.168.1.5:11434/v1 (Enter: back):
setup-address-wrong = That is no address; one begins with http:// or https://.
setup-key = Your key (it is not shown; Enter: back):
setup-key-optional = Its key (it is not shown; Enter: it needs none):
setup-key-present = Its key (it is not shown; Enter: the present one):
setup-key-refused = { $model } does not accept this key: { $reason }
setup-server-unreachable = I cannot reach { $address }. { network-cause }
setup-server-failed = That did not work: { $reason }
setup-what-now = What now?
setup-again = Try again
setup-anyway = Take it all the same; I will type the name of the model
setup-back = Choose something else
setup-which = Which of its models?
setup-which-many = Which model? { $count ->
        [0] Its name:
       *[other] It has { $count }; Tab shows them:
    }
setup-which-wrong = There is no such model; Tab shows those that there are.

setup-platform = Shall I talk on { $name }?
setup-platform-keep = Yes, as now
setup-platform-change = Yes, with another token
setup-platform-add = Yes
setup-platform-without = No
setup-token-discord = On https://discord.com/developers/applications: New Application, then Bot. Switch “Message Content Intent” on there, and copy the token (Reset Token).
setup-token-telegram = Write /newbot to @BotFather on Telegram; it gives you a token.
setup-token = The token (it is not shown; Enter: without):
setup-token-again = Try another token
setup-token-anyway = Keep this token; I will mend the rest
setup-token-back = Go on without

setup-zone = Your time zone (Tab shows them):
setup-zone-wrong = There is no such time zone. It is a name such as Europe/Berlin; Tab shows them.
setup-country = If somebody speaks of harming themselves, whose helpline shall I name?
setup-country-zone = That of the country of each person's time zone
setup-country-other = That of another country
setup-country-which = Which country? (Tab shows them; Enter: by the time zone)
setup-country-wrong = I know no helpline there, only in: { $known }. Others can be set as care.resources.
setup-store = Where shall memories be kept?
setup-store-file = In a file on this machine: { $path }
setup-store-folder = In a file in another folder
setup-store-redis = In Redis, for many people or several machines
setup-folder = Which folder?
setup-folder-wrong = That is no folder. A path begins with / or ~.
setup-redis = Its address, without the password:
setup-redis-wrong = That is no address of a Redis. It is one such as redis://localhost:6379/0 or rediss://user@host:6379/0.
setup-redis-password = Its password (it is not shown; Enter: none):

setup-changes = This changes:
setup-removed = (removed)
setup-environment = These variables of the environment win over the file: { $variables }. Unset them, or nothing changes there.
setup-right = Is that right?
setup-write = Yes, write it
setup-discard = No, leave everything as it is
setup-written = Written to { $path }.
setup-no-change = Nothing changes.
setup-checking = Checking it all …
setup-run = `siliconfriend run` answers on the platforms.
