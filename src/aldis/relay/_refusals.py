"""Refuses what was given by mistake, where it is given and not where it would be used."""

from __future__ import annotations


def refuse_spaces(what: str, name: object) -> None:
    """Refuse what cannot be a name in an envelope.

    Raises:
        ValueError: It is not a text, or empty, or has spaces in it.
    """
    if not isinstance(name, str) or not name or any(letter.isspace() for letter in name):
        raise ValueError(f"{what} is a name without spaces, got {name!r}")


def refuse_less(what: str, number: float, least: int) -> None:
    """Refuse a number that is too small, or none.

    Raises:
        ValueError: It is.
    """
    if not number >= least:  # nor nan
        raise ValueError(f"{what} must be at least {least}, got {number}")


def refuse_others(transport: object) -> None:
    """Refuse what is not an engine.

    Raises:
        TypeError: It is a class, or lacks a method.
    """
    methods = [getattr(transport, name, None) for name in ("publish", "subscribe", "close")]
    told = "expected a transport, such as Memory() or RedisStreams(url), got"
    if isinstance(transport, type):
        raise TypeError(f"{told} the class {transport.__qualname__}")
    if not all(map(callable, methods)):
        # not the object: a URL may have a password in it
        raise TypeError(f"{told} an object of type {type(transport).__qualname__}")


def refuse_uncallable(what: str, given: object) -> None:
    """Refuse what will be called and cannot be.

    Raises:
        TypeError: It is neither a function nor None.
    """
    if given is not None and not callable(given):
        raise TypeError(f"expected {what}, got {given!r}")
