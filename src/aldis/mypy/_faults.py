"""Messages about what is wrong with a receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.erasetype import erase_typevars
from mypy.messages import format_type, format_type_distinctly
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_OPT, ARG_POS, ARG_STAR, ARG_STAR2
from mypy.subtypes import find_member, is_subtype, unify_generic_callable
from mypy.types import (
    AnyType,
    CallableType,
    FormalArgument,
    Instance,
    Overloaded,
    ParamSpecType,
    ProperType,
    Type,
    UnionType,
    get_proper_type,
)

from aldis.mypy._types import modified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.options import Options

_COROUTINES = frozenset({"typing.Coroutine", "types.CoroutineType"})
_AWAITABLE = "typing.Awaitable"
_POSITIONAL = (ARG_POS, ARG_OPT)
_BY_NAME = (ARG_NAMED, ARG_NAMED_OPT)
_OPTIONAL = (ARG_OPT, ARG_NAMED_OPT)


def is_coroutine(kind: Type) -> bool:
    """Whether a function with this return type returns a coroutine."""
    proper = get_proper_type(kind)
    return isinstance(proper, Instance) and proper.type.fullname in _COROUTINES


def callable_of(receiver: ProperType) -> ProperType | None:
    """Return the type of an object's call, if it is callable."""
    if isinstance(receiver, Instance):
        member = find_member("__call__", receiver, receiver, is_operator=True)
        return None if member is None else get_proper_type(member)
    return receiver if isinstance(receiver, (CallableType, Overloaded)) else None


class Complaint:
    """A receiver that does not fit, its signal, and the faults."""

    payload_from = 1  # the index of the first payload parameter, after the sender
    way_out = "connect it to an AsyncSignal"  # for an async receiver

    def __init__(
        self, receiver: Type, want: CallableType, who: str, signal: str, options: Options
    ) -> None:
        self._receiver = get_proper_type(receiver)
        self._want = want.with_unpacked_kwargs()
        self._who = who
        self._signal = signal
        self._options = options

    def messages(self) -> list[str]:
        """Return a message for each fault.

        There is none only if mypy requires a receiver of an open payload to take all of it, as
        older versions do.
        """
        called = callable_of(self._receiver)
        if isinstance(called, CallableType):
            found = list(self._faults(self._solved(called.with_unpacked_kwargs())))
            if found or self._takes_anything():
                return found
            if self._takes_sender_by_name(called):
                told = f"{self._who} takes its sender also by keyword"
                return [f'{told}; put "/" after it, since {self._signal} may send any keyword']
        elif isinstance(called, Overloaded):
            wanted = format_type(self._want, self._options)
            told = f"no overload of {self._who} takes what {self._signal} sends: {wanted}"
            return [] if self._takes_anything() and self._any_fits(called) else [told]
        elif not isinstance(self._receiver, UnionType):
            kind = format_type(self._receiver, self._options)
            return [f"{self._who} cannot be called: its type is {kind}"]
        actual, wanted = self._formatted(self._receiver, self._want)
        return [f"{self._who} is {actual}, but {self._signal} expects {wanted}"]

    def _takes_sender_by_name(self, called: CallableType) -> bool:
        return (
            self.payload_from > 0
            and self._want.kw_arg() is not None
            and called.arg_names[0] is not None
        )

    def _any_fits(self, called: Overloaded) -> bool:
        return any(not [*self._faults(self._solved(item))] for item in called.items)

    def _solved(self, called: CallableType) -> CallableType:
        """Return a receiver without type variables of its own."""
        if not called.variables:
            return called
        unified = unify_generic_callable(
            called.with_unpacked_kwargs().with_normalized_var_args(),
            self._want.with_unpacked_kwargs().with_normalized_var_args(),
            ignore_return=True,
        )
        if unified is not None:
            return unified
        erased = erase_typevars(called, {variable.id for variable in called.variables})
        assert isinstance(erased, CallableType)
        return modified(erased, variables=())

    def _formatted(self, first: Type, second: Type) -> tuple[str, str]:
        one, other = format_type_distinctly(first, second, options=self._options)
        return one, other

    # -- the kinds of faults

    def _faults(self, called: CallableType) -> Iterator[str]:
        if self.payload_from:
            yield from self._sender(called)
        if not self._is_open():
            yield from self._not_taken(called)
            yield from self._not_sent(called)
        if self._is_async_for_sync(called):
            yield f"{self._who} is async; {self.way_out}"
        elif not is_subtype(called.ret_type, self._want.ret_type):
            yield self._wrong_result(called)

    def _is_open(self) -> bool:
        """Whether the payload is open, or a parameter of a generic class."""
        kinds = (get_proper_type(kind) for kind in self._want.arg_types)
        return self._takes_anything() or any(isinstance(k, ParamSpecType) for k in kinds)

    def _takes_anything(self) -> bool:
        want, first = self._want, self.payload_from
        return want.is_ellipsis_args or (
            want.arg_kinds[first:] == [ARG_STAR, ARG_STAR2]
            and all(isinstance(get_proper_type(kind), AnyType) for kind in want.arg_types[first:])
        )

    def _is_async_for_sync(self, called: CallableType) -> bool:
        wanted = get_proper_type(self._want.ret_type)
        return (
            is_coroutine(called.ret_type)
            and not _expects_awaitable(wanted)
            and not is_subtype(called.ret_type, wanted)
        )

    def _wrong_result(self, called: CallableType) -> str:
        returned, wanted = self._formatted(
            _awaited(called.ret_type), _without_awaitable(get_proper_type(self._want.ret_type))
        )
        return f"{self._who} returns {returned}, but {self._signal} expects {wanted}"

    def _sender(self, called: CallableType) -> Iterator[str]:
        first = called.argument_by_position(0)
        sender = self._want.arg_types[0]
        if first is None:
            yield f"{self._who} takes no sender, which {self._signal} sends first, by position"
        elif isinstance(get_proper_type(first.typ), ParamSpecType):
            return  # it may be anything
        elif not is_subtype(sender, first.typ):
            sent, taken = self._formatted(sender, first.typ)
            yield f"the sender is of type {sent}, but {self._who} takes {taken}"

    def _not_taken(self, called: CallableType) -> Iterator[str]:
        """Yield the parts of the payload that are not taken, or have another type."""
        want = self._want
        for at in range(self.payload_from, len(want.arg_types)):
            kind, name, sent = want.arg_kinds[at], want.arg_names[at], want.arg_types[at]
            formal: FormalArgument | None
            if kind in _POSITIONAL:
                formal = called.argument_by_position(at)
                if name is not None:
                    yield from self._both_ways(called, formal, name, sent, kind in _OPTIONAL)
                    continue
                what, how = f"positional argument {self._number(at)}", ", which {} sends"
            elif kind in _BY_NAME:
                assert name is not None
                formal = called.argument_by_name(name)
                what, how = f'"{name}"', ", which {} sends"
            elif kind == ARG_STAR:
                formal = called.var_arg()
                what, how = "further positional arguments", ", which {} sends"
            else:
                formal = called.kw_arg()
                what, how = "further keyword arguments", ", which {} sends"
            if formal is None:
                yield f"{self._who} cannot take {what}{how.format(self._signal)}"
            else:
                yield from self._mistyped(what, sent, formal)
                yield from self._left_out(what, formal, kind in _OPTIONAL)

    def _number(self, at: int) -> int:
        """Return the number of a payload argument, from one and without the sender."""
        return at - self.payload_from + 1

    def _both_ways(
        self,
        called: CallableType,
        by_position: FormalArgument | None,
        name: str,
        sent: Type,
        optional: bool,
    ) -> Iterator[str]:
        """Yield the faults of a payload parameter that may be sent by position or keyword."""
        by_name = called.argument_by_name(name)
        if by_name is None and by_position is None:
            yield f'{self._who} cannot take "{name}", which {self._signal} sends'
            return
        if by_name is None:
            yield f'{self._who} cannot take "{name}" by keyword, as {self._signal} may send it'
        elif by_position is None:
            yield f'{self._who} cannot take "{name}" by position, as {self._signal} may send it'
        elif by_name.required and by_position.name not in {None, name}:
            yield f'{self._who} has another parameter where {self._signal} sends "{name}"'
        formal = by_position if by_name is None else by_name
        assert formal is not None
        yield from self._mistyped(f'"{name}"', sent, formal)
        yield from self._left_out(f'"{name}"', formal, optional)

    def _mistyped(self, what: str, sent: Type, formal: FormalArgument) -> Iterator[str]:
        if not is_subtype(sent, formal.typ):
            given, taken = self._formatted(sent, formal.typ)
            are = "are" if what.startswith("further") else "is"
            yield f"{what} {are} sent as {given}, but {self._who} takes {taken}"

    def _left_out(self, what: str, formal: FormalArgument, optional: bool) -> Iterator[str]:
        if optional and formal.required:
            yield f"{self._who} requires {what}, which {self._signal} may leave out"

    def _not_sent(self, called: CallableType) -> Iterator[str]:
        """Yield what the receiver requires and the signal does not send."""
        for at, kind in enumerate(called.arg_kinds):
            if not kind.is_required():
                continue
            name = called.arg_names[at]
            if kind == ARG_POS:
                sent = self._want.argument_by_position(at)
                if sent is None and name is not None:
                    sent = self._want.argument_by_name(name)
            else:
                assert name is not None
                sent = self._want.argument_by_name(name)
                if at < self.payload_from:
                    continue  # already reported: it takes no sender
            if sent is None:
                number = self._number(at)
                what = f"positional argument {number}" if name is None else f'"{name}"'
                yield f"{self._who} requires {what}, which {self._signal} does not send"


def _expects_awaitable(wanted: ProperType) -> bool:
    return isinstance(wanted, UnionType) and any(_is_awaitable(item) for item in wanted.items)


def _is_awaitable(kind: Type) -> bool:
    proper = get_proper_type(kind)
    return isinstance(proper, Instance) and proper.type.fullname == _AWAITABLE


def _without_awaitable(wanted: ProperType) -> Type:
    """Return the result that an async signal expects after awaiting."""
    if not isinstance(wanted, UnionType) or not _expects_awaitable(wanted):
        return wanted
    return UnionType.make_union([item for item in wanted.items if not _is_awaitable(item)])


def _awaited(returned: Type) -> Type:
    proper = get_proper_type(returned)
    if isinstance(proper, Instance) and is_coroutine(proper) and len(proper.args) == 3:  # noqa: PLR2004
        return proper.args[2]
    return proper
