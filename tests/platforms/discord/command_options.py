"""Finds the options of commands, and checks values for them."""

from collections.abc import Mapping

from tests.platforms.discord.records import Attachment, Channel, Payload, User

Value = str | int | float | bool | User | Channel | Attachment
Options = Mapping[str, Value]

_TYPES: dict[int, tuple[type, ...]] = {
    3: (str,),
    4: (int,),
    5: (bool,),
    6: (User,),
    7: (Channel,),
    10: (int, float),
    11: (Attachment,),
}


def find_option(leaf: Payload, name: str) -> Payload:
    """Returns the option or subcommand with a name; raises LookupError if there is none."""
    for option in leaf.get("options", ()):
        if option["name"] == name:
            return dict(option)
    raise LookupError(f"{leaf['name']} has no option {name!r}")


def given_option(leaf: Payload, name: str, value: Value) -> Payload:
    """Returns an option with its value as it is sent; raises LookupError if it does not fit."""
    option = find_option(leaf, name)
    wanted = _TYPES[option["type"]]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise LookupError(f"{name} wants {wanted}, not {value!r}")
    sent = str(value.id) if isinstance(value, (User, Channel, Attachment)) else value
    choices = [choice["value"] for choice in option.get("choices", ())]
    if choices and sent not in choices:
        raise LookupError(f"{name} offers {choices}, not {sent!r}")
    return {"name": name, "type": option["type"], "value": sent}


def missing_options(leaf: Payload, given: Options) -> list[str]:
    """Returns the names of required options that are not given."""
    return [
        option["name"]
        for option in leaf.get("options", ())
        if option.get("required") and option["name"] not in given
    ]
