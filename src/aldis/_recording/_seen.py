"""The sends of a running program as texts and counts; no object of the program is kept."""

from __future__ import annotations

from threading import RLock
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Final

from aldis._callables import Name, name_of, place_of, place_of_code
from aldis._core._failures import observer_failed
from aldis._core._observing import Recorded
from aldis._recording._classes import LEFT_OUT
from aldis._recording._contents import RecordedReceiver, RecordedSend
from aldis._recording._grammar import NONE, join_types
from aldis._recording._modules import known_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import CodeType

    from aldis._callables import Place
    from aldis._recording._classes import Classes
    from aldis._recording._grammar import Types
    from aldis._recording._paths import Paths
    from aldis._recording._values import Values

_MOST_SHAPES: Final = 64  # payloads by their names, before they become one
_MOST_TEXTS: Final = 64  # types in one place, before they are joined
MOST_MARKS: Final = 256  # sends, before they are counted
_LOOKS: Final = 20  # containers in one place that are examined in full
_RESULT: Final = ""  # the place of results; it cannot be the name of an argument


class Line:
    """A line of a program that sends."""

    __slots__ = ("code", "file", "function", "number")

    def __init__(self, code: CodeType | None, file: str, number: int, function: str) -> None:
        self.code = code  # kept, so that no other code gets its address
        self.file = file
        self.number = number
        self.function = function


class _Receiver:
    """A receiver that was called: its name, and its place or its code."""

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


class Site(Recorded):
    """The sends of one signal by one line.

    A send that has nothing new takes no lock, since each question to dicts and sets is one step;
    what they lack is looked up again with the lock.

    Attributes:
        name: The name of the signal.
        line: The line.
        marks: One for each send that is not counted yet: appended in one step, without the lock.
    """

    __slots__ = (
        "_classes",
        "_count",
        "_glances",
        "_lock",
        "_looks",
        "_payload",
        "_receivers",
        "_results",
        "_senders",
        "_shapes",
        "_text_of",
        "_values",
        "line",
        "marks",
        "name",
    )

    def __init__(self, name: str, line: Line, values: Values, classes: Classes) -> None:
        self.name = name
        self.line = line
        self._values = values
        self._classes = classes
        self._text_of = classes.plain.get
        self._lock = RLock()  # a signal handler may send while this thread holds it
        self._count = 0
        self.marks: list[None] = []
        self._looks: dict[str, int] = {}
        self._glances: set[tuple[str, ...]] = set()
        self._senders: set[str] = set()
        self._results: set[str] = set()
        self._payload: dict[str, set[str]] = {}
        self._shapes: dict[tuple[str, ...], None] = {}
        # by the code of a receiver, which is kept, or by its name
        self._receivers: dict[int | str, _Receiver] = {}

    def begin(self, sender: object, payload: Mapping[str, object]) -> None:
        """Record one more send."""
        with self._lock:
            self._count += 1
            _add(self._senders, self._values.type_of(sender))
            names = tuple(payload)
            if names not in self._shapes:
                self._take_names(names)
            self._take(payload, names)

    def look(self, sender: object, payload: Mapping[str, object], names: Iterable[str]) -> None:
        """Examine the values of a send whose types do not say enough.

        Args:
            sender: The sender.
            payload: The arguments.
            names: The arguments to examine.
        """
        with self._lock:
            self._count_marks()
            _add(self._senders, self._values.type_of(sender))
            self._take(payload, names)

    def called(self, receiver: object) -> None:
        """Record a receiver."""
        inner = receiver.__func__ if type(receiver) is MethodType else receiver
        if type(inner) is FunctionType:
            if id(inner.__code__) not in self._receivers:
                found = _Receiver(name_of(receiver), None, inner.__code__)
                self._receivers[id(inner.__code__)] = found
        elif self._classes.known(type(inner)).role != LEFT_OUT:
            name = name_of(receiver)
            if str(name) not in self._receivers:
                self._receivers[str(name)] = _Receiver(name, place_of(receiver))

    def ended(self, results: Sequence[tuple[object, object]]) -> None:
        """Record the results of receivers."""
        known, texts, text_of = self._receivers, self._results, self._text_of
        try:
            has_none = NONE in texts
            for receiver, result in results:
                inner = receiver.__func__ if type(receiver) is MethodType else receiver
                if type(inner) is not FunctionType or id(inner.__code__) not in known:
                    self.called(receiver)
                if result is None and has_none:
                    continue
                if (
                    text_of(id(type(result))) not in texts
                ):  # also where that type does not say enough
                    with self._lock:
                        self._look_at(_RESULT, texts, result)
        except Exception as error:  # noqa: BLE001  # the send must go on
            observer_failed(self, self, error)

    def stopped(
        self,
        results: Sequence[tuple[object, object]],
        receiver: object,
    ) -> None:
        """Record the receivers without results: the send has none."""
        try:
            for each in (*(each for each, _ in results), receiver):
                if each is not None:
                    self.called(each)
        except Exception as error:  # noqa: BLE001  # as above
            observer_failed(self, self, error)

    def recorded(self, paths: Paths) -> RecordedSend:
        """Return the contents for the file."""
        with self._lock:
            self._count_marks()
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

    def _count_marks(self) -> None:
        number = len(self.marks)
        self._count += number
        del self.marks[:number]

    def _take(self, payload: Mapping[str, object], names: Iterable[str]) -> None:
        for name in names:
            self._look_at(name, self._payload[name], payload[name])

    def _look_at(self, name: str, texts: set[str], value: object) -> None:
        looks = self._looks.get(name, 0)
        glance = self._values.glance_at(value)
        if glance is not None:
            if looks >= _LOOKS and (name, *glance) in self._glances:
                return
            self._looks[name] = looks + 1
            self._glances.add((name, *glance))
        _add(texts, self._values.type_of(value))

    def _take_names(self, names: tuple[str, ...]) -> None:
        if len(self._shapes) >= _MOST_SHAPES:
            always = frozenset(names).intersection(*self._shapes)
            self._shapes = {tuple(sorted(always)): None}
        self._shapes[names] = None
        for name in names:
            self._payload.setdefault(name, set())


def _add(texts: set[str], text: str) -> None:
    """Add a text; many become few."""
    if text in texts:
        return
    texts.add(text)
    if len(texts) > _MOST_TEXTS:
        joined = _joined(texts)
        texts.clear()
        texts.update(joined)


def _joined(texts: set[str]) -> Types:
    return join_types([tuple(texts - {""})])
