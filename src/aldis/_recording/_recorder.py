"""Records every send of a process, by signal and by line."""

from __future__ import annotations

import sys
import weakref
from threading import RLock
from typing import TYPE_CHECKING, Final, TypeAlias

from aldis._call_sites import frame_outside, function_of
from aldis._core import _observing
from aldis._core._failures import observer_failed
from aldis._identity import SignalIdentity
from aldis._recording._classes import Classes
from aldis._recording._contents import UNKNOWN, RecordedSignal, Recording
from aldis._recording._grammar import classes_in
from aldis._recording._merging import merge
from aldis._recording._owners import Owners
from aldis._recording._seen import MOST_MARKS, Line, Site
from aldis._recording._symbols import Place, Symbols
from aldis._recording._values import Values
from aldis._static import attributes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import FrameType

    from aldis._core import Registry
    from aldis._core._observing import Recorded
    from aldis._recording._paths import Paths

    # the shape of a send, the address of its code, the instruction, and the epoch
    _Key: TypeAlias = tuple[tuple[object, ...], int, int, object]

_MOST_UNKNOWN: Final = (
    1000  # signals that cannot be reached, before they are identified by line only
)
_MOST_KNOWN: Final = 1000  # kinds of sends of one signal, before they are examined anew
_NOWHERE: Final = (0, 0)  # the line of a send whose line is unknown


class _Known:
    """The sends of one shape at one line."""

    __slots__ = ("asks", "names", "site")

    def __init__(self, site: Site, names: tuple[str, ...], *, asks: bool) -> None:
        self.site = site
        self.names = names  # the arguments that must still be examined
        self.asks = asks  # whether there are any, or the sender


class _Seen:
    """A signal that was sent; or the same attribute of any number of instances."""

    def __init__(self, name: str, declared: str | None, symbol: str | None) -> None:
        self.name = name
        self.declared = declared
        self.symbol = symbol  # None until it is searched for in `places`
        self.places: dict[Place, None] = {}
        self.signal: weakref.ref[object] | None = None
        self.sites: dict[tuple[int, int], Site] = {}
        self.known: dict[_Key, _Known] = {}


class Recorder:
    """Records all sends between `begin` and `end`.

    Args:
        paths: How files are written.
    """

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._classes = Classes()
        self._values = Values(self._classes)
        self._symbols = Symbols()
        self._owners = Owners()
        self._lock = RLock()
        self._by_address: dict[int, tuple[weakref.ref[Registry], _Seen]] = {}
        self._by_symbol: dict[str, _Seen] = {}
        self._others: list[_Seen] = []
        self._unknown: dict[tuple[str, tuple[int, int]], _Seen] = {}
        self._observer = self._see  # of a method, each access makes another

    def begin(self) -> None:
        """Record every send that begins from now on."""
        _observing.begin_recording(self._observer)

    def end(self) -> None:
        """Record no send that begins from now on."""
        _observing.end_recording(self._observer)

    def _see(
        self,
        registry: Registry,
        sender: object,
        payload: Mapping[str, object],
        shape: tuple[object, ...] = (),
        depth: int = 0,
        /,
    ) -> Recorded | None:
        """Record a send: quickly, if its shape is known."""
        if self._values.asking and self._values.asks:
            return None
        frame = key = None
        try:
            try:
                frame = sys._getframe(depth)
                key = (shape, id(frame.f_code), frame.f_lasti, self._classes.epoch)
                _, seen = self._by_address[id(registry)]
                known = seen.known[key]
            except (KeyError, ValueError):  # it is a new one, or the stack is not as deep
                return self._take_down(registry, sender, payload, frame, key)
            site = known.site
            site.marks.append(None)
            if known.asks or len(site.marks) > MOST_MARKS:
                site.look(sender, payload, known.names)
        except Exception as error:  # noqa: BLE001  # the send must go on
            observer_failed(registry, self, error)
            return None
        else:
            return site

    def _take_down(
        self,
        registry: Registry,
        sender: object,
        payload: Mapping[str, object],
        near: FrameType | None,
        key: _Key | None,
    ) -> Site:
        """Record a send that may have something new."""
        frame = frame_outside(sys._getframe(2))
        place = _NOWHERE if frame is None else (id(frame.f_code), frame.f_lasti)
        seen = self._seen_of(registry, sender, frame, place)
        site = seen.sites.get(place)
        if site is None:
            site = seen.sites.setdefault(place, self._new_site(seen.name, frame))
        site.begin(sender, payload)
        if key is not None and frame is near:
            if len(seen.known) >= _MOST_KNOWN:
                seen.known.clear()
            text_of = self._classes.plain.get
            texts = {name: text_of(id(type(value))) for name, value in payload.items()}
            by = text_of(id(type(sender)))
            if by != "" and "" not in texts.values():  # the classes of mocks come and go
                names = tuple(name for name, text in texts.items() if text is None)
                seen.known[key] = _Known(site, names, asks=bool(names) or by is None)
        return site

    def _new_site(self, name: str, frame: FrameType | None) -> Site:
        line = Line(None, "", 0, "")
        if frame is not None:
            code = frame.f_code
            line = Line(code, code.co_filename, frame.f_lineno or 0, function_of(frame))
        return Site(name, line, self._values, self._classes)

    # -- signals

    def _seen_of(
        self, registry: Registry, sender: object, frame: FrameType | None, place: tuple[int, int]
    ) -> _Seen:
        """Return the record of a signal, which is searched for at its first send."""
        with self._lock:
            _, seen = self._by_address.get(id(registry), (None, None))
            if seen is not None:
                return seen
            signal = registry.owner()
            name, declared = _names_of(signal, registry.name)
            if signal is None:  # as that of `Signal().send(...)` is
                return self._told_by_line(name, place)
            seen = self._seen_for(signal, name, declared, sender, frame)
            if seen is None:
                seen = self._told_by_line(name, place)
            address, forget = id(registry), self._by_address.pop
            there = weakref.ref(registry, lambda _: forget(address, None))
            self._by_address[address] = (there, seen)
            return seen

    def _seen_for(
        self,
        signal: object,
        name: str,
        declared: str | None,
        sender: object,
        frame: FrameType | None,
    ) -> _Seen | None:
        places = self._symbols.known_places_of(signal)
        if not places:
            symbol = self._symbol_on_instance(signal, sender, frame, anywhere=False)
            if symbol not in self._by_symbol:  # it may be the first send of a module that grew
                places = self._symbols.places_of(signal)
            if symbol is None and not places:
                symbol = self._symbol_on_instance(signal, sender, frame, anywhere=True)
            if symbol is not None and not places:
                return self._by_symbol.setdefault(symbol, _Seen(name, declared, symbol))
        if not places and len(self._others) >= _MOST_UNKNOWN:
            return None
        seen = _Seen(name, declared, None)
        seen.signal = weakref.ref(signal)
        seen.places.update(dict.fromkeys(places))
        self._others.append(seen)
        return seen

    def _symbol_on_instance(
        self, signal: object, sender: object, frame: FrameType | None, *, anywhere: bool
    ) -> str | None:
        owned = self._owners.owner_of(signal, sender, frame, anywhere=anywhere)
        if owned is None:
            return None
        kind = self._classes.name_of(owned.kind)
        return f"{kind}.{owned.name}" if kind else None

    def _told_by_line(self, name: str, place: tuple[int, int]) -> _Seen:
        return self._unknown.setdefault((name, place), _Seen(name, None, None))

    # -- at the end

    def recording(self) -> Recording:
        """Return the recording."""
        with self._lock:
            self._symbols.look_again()
            every = [*self._by_symbol.values(), *self._others, *self._unknown.values()]
        signals = [self._recorded(seen) for seen in every]
        return merge(
            Recording({signal.symbol: signal}, *self._classes_of(signal)) for signal in signals
        )

    def _recorded(self, seen: _Seen) -> RecordedSignal:
        sends = tuple(site.recorded(self._paths) for site in [*seen.sites.values()])
        if seen.symbol is not None:
            return RecordedSignal(seen.symbol, seen.name, None, sends)
        signal = None if seen.signal is None else seen.signal()
        if signal is not None:
            seen.places.update(dict.fromkeys(self._symbols.places_of(signal)))
        best = self._symbols.best_of(seen.places, seen.declared, seen.name)
        space = self._symbols.namespace_of(seen.places)
        if best is not None:
            return RecordedSignal(best.symbol, seen.name, space, sends)
        path, line, _ = min(send.place for send in sends)
        words = (UNKNOWN, seen.name, f"({path}:{line})")
        return RecordedSignal(" ".join(word for word in words if word), seen.name, space, sends)

    def _classes_of(
        self, signal: RecordedSignal
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """Return the bases and modules of the classes that are written for a signal."""
        texts: set[str] = set()
        for send in signal.sends:
            texts.update(send.sender, send.results, *send.payload.values())
        found = _with_bases(classes_in(texts), self._classes)
        modules = self._classes.modules
        return {name: self._classes.bases[name] for name in found}, {
            name: modules[name] for name in found
        }


def _with_bases(names: Iterable[str], classes: Classes) -> list[str]:
    return sorted({base for name in names for base in classes.bases.get(name, ())})


def _names_of(signal: object, name: str) -> tuple[str, str | None]:
    """Return the name that a signal has, and the dotted name of its declaration, if there is one.

    Args:
        signal: The signal, if it is still there.
        name: Its qualified name, as the send has it.
    """
    if signal is None:
        return name, None
    if isinstance(signal, SignalIdentity):
        module: str | None = signal.__module__  # typeshed has a `str`, that of the class
        declared = f"{module}.{name}" if type(module) is str and "<" not in name else None
        return name.rpartition(".")[2], declared
    own = attributes_of(signal).get("name")
    return own if isinstance(own, str) else "", None
