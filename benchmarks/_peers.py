"""Django's and psygnal's signals doing the same work, where these libraries are installed.

Each is used as its own documentation does: Django sends `signal` and `sender` by keyword, and has a
cache of receivers to switch on; psygnal sends by position, without a sender, and returns nothing.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import repeat
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from _measure import own_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DJANGO, PSYGNAL = "django", "psygnal"


def installed() -> Iterator[str]:
    """Return the names of the libraries that can be measured."""
    return (name for name in (DJANGO, PSYGNAL) if find_spec(name) is not None)


def sending(library: str, count: int, *, methods: bool) -> Callable[[int], int]:
    """Return what times a library's signal with so many receivers, and keeps these alive."""
    make = _django if library == DJANGO else _psygnal
    return make(count, methods=methods)


class _DjangoListener:
    def hear(self, *, user_id: int, username: str, active: bool, **kwargs: object) -> None: ...


class _PsygnalListener:
    def hear(self, user_id: int, username: str, active: bool) -> None: ...


def _django_function() -> Callable[..., None]:
    def hear(*, user_id: int, username: str, active: bool, **kwargs: object) -> None: ...

    return hear


def _psygnal_function() -> Callable[..., None]:
    def hear(user_id: int, username: str, active: bool) -> None: ...

    return hear


def _django(count: int, *, methods: bool) -> Callable[[int], int]:
    settings: Any = import_module("django.conf").settings
    if not settings.configured:
        settings.configure()
    signal: Any = import_module("django.dispatch").Signal(use_caching=True)
    kept = [_DjangoListener().hear if methods else _django_function() for _ in range(count)]
    for receiver in kept:
        signal.connect(receiver)
    return partial(own_code(_time_django), signal, _DjangoListener(), kept)


def _time_django(signal: Any, sender: object, kept: object, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.send(sender, user_id=1, username="x", active=True)
    return perf_counter_ns() - begin


def _psygnal(count: int, *, methods: bool) -> Callable[[int], int]:
    signal: Any = import_module("psygnal").SignalInstance((int, str, bool))
    kept = [_PsygnalListener().hear if methods else _psygnal_function() for _ in range(count)]
    for receiver in kept:
        signal.connect(receiver)
    return partial(own_code(_time_psygnal), signal, kept)


def _time_psygnal(signal: Any, kept: object, number: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, number):
        signal.emit(1, "x", True)  # noqa: FBT003  # by position is its way
    return perf_counter_ns() - begin
