"""A way to send a payload, with receivers of each kind: the base class of all that is compared.

Receivers have what is sent as parameters of their own names, if the library can do that; those of
the dict of lists read them out of the dict, or they would do less than the others.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, TypeVar

from _measure import Candidate, timer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind: TypeAlias = Literal["function", "method", "partial", "callable object"]
Receiver: TypeAlias = Any  # each library has its own idea of one

VALUES = {
    "user_id": "1",
    "username": '"x"',
    "active": "True",
    "path": '"/a"',
    "size": "2",
    "old": "None",
    "changed_at": "3.0",
    "host": '"h"',
}


class Sender:
    """A sender; receivers may be connected only to it."""


class Way:
    """A way to send so many values, with a signal of its own to send them by."""

    name: ClassVar[str]
    is_here: ClassVar[bool] = True  # with this interpreter
    kinds: ClassVar[Sequence[Kind]] = ("function", "method", "partial", "callable object")

    send: ClassVar[str]  # the statement that is timed
    # other statements: `what` is the receiver
    asks: ClassVar[str] = ""  # checks for receivers
    connects: ClassVar[str] = "signal.connect({what})"
    disconnects: ClassVar[str] = "signal.disconnect({what})"
    disconnects_method: ClassVar[str] = ""  # where that of a method is another
    connects_one: ClassVar[str] = "signal.connect({what}, sender)"
    disconnects_one: ClassVar[str] = "signal.disconnect({what}, sender)"

    def __init__(self, values: int = 3, sender: object = None) -> None:
        self.values = dict([*VALUES.items()][:values])
        self.sender = Sender() if sender is None else sender
        self.kept: list[Receiver] = []
        self.signal: Any = self.new_signal()

    @cached_property
    def parameters(self) -> str:
        """The parameters of a receiver."""
        return ", ".join(["sender", *(["*"] if self.values else []), *self.values])

    @property
    def body(self) -> str:
        """The body of a receiver."""
        return "..."

    def new_signal(self) -> object:
        raise NotImplementedError

    def connect(self, receiver: Receiver) -> object:
        """Connect a receiver of every sender."""
        return self.signal.connect(receiver)

    def connect_one(self, receiver: Receiver) -> object:
        """Connect a receiver of this sender alone."""
        return self.signal.connect(receiver, self.sender)

    def receiver(self, kind: Kind = "function") -> Receiver:
        """Return a new receiver."""
        return _makers(self.parameters, self.body)[kind]()

    def fill(self, count: int, kind: Kind = "function", *, one: bool = False) -> None:
        """Connect so many receivers, and keep them alive."""
        for receiver in [self.receiver(kind) for _ in range(count)]:
            (self.connect_one if one else self.connect)(receiver)
            self.kept.append(receiver)

    def statement(self, template: str | None = None) -> str:
        """Return a statement, by default that which sends, with the values filled in."""
        keywords = [f"{name}={value}" for name, value in self.values.items()]
        return (self.send if template is None else template).format(
            keywords=", ".join(keywords),
            items=", ".join(f"{name!r}: {value}" for name, value in self.values.items()),
            values=", ".join(self.values.values()),
        )

    def candidate(self, template: str | None = None, name: str | None = None) -> Candidate:
        """Return what times a send."""
        run = timer(self.statement(template), **self.known())
        return Candidate(self.name if name is None else name, run)

    def known(self) -> dict[str, object]:
        """The names for the statements; including the way itself, to keep its receivers alive."""
        return {"signal": self.signal, "sender": self.sender, "way": self}

    def prove(self, kind: Kind, *, one: bool) -> None:
        """Make sure that a send calls a receiver with the values.

        Raises:
            AssertionError: It does not, and there is nothing to measure.
        """
        heard: list[object] = []
        body = f"{self.body}; heard.append(({''.join(f'{name}, ' for name in self.values)}))"
        for _ in range(2):
            receiver = _makers(self.parameters, body, heard=heard)[kind]()
            self.kept.append(receiver)
            (self.connect_one if one else self.connect)(receiver)
        self.candidate().timer(3)
        values = eval(f"({''.join(f'{value}, ' for value in self.values.values())})")  # noqa: S307  # ours
        assert heard == [values] * 6, f"{self.name} does not send to a {kind}"  # noqa: S101


AnyWay = TypeVar("AnyWay", bound=Way)

_made: dict[tuple[str, str], dict[Kind, Any]] = {}

_RECEIVERS = """\
def function():
    def hear({parameters}): {body}
    return hear

class Listener:
    def hear(self, {parameters}): {body}

class Callable:
    def __call__(self, {parameters}): {body}

def hear_more(given, {parameters}): {body}
"""


def _makers(parameters: str, body: str, **known: object) -> dict[Kind, Any]:
    """Return what makes a receiver of each kind, with these parameters."""
    if not known and (parameters, body) in _made:
        return _made[parameters, body]
    scope: dict[str, Any] = {**known}
    exec(_RECEIVERS.format(parameters=parameters, body=body), scope)  # noqa: S102  # written here
    makers: dict[Kind, Any] = {
        "function": scope["function"],
        "method": lambda: scope["Listener"]().hear,
        "partial": lambda: partial(scope["hear_more"], 0),
        "callable object": scope["Callable"],
    }
    if not known:
        _made[parameters, body] = makers
    return makers


def declare(values: Sequence[str]) -> Any:
    """Return a function that declares a payload of these names."""
    parameters = ", ".join(["sender", "/", *(["*"] if values else []), *values])
    scope: dict[str, Any] = {}
    exec(f"def changed({parameters}) -> None: ...", scope)  # noqa: S102  # the names are ours
    return scope["changed"]


def here(ways: Iterable[type[AnyWay]]) -> list[type[AnyWay]]:
    """Return those ways that can be measured with this interpreter."""
    return [way for way in ways if way.is_here]
