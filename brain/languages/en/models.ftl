# Chat models to download: `siliconfriend model`, and what can go wrong with a download.
model-hint = `siliconfriend model use NAME` downloads a model and answers with it. What you say then stays on this machine.
model-column-name = name
model-column-size = size
model-column-memory = memory
model-column-context = context
model-column-languages = languages
model-column-licence = licence
model-column-state = {""}
model-gigabytes = { $gigabytes } GB
model-memory = This machine has { $gigabytes } GB of memory; a model should leave some of it.
model-state-there = downloaded
model-state-used = answers
model-state-large = too large for this machine
model-unknown = There is no model { $name } in the list. It has: { $known }.
model-downloading = Downloading { $name } from { $host }
model-there = { $name } is here: { $path }
model-used = { $name } answers from now on (written to { $path }). Talk with it: siliconfriend chat. A bot that runs already takes it at its next start.
model-environment = The environment decides this, so that a line in config.toml would change nothing. Unset this first: { $variables }

hub-unreachable = I cannot reach { $address }, or the connection breaks off again and again. { network-cause } What has come is kept: try again, and it goes on from there. Where the hub is blocked, use a mirror: SILICONFRIEND_HUB__URL=https://hf-mirror.com
hub-refused = { $address } refuses the download (HTTP { $status }).
hub-no-file = { $address } has no file { $file } at that place. If it is a mirror, it may not have it yet.
hub-file-differs = { $address } has another file under the name { $file } than the one that is listed here (its SHA-256 differs). Nothing was downloaded.
hub-damaged = What came of { $file } is damaged (its SHA-256 differs), and was removed. Try again.
hub-running = { $file } is being downloaded by another process already.
hub-disk-full = There is too little room in { $path }: { $needed } GB are needed and { $free } GB are free. Another folder: SILICONFRIEND_HUB__FOLDER
hub-folder = I cannot write to { $path }: { $reason }. Another folder: SILICONFRIEND_HUB__FOLDER
