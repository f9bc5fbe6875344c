from collections.abc import Callable
from typing import Any, Concatenate, TypeVar

import sqlalchemy.orm as sa_orm
from blinker import NamedSignal, Namespace
from flask import Flask
from typing_extensions import ParamSpec

from .session import Session

_SenderT = TypeVar("_SenderT")
_P = ParamSpec("_P")
_ResultT = TypeVar("_ResultT")

# Makes a signal of the signature that its receivers must accept; it exists for type checkers only.
def _declare(
    receiver: Callable[Concatenate[_SenderT, _P], _ResultT],
) -> NamedSignal[_SenderT, _P, _ResultT]: ...

_signals: Namespace

# Each change is an instance of any model and "insert", "update" or "delete".

@_declare
def models_committed(sender: Flask, /, *, changes: list[tuple[Any, str]]) -> Any: ...
@_declare
def before_models_committed(sender: Flask, /, *, changes: list[tuple[Any, str]]) -> Any: ...
def _listen(session: sa_orm.scoped_session[Session]) -> None: ...
def _record_ops(session: Session, **kwargs: Any) -> None: ...
def _before_commit(session: Session) -> None: ...
def _after_commit(session: Session) -> None: ...
def _after_rollback(session: Session) -> None: ...
