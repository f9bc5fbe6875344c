"""Signatures of the reference, as a person writes them.

One signature for each name, without overloads. What a signal sends to is a `Receiver`, `S` is the
type of the sender, `P` the payload, and `R` the result.
"""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING

from sphinx.pycode import ModuleAnalyzer

import aldis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

DOCUMENTED = (
    *("aldis.testing", "aldis.observing", "aldis.delivery", "aldis.pytest_plugin", "aldis.relay"),
    "aldis",
)
WHERE = {
    name: f"{module}.{name}" for module in DOCUMENTED for name in import_module(module).__all__
}
CALLABLE = "~collections.abc.Callable"
VIA = "~aldis.delivery.Via"
# type variables that are called otherwise in parts of the code
VARIABLES = {"SenderT": "S", "Q": "P", "ResultT": "R"}

_SIGNAL = "~aldis.Signal"
_SIGNALS = f"(*signals: {_SIGNAL} | Iterable[{_SIGNAL}] | Mapping[str, {_SIGNAL}])"
_CAPTURE = "(signal, /, sender: S | ~aldis.AnySender = ANY) -> ~aldis.testing.Sends"
_DECLARES = f"(spec: {CALLABLE} | str, /, *, name: str | None = None) -> ~aldis."
_WRAPPERS = f"async_wrapper: {CALLABLE} | None = None, sync_wrapper: {CALLABLE} | None = None"
_RECEIVER_DECORATOR = f" -> {CALLABLE}[[Receiver], Receiver]"
# what has overloads, or unions of all kinds of signals
BY_HAND = {
    "aldis.Namespace.signal": f"{_DECLARES}Signal",
    "aldis.Namespace.async_signal": f"{_DECLARES}AsyncSignal",
    "aldis.Namespace.event": f"{_DECLARES}Event",
    "aldis.Namespace.async_event": f"{_DECLARES}AsyncEvent",
    "aldis.Namespace.items": f"() -> ItemsView[str, {_SIGNAL}]",
    "aldis.Namespace.values": f"() -> ValuesView[{_SIGNAL}]",
    "aldis.testing.capture": _CAPTURE,
    "aldis.testing.assert_sent": (
        "(signal, payload: Mapping[str, object] = {}, /, *, times: int | None = None, "
        "sender: object = ANY, **named: object) -> list[~aldis.testing.Sent]"
    ),
    "aldis.testing.muted": _SIGNALS,
    "aldis.testing.isolated": _SIGNALS,
    "aldis.pytest_plugin.SignalsFixture.capture": _CAPTURE,
    "aldis.pytest_plugin.SignalsFixture.mute": f"{_SIGNALS} -> None",
    "aldis.pytest_plugin.SignalsFixture.isolate": f"{_SIGNALS} -> None",
    "aldis.observe": (
        f"(listener: ~aldis.observing.Listener, *signals: {_SIGNAL})"
        " -> ~aldis.observing.Observation"
    ),
    "aldis.delivery.as_task": f"(task_group: ~aldis.delivery.TaskGroup | None = None) -> {VIA}",
    "aldis.delivery.TaskGroup.start_soon": f"(func: {CALLABLE}, /, *args: object) -> object",
    "aldis.blinker.typed": f"(untyped, declaration: {CALLABLE} = ..., /, *, {_WRAPPERS}) -> View",
}
# aldis makes these, so nobody needs to know how
MADE_BY_ALDIS = re.compile(
    r"aldis\.(\w*BoundSignal|\w*Method|blinker\.\w*View|delivery\.(Call|TaskGroup)"
    r"|observing\.(Caller|Delivery|Observation|Send)|testing\.(\w*Sent|Sends)"
    r"|pytest_plugin\.SignalsFixture|exceptions\.\w+|AldisWarning)"
)


def setup(app: Sphinx) -> None:
    """Let the reference show these signatures."""
    forget_overloads()
    name_types_of_attributes()
    app.connect("autodoc-process-signature", written)


def forget_overloads() -> None:
    """Let a name have one signature, where type checkers see several."""
    for module in pkgutil.walk_packages(aldis.__path__, "aldis."):
        if not module.name.startswith(("aldis.mypy", "aldis._cli", "aldis.__main__")):
            analyzer = ModuleAnalyzer.for_module(module.name)
            analyzer.analyze()
            analyzer.overloads.clear()


def name_types_of_attributes() -> None:
    """Let attributes that have several types, or none, have those that a reader knows."""
    for where in ("Signal", "BoundSignal", "blinker.View"):
        module, _, name = f"aldis.{where}".rpartition(".")
        _type_of_property(getattr(import_module(module), name), "receivers", "Sequence[Receiver]")
    _type_of_property(aldis.BoundSignal, "signal", "Signal[S, P, R]")
    _type_of_property(aldis.AsyncBoundSignal, "signal", "AsyncSignal[S, P, R]")
    for name in ("Signal", "AsyncSignal", "Event", "AsyncEvent"):
        owners: list[type] = [getattr(aldis, name), getattr(aldis, f"{name}Method")]
        for owner in owners:
            for base in owner.__mro__:
                types = vars(base).get("__annotations__", {})
                for attribute in {"receiver_connected", "receiver_disconnected"} & {*types}:
                    types[attribute] = name


def _type_of_property(owner: type, name: str, text: str) -> None:
    getattr(owner, name).fget.__annotations__["return"] = text


def written(  # noqa: PLR0917  # what Sphinx calls, by position
    app: Sphinx, what: str, name: str, obj: object, options: object, given: str | None, result: str
) -> tuple[str, str] | None:
    """Return the parameters and the result: `autodoc-process-signature`."""
    if given is None:
        return None
    if what in {"class", "exception"} and MADE_BY_ALDIS.fullmatch(name):
        return "", ""
    if name in BY_HAND:
        parameters, _, returned = BY_HAND[name].partition(" -> ")
        return parameters, returned
    if name.endswith(".connect_via"):
        return simplified(given), _RECEIVER_DECORATOR.removeprefix(" -> ")
    return simplified(given), simplified(result)


def simplified(text: str) -> str:
    """Return a signature, or a part of one, with names that a reader knows."""
    text = "".join(_receivers(text))
    text = re.sub(r"~(?:\w+\.)*~?((?:\w+\.)*)(\w+)", _short, text)
    text = text.replace(" = <required>", "").replace("*more: object", "*")
    text = text.replace("*args: P, **kwargs: P", "*args: P.args, **kwargs: P.kwargs")
    text = re.sub(r"~typing\.Concatenate\[(.*?), P\]", r"\1, P", text)
    return re.sub(r"(spec|wrapper): Receiver", rf"\1: {CALLABLE}", text)


def _short(path: re.Match[str]) -> str:
    """Return a name for a path: that of the reference, if it is there, with a link."""
    name = path[2]
    if not path[0].startswith("~aldis."):
        return (
            VARIABLES.get(name, name) if path[0].startswith(("~typing.~", "~P", "~Q")) else path[0]
        )
    if path[0].startswith("~aldis.blinker."):
        return VARIABLES.get(name, name)
    return f"~{WHERE[name]}" if name in WHERE else VARIABLES.get(name, name)


def _receivers(text: str) -> Iterator[str]:
    """Yield the parts of a text, with a name for each type of a function."""
    before, found, after = text.partition(f"{CALLABLE}[")
    yield before
    if found:
        parameters = after[: _closing(after[1:]) + 1]
        yield VIA if "_via.Call" in parameters else "Receiver"
        yield from _receivers(after[_closing(after) + 1 :])


def _closing(text: str) -> int:
    """Return where the bracket closes that was opened before a text."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if not depth:
            return place
    raise ValueError(text)
