from collections.abc import Callable
from typing import Any, Concatenate, TypeVar

from blinker import NamedSignal, Namespace
from flask import Flask
from typing_extensions import ParamSpec

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

_signals: Namespace

# A user may be of any class that the application logs in: receivers name their own class.

@_declare
def user_logged_in(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def user_logged_out(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def user_loaded_from_cookie(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def _user_loaded_from_header(sender: Flask, /, *, user: Any) -> Any: ...

# deprecated: another name of the one above, with a warning
@_declare
def user_loaded_from_header(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def user_loaded_from_request(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def user_login_confirmed(sender: Flask, /) -> Any: ...
@_declare
def user_unauthorized(sender: Flask, /) -> Any: ...
@_declare
def user_needs_refresh(sender: Flask, /) -> Any: ...
@_declare
def user_accessed(sender: Flask, /) -> Any: ...
@_declare
def session_protected(sender: Flask, /) -> Any: ...
