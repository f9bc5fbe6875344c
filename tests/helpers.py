"""What several test files share: receivers of every kind, and what a send returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def returns(value: object) -> Callable[..., object]:
    """Make a receiver that returns this value, whatever it is sent."""

    def receiver(sender: object, **payload: object) -> object:
        return value

    return receiver


def echoes() -> Callable[..., Any]:
    """Make a receiver that returns the payload it got, which may have any names."""

    def receiver(_: object, /, *args: object, **kwargs: object) -> object:
        return (args, kwargs)

    return receiver


def takes(parameters: str) -> Callable[..., Any]:
    """Make a function of these parameters, which have no types: no checker is to know them."""
    function: Callable[..., Any] = eval(f"lambda {parameters}: None")
    return function


def untyped(thing: object) -> Any:
    """Hide from the checkers what a thing is, to do with it what they would not allow."""
    return thing


def results(sent: Iterable[tuple[object, object]]) -> list[object]:
    """Tell what the receivers of a send returned."""
    return [result for _, result in sent]
