"""Whether a signal can be declared, and whether every receiver would take what is declared."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from aldis._migrate._model import Parameter, Receiver, Send
    from aldis._migrate._sent import Sent


def names_of(sent: Sequence[Sent]) -> tuple[list[str], list[str]]:
    """Return the names that every send gives, and those that only some give."""
    order = list(dict.fromkeys(name for one in sent for name in one.payload))
    always = [
        name
        for name in order
        if all(name in one.payload and name not in one.optional for one in sent)
    ]
    return always, [name for name in order if name not in always]


def why_not_sent(sends: Sequence[Send]) -> Iterator[tuple[str, Send, str]]:
    """Yield the sends that prevent a declaration: the code, the send, and a sentence."""
    for send in sends:
        if send.spreads:
            yield "M02", send, "it spreads a mapping by `**`, so the names are not known"
        if send.more_positional:
            yield "M14", send, "it gives part of the payload by position"
        elif send.sender is None and any(one.name == "sender" for one in send.payload):
            yield "M14", send, "`sender=` is part of the payload here, and the sender is None"
        if send.method == "send_async":
            yield "M13", send, "it is sent by `send_async`"


def objection(
    receiver: Receiver,
    always: Collection[str],
    sometimes: Collection[str],
    *,
    takes_async: bool,
    is_read: bool,
) -> str | None:
    """Return why a receiver cannot accept the declared payload; None if it can or may.

    Args:
        receiver: The receiver.
        always: The names that every send gives.
        sometimes: The names that only some give, which the receiver gets a default for.
        takes_async: Whether the signal has a wrapper for receivers that are async.
        is_read: Whether a send reads what receivers return.
    """
    if receiver.parameters is None:
        return None
    if receiver.is_generator and (receiver.is_async or not is_read):
        return "is a generator function, and nothing iterates over what it returns"
    if receiver.is_async and not takes_async:
        return "is async, and nothing awaits what it returns"
    parameters = receiver.parameters
    if not parameters or parameters[0].kind in {"keyword", "stars"}:
        return "does not accept a sender by position"
    rest = parameters if parameters[0].kind == "star" else parameters[1:]
    return _objection_to_names(rest, always, sometimes)


def _objection_to_names(
    parameters: Sequence[Parameter], always: Collection[str], sometimes: Collection[str]
) -> str | None:
    taken: set[str] = set()
    for parameter in parameters:
        if parameter.kind == "stars":
            taken.update(always, sometimes)
        elif parameter.kind in {"either", "keyword"}:
            taken.add(parameter.name)
            if parameter.default is None and parameter.name not in always:
                if parameter.name in sometimes:
                    return f"needs {parameter.name!r}, which only some sends give"
                return f"needs {parameter.name!r}, which no send gives"
        elif parameter.kind == "positional" and parameter.default is None:
            return f"takes {parameter.name!r} by position only"
    missing = [name for name in (*always, *sometimes) if name not in taken]
    return f"does not take {missing[0]!r}" if missing else None


def default_of(receivers: Sequence[Receiver], name: str) -> str:
    """Return the default that all receivers give a name; `None` if they differ or have none."""
    defaults = {
        parameter.default
        for receiver in receivers
        for parameter in receiver.parameters or ()
        if parameter.name == name and parameter.default is not None
    }
    found = defaults.pop() if len(defaults) == 1 else "None"
    return found if _is_literal(found) else "None"


def _is_literal(source: str) -> bool:
    try:
        value: object = ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return False
    return not isinstance(value, (dict, list, set))
