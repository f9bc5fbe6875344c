"""What was seen of signals while a program runs: texts and counts, and nothing of the program."""

from __future__ import annotations

from threading import RLock
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Final, cast

from aldis._callables import Name, name_of, place_of, place_of_code
from aldis._core._observing import Watch
from aldis._recording._classes import LEFT_OUT
from aldis._recording._contents import RecordedReceiver, RecordedSend
from aldis._recording._grammar import join_types
from aldis._recording._modules import known_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import CodeType

    from aldis._callables import Place
    from aldis._recording._classes import Classes
    from aldis._recording._grammar import Types
    from aldis._recording._paths import Paths
    from aldis._recording._values import Values

_MOST_SHAPES: Final = 64  # of payloads by their names, before they become one
_MOST_TEXTS: Final = 64  # of types in one place, before they are joined


class Line:
    """A line of a program that sends."""

    __slots__ = ("code", "file", "function", "number")

    def __init__(self, code: CodeType | None, file: str, number: int, function: str) -> None:
        self.code = code  # kept, so that no other code gets its address
        self.file = file
        self.number = number
        self.function = function


class _Receiver:
    """A receiver that was called: its name, and where it is, or the code that tells that."""

    __slots__ = ("code", "name", "place")

    def __init__(self, name: Name, place: Place | None, code: CodeType | None = None) -> None:
        self.name = name
        self.place = place
        self.code = code  # kept, as above

    def recorded(self, paths: Paths) -> RecordedReceiver:
        """Return it as it is written."""
        name = str(Name(known_as(self.name.module), self.name.qualname))
        place = self.place if self.code is None else place_of_code(self.code)
        if place is None:
            return RecordedReceiver(name)
        return RecordedReceiver(name, paths.written(place.path), place.line)


class Site(Watch):
    """What one line has sent by one signal; it is told how each of these sends goes on."""

    __slots__ = (
        "_classes",
        "_count",
        "_lock",
        "_payload",
        "_receivers",
        "_results",
        "_senders",
        "_shapes",
        "_values",
        "line",
    )

    def __init__(self, line: Line, values: Values, classes: Classes) -> None:
        self.line = line
        self._values = values
        self._classes = classes
        self._lock = RLock()  # a signal handler may send while this thread has it
        self._count = 0
        self._senders: set[str] = set()
        self._results: set[str] = set()
        self._payload: dict[str, set[str]] = {}
        self._shapes: dict[tuple[str, ...], None] = {}
        # by the code of a receiver, which is kept, or by its name
        self._receivers: dict[int | str, _Receiver] = {}

    def begin(self, sender: object, payload: Mapping[str, object]) -> None:
        """Take down one more send."""
        type_of = self._values.type_of
        with self._lock:
            self._count += 1
            text = type_of(sender)
            if text not in self._senders:
                _add(self._senders, text)
            names = tuple(payload)
            if names not in self._shapes:
                self._take_names(names)
            for name, value in payload.items():
                texts = self._payload[name]
                text = type_of(value)
                if text not in texts:
                    _add(texts, text)

    def called(self, receiver: Callable[..., object]) -> None:
        """Take down a receiver."""
        is_method = type(receiver) is MethodType
        inner: object = cast("MethodType", receiver).__func__ if is_method else receiver
        if type(inner) is FunctionType:
            if id(inner.__code__) not in self._receivers:
                found = _Receiver(name_of(receiver), None, inner.__code__)
                self._receivers[id(inner.__code__)] = found
        elif self._classes.known(type(inner)).role != LEFT_OUT:
            name = name_of(receiver)
            if str(name) not in self._receivers:
                self._receivers[str(name)] = _Receiver(name, place_of(receiver))

    def ended(self, results: Sequence[tuple[Callable[..., object], object]]) -> None:
        """Take down what receivers returned."""
        for _, result in results:
            text = "None" if result is None else self._values.type_of(result)
            if text not in self._results:
                _add(self._results, text)

    def recorded(self, paths: Paths) -> RecordedSend:
        """Return what was seen, as it is written."""
        with self._lock:
            shapes = [frozenset(names) for names in self._shapes]
            module, dot, function = self.line.function.partition(".")
            return RecordedSend(
                paths.written(self.line.file),
                self.line.number,
                f"{known_as(module)}{dot}{function}",
                self._count,
                _joined(self._senders),
                {name: _joined(texts) for name, texts in self._payload.items()},
                shapes[0].intersection(*shapes) if shapes else frozenset(),
                _joined(self._results),
                tuple(each.recorded(paths) for each in self._receivers.values()),
            )

    def _take_names(self, names: tuple[str, ...]) -> None:
        if len(self._shapes) >= _MOST_SHAPES:
            always = frozenset(names).intersection(*self._shapes)
            self._shapes = {tuple(sorted(always)): None}
        self._shapes[names] = None
        for name in names:
            self._payload.setdefault(name, set())


def _add(texts: set[str], text: str) -> None:
    """Add a text; many become few."""
    texts.add(text)
    if len(texts) > _MOST_TEXTS:
        joined = _joined(texts)
        texts.clear()
        texts.update(joined)


def _joined(texts: set[str]) -> Types:
    return join_types([tuple(texts - {""})])
