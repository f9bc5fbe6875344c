"""The type variables of the adapter's signals, and types of their sends."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from typing_extensions import ParamSpec, TypeVar

SenderT = TypeVar("SenderT", default=Any)
P = ParamSpec("P", default=...)

# turn a coroutine function into a plain function, and the other way round
AsyncWrapper: TypeAlias = Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Any]]
SyncWrapper: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Coroutine[Any, Any, Any]]]
Sent: TypeAlias = list[tuple[Callable[..., Any], Any]]
