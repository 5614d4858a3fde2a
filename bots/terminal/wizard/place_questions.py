"""Asks where the person lives, whom to call for help there, and where memories are kept."""

from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale

from bots.settings.addresses import REDIS, SQLITE, expanded, masked, store_address
from bots.settings.config_file import ConfigFile
from bots.settings.loading import zone_of
from bots.settings.root import Settings
from bots.terminal.wizard.questions import Questions
from brain.care import HELPLINES, country_code, country_of
from brain.texts import texts_of


def ask_zone(questions: Questions, config: ConfigFile, settings: Settings) -> ZoneInfo:
    """Ask for the time zone, proposing the machine's; return it."""
    known = {name.casefold(): name for name in available_timezones()}

    def read(answer: str) -> str:
        if name := known.get(answer.casefold().replace(" ", "_")):
            return name
        raise ValueError(questions.say("setup-zone-wrong"))

    zone = questions.ask(
        questions.say("setup-zone"), read, present=zone_of(settings).key, words=known.values()
    )
    config.set("zone", zone)
    return ZoneInfo(zone)


def ask_country(
    questions: Questions, config: ConfigFile, settings: Settings, zone: ZoneInfo
) -> None:
    """Ask whose helpline is named to people who speak of harming themselves."""
    present, own = settings.care.country, country_of(zone)
    countries = [code for code in dict.fromkeys([present, own]) if code in HELPLINES]
    options = [(code, _helpline(questions, code)) for code in countries if code]
    chosen = questions.choose(
        questions.say("setup-country"),
        [
            *options,
            ("zone", questions.say("setup-country-zone")),
            ("other", questions.say("setup-country-other")),
        ],
        default=present or "zone",
    )
    if chosen == "other":
        names = {_name(questions, code).casefold(): code for code in HELPLINES}

        def read(answer: str) -> str:
            code = names.get(answer.casefold(), country_code(answer))
            if answer and code not in HELPLINES:
                known = ", ".join(sorted(_name(questions, one) for one in HELPLINES))
                raise ValueError(questions.say("setup-country-wrong", known=known))
            return code if answer else "zone"

        words = [_name(questions, code) for code in HELPLINES]
        chosen = questions.ask(questions.say("setup-country-which"), read, words=words)
    config.set("care.country", None if chosen == "zone" else chosen)


def _helpline(questions: Questions, code: str) -> str:
    name, contact = HELPLINES[code]
    return f"{_name(questions, code)}: {name}, {contact}"


def _name(questions: Questions, code: str) -> str:
    locale = Locale.parse(texts_of(questions.language), sep="-")
    return str(locale.territories.get(code, code))


def ask_store(questions: Questions, config: ConfigFile, settings: Settings) -> None:
    """Ask where memories are kept."""
    default = settings.data_dir / "memories.db"
    present = settings.store
    options = [("file", questions.say("setup-store-file", path=str(default)))]
    if present:
        as_now = questions.say("setup-as-now", present=masked(present))
        options.insert(0, ("present", as_now))
    options += [(name, questions.say(f"setup-store-{name}")) for name in ("folder", "redis")]
    chosen = questions.choose(questions.say("setup-store"), options)
    if chosen == "file":
        config.set("store", None)
    elif chosen == "folder":
        folder = questions.ask(
            questions.say("setup-folder"),
            lambda answer: _read_folder(questions, answer),
            present=str(settings.data_dir),
        )
        config.set("store", f"{SQLITE}{folder / default.name}")
    elif chosen == "redis":
        address = questions.ask(
            questions.say("setup-redis"),
            lambda answer: _read_redis(questions, answer),
            present="redis://localhost:6379/0",
        )
        password = questions.secret(questions.say("setup-redis-password"))
        config.set("store", _with_password(address, password))


def _read_folder(questions: Questions, answer: str) -> Path:
    folder = expanded(Path(answer)) if answer else Path()
    if not folder.is_absolute() or (folder.exists() and not folder.is_dir()):
        raise ValueError(questions.say("setup-folder-wrong"))
    return folder


def _read_redis(questions: Questions, answer: str) -> str:
    try:
        if answer.startswith(REDIS):
            return store_address(answer)
    except ValueError:
        pass
    raise ValueError(questions.say("setup-redis-wrong"))


def _with_password(address: str, password: str) -> str:
    """Return the address with a password, if there is one, in place of the one in it."""
    if not password:
        return address
    parts = urlsplit(address)
    login, _, host = parts.netloc.rpartition("@")
    user = login.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))
