"""Explains why a call of a receiver with a payload would fail, with the way out."""

from __future__ import annotations

from types import BuiltinFunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aldis._core._payload import Payload
    from aldis._core._shapes import Shape
    from aldis._core._target import Target

_SENDER = "the sender"
_BOUND = "a bound argument"
_TAKE = "take it, or '**_' for the rest"


class _Call:
    """How the parameters of a receiver are filled when it is called."""

    __slots__ = ("by_name", "filled", "is_overfull", "left")

    def __init__(
        self,
        filled: Mapping[str, str],
        left: tuple[str, ...],
        by_name: frozenset[str],
        *,
        is_overfull: bool,
    ) -> None:
        self.filled = filled  # the parameters filled by position, and with what
        self.left = left  # what is sent by position without a parameter for it
        self.is_overfull = is_overfull  # are there too many arguments, sent or bound?
        self.by_name = by_name  # the parameters that can be filled by name


def fault(shape: Shape, target: Target, payload: Payload) -> str | None:
    """Return the first reason why a call would fail, in the order in which a reader looks."""
    sent = tuple(repr(name) for name in payload.by_position)
    if payload.gives_sender:
        sent = (_SENDER, *sent)
    call = _fill(shape, target, payload, sent)
    return (
        _positional_fault(shape, target, payload, call, sent)
        or _binding_fault(shape, target, call)
        or _keyword_fault(shape, target, payload, call)
        or _requirement_fault(shape, target, payload, call)
    )


def _fill(shape: Shape, target: Target, payload: Payload, sent: tuple[str, ...]) -> _Call:
    """Fill parameters by position; the others can only be filled by name."""
    positional = shape.by_position_only + shape.by_either
    to_come = iter(sent)
    given = [_BOUND if is_bound else next(to_come, None) for is_bound in target.places]
    given += to_come
    filled = {name: what for name, what in zip(positional, given, strict=False) if what is not None}
    over = given[len(positional) :]
    empty = [name for name in positional if name not in filled]
    if payload.star is not None:  # it may fill any number of parameters
        named = {*payload.by_keyword, *payload.optional, *target.given}
        clashing = named.intersection(empty).intersection(shape.by_either)
        filled |= dict.fromkeys(clashing, f"'*{payload.star}'")
    by_name = {*positional, *shape.by_keyword_only} - filled.keys() - {*shape.by_position_only}
    left = tuple(what for what in over if what is not None and what is not _BOUND)
    return _Call(filled, left, frozenset(by_name), is_overfull=bool(over))


def _positional_fault(
    shape: Shape, target: Target, payload: Payload, call: _Call, sent: tuple[str, ...]
) -> str | None:
    asked = target.places.count(False)
    if asked > len(sent):
        return (
            f"it leaves {asked} placeholders for positional arguments, but {len(sent)} "
            f"{'is' if len(sent) == 1 else 'are'} sent by position; bind the others"
        )
    if shape.star:
        return None
    if call.left:
        return f"it does not take {call.left[0]}, sent by position; add a parameter for it"
    if call.is_overfull:
        return "it takes fewer positional arguments than are bound to it; bind fewer"
    if payload.star is not None:
        more = f"'*{payload.star}'"
        return f"it takes only so many positional arguments, but {more} may send more; take {more}"
    return None


def _binding_fault(shape: Shape, target: Target, call: _Call) -> str | None:
    for name in sorted(target.given):
        if name in call.filled and name in shape.by_either:
            taken = call.filled[name]
            what = f"its {name!r} takes {taken}, but {name!r} is also bound by name"
            return f"{what}; bind another parameter"
        if name not in call.by_name and not shape.starstar:
            return f"it does not take {name!r}, which is bound to it by name; do not bind it"
    return None


def _keyword_fault(shape: Shape, target: Target, payload: Payload, call: _Call) -> str | None:
    for name in (*payload.by_keyword, *sorted(payload.optional)):
        if name in call.by_name:
            continue
        if name in call.filled and name in shape.by_either:
            taken = call.filled[name]
            what = f"its {name!r} takes {taken}, but {name!r} is also sent by keyword"
            if taken == _SENDER:
                return f"{what}; put a parameter for the sender before it"
            return f"{what}; rename that parameter"
        if not shape.starstar:
            if name in shape.by_position_only:
                what = f"it takes {name!r} by position only, but it is sent by keyword"
                return f"{what}; put it after the '/'"
            what = f"it does not take {name!r}, which is sent by keyword"
            is_native = type(target.function) is BuiltinFunctionType
            wrap = "connect a function that takes it and calls this one"
            return f"{what}; {wrap if is_native else _TAKE}"
    if payload.starstar is not None and not payload.optional and not shape.starstar:
        return _rest_fault(payload)
    return None


def _rest_fault(payload: Payload) -> str:
    rest = f"'**{payload.starstar}'"
    what = f"it takes only certain keyword arguments, but {rest} may send others"
    if payload.missing is None:
        return f"{what}; take {rest}"
    where = f"{payload.missing!r} is not defined where the signal is declared"
    return f"{what}, since {where}; define it there, or take {rest}"


def _requirement_fault(shape: Shape, target: Target, payload: Payload, call: _Call) -> str | None:
    for name in (*shape.by_position_only, *shape.by_either, *shape.by_keyword_only):
        if name not in shape.required or name in call.filled:
            continue
        given = name in target.given or name in payload.by_keyword
        if not given or name in shape.by_position_only:
            if name in payload.optional:
                return f"it requires {name!r}, which is not always sent; give it a default"
            if name in payload.by_position and not payload.gives_sender:
                first, taken = next(iter(call.filled.items()))
                return (
                    f"its {first!r} takes {taken}, and nothing is sent for its {name!r}; an event "
                    f"sends no sender, so remove {first!r}"
                )
            what = f"it requires {name!r}, which is not sent"
            return f"{what}; give it a default, or declare it in the signal"
    return None
