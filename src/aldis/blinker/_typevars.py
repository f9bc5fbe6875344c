"""What the adapter's signals are generic in, and what their sends take and return."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from typing_extensions import ParamSpec, TypeVar

SenderT = TypeVar("SenderT", default=Any)
P = ParamSpec("P", default=...)

# what makes a plain function of a coroutine function, and the other way round
AsyncWrapper: TypeAlias = Callable[[Callable[..., Coroutine[Any, Any, Any]]], Callable[..., Any]]
SyncWrapper: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Coroutine[Any, Any, Any]]]
Sent: TypeAlias = list[tuple[Callable[..., Any], Any]]
