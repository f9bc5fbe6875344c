from collections.abc import Callable
from typing import Any, Concatenate, TypeVar

from blinker import NamedSignal
from blinker import Namespace as Namespace
from jinja2 import Template
from typing_extensions import ParamSpec

from .app import Flask
from .wrappers import Response

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

_signals: Namespace

@_declare
def template_rendered(sender: Flask, /, *, template: Template, context: dict[str, Any]) -> Any: ...
@_declare
def before_render_template(
    sender: Flask, /, *, template: Template, context: dict[str, Any]
) -> Any: ...
@_declare
def request_started(sender: Flask, /) -> Any: ...
@_declare
def request_finished(sender: Flask, /, *, response: Response) -> Any: ...
@_declare
def request_tearing_down(sender: Flask, /, *, exc: BaseException | None) -> Any: ...
@_declare
def got_request_exception(sender: Flask, /, *, exception: Exception) -> Any: ...
@_declare
def appcontext_tearing_down(sender: Flask, /, *, exc: BaseException | None) -> Any: ...
@_declare
def appcontext_pushed(sender: Flask, /) -> Any: ...
@_declare
def appcontext_popped(sender: Flask, /) -> Any: ...
@_declare
def message_flashed(sender: Flask, /, *, message: str, category: str) -> Any: ...
