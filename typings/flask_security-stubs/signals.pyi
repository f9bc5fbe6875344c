from collections.abc import Callable
from typing import Any, Concatenate, TypeVar

from blinker import NamedSignal, Namespace
from flask import Flask
from typing_extensions import ParamSpec

from .tokens import RefreshTokenErrors

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

signals: Namespace

# Users and refresh trackers are the application's own models: its receivers name their classes.

@_declare
def user_authenticated(sender: Flask, /, *, user: Any, authn_via: list[str] | None) -> Any: ...
@_declare
def user_unauthenticated(sender: Flask, /) -> Any: ...
@_declare
def user_failed_authn(sender: Flask, /, *, user: Any, auth_type: str, tfa: bool) -> Any: ...
@_declare
def user_registered(
    sender: Flask,
    /,
    *,
    user: Any,
    confirm_token: str | None,
    confirmation_token: str | None,
    form_data: dict[str, Any],
) -> Any: ...

# user: None where the name is taken and the address is not
@_declare
def user_not_registered(
    sender: Flask,
    /,
    *,
    user: Any,
    existing_email: bool,
    existing_username: bool,
    form_data: dict[str, Any],
) -> Any: ...
@_declare
def user_confirmed(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def confirm_instructions_sent(
    sender: Flask, /, *, user: Any, token: str, confirmation_token: str
) -> Any: ...
@_declare
def login_instructions_sent(sender: Flask, /, *, user: Any, login_token: str) -> Any: ...
@_declare
def password_reset(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def password_changed(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def refresh_tracker_created(sender: Flask, /, *, user: Any, refresh_tracker: Any) -> Any: ...

# user: None if the token does not say whose it was
@_declare
def refresh_tracker_revoked(
    sender: Flask,
    /,
    *,
    user: Any,
    refresh_tracker: Any,
    refresh_errors: RefreshTokenErrors | None,
) -> Any: ...
@_declare
def reset_password_instructions_sent(
    sender: Flask, /, *, user: Any, token: str, reset_token: str
) -> Any: ...
@_declare
def tf_code_confirmed(sender: Flask, /, *, user: Any, method: str) -> Any: ...
@_declare
def tf_profile_changed(sender: Flask, /, *, user: Any, method: str) -> Any: ...
@_declare
def tf_security_token_sent(
    sender: Flask,
    /,
    *,
    user: Any,
    method: str,
    token: str | None,
    login_token: str | None,
    phone_number: str | None,
) -> Any: ...
@_declare
def tf_disabled(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def us_security_token_sent(
    sender: Flask,
    /,
    *,
    user: Any,
    method: str,
    token: str | None,
    login_token: str | None,
    phone_number: str | None,
    send_magic_link: bool,
) -> Any: ...
@_declare
def us_profile_changed(sender: Flask, /, *, user: Any, methods: list[str], delete: bool) -> Any: ...
@_declare
def wan_registered(sender: Flask, /, *, user: Any, name: str) -> Any: ...
@_declare
def wan_deleted(sender: Flask, /, *, user: Any, name: str) -> Any: ...
@_declare
def change_email_instructions_sent(
    sender: Flask, /, *, user: Any, new_email: str, token: str
) -> Any: ...
@_declare
def change_email_confirmed(sender: Flask, /, *, user: Any, old_email: str) -> Any: ...
@_declare
def username_recovery_email_sent(sender: Flask, /, *, user: Any) -> Any: ...
@_declare
def username_changed(sender: Flask, /, *, user: Any, old_username: str | None) -> Any: ...
