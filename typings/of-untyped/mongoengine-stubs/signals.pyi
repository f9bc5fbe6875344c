from collections.abc import Callable
from typing import Any, Concatenate, TypeVar

from blinker import NamedSignal
from blinker import Namespace as Namespace
from typing_extensions import ParamSpec

__all__ = (
    "pre_init",
    "post_init",
    "pre_save",
    "pre_save_post_validation",
    "post_save",
    "pre_delete",
    "post_delete",
)

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

signals_available: bool
_signals: Namespace

# The sender is the class of the document. Which one that is, only the application knows: its
# receivers name their own. A caller may add keyword arguments by `signal_kwargs`; a receiver that
# needs them takes `**kwargs`.

@_declare
def pre_init(sender: type[Any], /, *, document: Any, values: dict[str, Any]) -> Any: ...
@_declare
def post_init(sender: type[Any], /, *, document: Any) -> Any: ...
@_declare
def pre_save(sender: type[Any], /, *, document: Any) -> Any: ...
@_declare
def pre_save_post_validation(sender: type[Any], /, *, document: Any, created: bool) -> Any: ...
@_declare
def post_save(sender: type[Any], /, *, document: Any, created: bool) -> Any: ...
@_declare
def pre_delete(sender: type[Any], /, *, document: Any) -> Any: ...
@_declare
def post_delete(sender: type[Any], /, *, document: Any) -> Any: ...

# the last two are not given on by `mongoengine` itself
@_declare
def pre_bulk_insert(sender: type[Any], /, *, documents: list[Any]) -> Any: ...
@_declare
def post_bulk_insert(sender: type[Any], /, *, documents: list[Any], loaded: bool) -> Any: ...
