import sys
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, TypeVar

from blinker import NamedSignal, Namespace
from jinja2 import Template
from typing_extensions import ParamSpec
from werkzeug.wrappers import Response as WerkzeugResponse

from .app import Quart
from .wrappers import Response

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

signals_available: bool
_signals: Namespace

@_declare
def before_render_template(
    sender: Quart, /, *, template: Template, context: dict[str, Any]
) -> Any: ...
@_declare
def template_rendered(sender: Quart, /, *, template: Template, context: dict[str, Any]) -> Any: ...
@_declare
def request_started(sender: Quart, /) -> Any: ...
@_declare
def request_finished(sender: Quart, /, *, response: Response | WerkzeugResponse) -> Any: ...
@_declare
def request_tearing_down(sender: Quart, /, *, exc: BaseException | None) -> Any: ...
@_declare
def got_background_exception(sender: Quart, /, *, exception: Exception) -> Any: ...
@_declare
def got_serving_exception(sender: Quart, /, *, exception: Exception) -> Any: ...
@_declare
def got_request_exception(sender: Quart, /, *, exception: Exception) -> Any: ...
@_declare
def websocket_started(sender: Quart, /) -> Any: ...

# The sender is the message, and Quart wraps no plain function here: receivers must be coroutine
# functions.
@_declare
def websocket_received(sender: str | bytes, /) -> Coroutine[Any, Any, Any]: ...
@_declare
def websocket_sent(sender: str | bytes, /) -> Coroutine[Any, Any, Any]: ...
@_declare
def websocket_finished(
    sender: Quart, /, *, response: Response | WerkzeugResponse | None
) -> Any: ...
@_declare
def websocket_tearing_down(sender: Quart, /, *, exc: BaseException | None) -> Any: ...
@_declare
def got_websocket_exception(sender: Quart, /, *, exception: Exception) -> Any: ...
@_declare
def appcontext_tearing_down(sender: Quart, /, *, exc: BaseException | None) -> Any: ...

# Quart 0.23, which needs Python 3.13, hands its wrapper on to the receivers by mistake.
if sys.version_info >= (3, 13):
    @_declare
    def appcontext_pushed(sender: Quart, /, *, _async_wrapper: Callable[..., Any]) -> Any: ...
    @_declare
    def appcontext_popped(sender: Quart, /, *, _async_wrapper: Callable[..., Any]) -> Any: ...

else:
    @_declare
    def appcontext_pushed(sender: Quart, /) -> Any: ...
    @_declare
    def appcontext_popped(sender: Quart, /) -> Any: ...

@_declare
def message_flashed(sender: Quart, /, *, message: str, category: str) -> Any: ...
