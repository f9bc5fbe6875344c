from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Concatenate, Generic, Protocol
from typing import TypeVar as _TypeVar
from weakref import ref

from typing_extensions import ParamSpec, TypeVar

from ._utilities import Symbol
from ._utilities import make_id as make_id
from ._utilities import make_ref as make_ref

# With these defaults a bare `Signal` is a `Signal[Any, ..., Any]`, which takes everything that
# blinker takes: a program without declarations works as before.
_SenderT = TypeVar("_SenderT", default=Any)
_P = ParamSpec("_P", default=...)
_ResultT = TypeVar("_ResultT", default=Any)

# Nothing here needs it, but at run time it is there to be imported.
F = _TypeVar("F", bound=Callable[..., Any])

ANY: Symbol
ANY_ID: int

class Signal(Generic[_SenderT, _P, _ResultT]):
    ANY: Symbol
    set_class: type[set[Any]]
    receivers: dict[Any, ref[Callable[..., Any]] | Callable[..., Any]]
    is_muted: bool
    @cached_property
    def receiver_connected(self) -> Signal: ...
    @cached_property
    def receiver_disconnected(self) -> Signal: ...
    def __init__(self, doc: str | None = None) -> None: ...
    # A checked receiver is returned with the type that it was checked against: no checker can also
    # keep the receiver's own type.
    def connect(
        self,
        receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
        sender: _SenderT | Symbol = ...,
        weak: bool = True,
    ) -> Callable[Concatenate[_SenderT, _P], _ResultT]: ...
    def connect_via(
        self, sender: _SenderT | Symbol, weak: bool = False
    ) -> Callable[
        [Callable[Concatenate[_SenderT, _P], _ResultT]],
        Callable[Concatenate[_SenderT, _P], _ResultT],
    ]: ...
    @contextmanager
    def connected_to(
        self,
        receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
        sender: _SenderT | Symbol = ...,
    ) -> Generator[None, None, None]: ...
    @contextmanager
    def muted(self) -> Generator[None, None, None]: ...
    # The types leave no room for `_async_wrapper` and `_sync_wrapper` beside a declared payload:
    # nothing may stand between `*args` and `**kwargs`. An open payload takes them, as any keyword.
    def send(
        self, sender: _SenderT = ..., /, *args: _P.args, **kwargs: _P.kwargs
    ) -> list[tuple[Callable[..., _ResultT], _ResultT]]: ...
    # `_ResultT` is what calling a receiver gives, which is awaited here.
    async def send_async(
        self, sender: _SenderT = ..., /, *args: _P.args, **kwargs: _P.kwargs
    ) -> list[tuple[Callable[..., _ResultT], Any]]: ...
    def has_receivers_for(self, sender: _SenderT | Symbol) -> bool: ...
    def receivers_for(
        self, sender: _SenderT | Symbol
    ) -> Generator[Callable[Concatenate[_SenderT, _P], _ResultT], None, None]: ...
    def disconnect(self, receiver: Callable[..., Any], sender: _SenderT | Symbol = ...) -> None: ...
    # Private by name, but documented for tests and for long-running programs.
    def _clear_state(self) -> None: ...
    def _cleanup_bookkeeping(self) -> None: ...

class NamedSignal(Signal[_SenderT, _P, _ResultT]):
    name: str
    def __init__(self, name: str, doc: str | None = None) -> None: ...

class Namespace(dict[str, NamedSignal]):
    def signal(self, name: str, doc: str | None = None) -> NamedSignal: ...

class _PNamespaceSignal(Protocol):
    def __call__(self, name: str, doc: str | None = None) -> NamedSignal: ...

default_namespace: Namespace
signal: _PNamespaceSignal
