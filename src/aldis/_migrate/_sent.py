"""Joins the sends of the source with those of a recording, place by place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from aldis._migrate._model import Span, TypeText
from aldis._migrate._unions import NONE, members
from aldis._recording._modules import is_of_tests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aldis._migrate._model import Argument, Send

    Types: TypeAlias = tuple[str, ...]

    class RecordedSend(Protocol):
        """The sends of one place of a recorded run."""

        @property
        def path(self) -> str: ...
        @property
        def line(self) -> int: ...
        @property
        def sender(self) -> Types: ...
        @property
        def payload(self) -> Mapping[str, Types]: ...
        @property
        def always(self) -> frozenset[str]: ...
        @property
        def results(self) -> Types: ...

    class RecordedSignal(Protocol):
        """A signal of a recorded run."""

        @property
        def sends(self) -> Iterable[RecordedSend]: ...


_NOBODY = TypeText("None", "fully", "stated")


@dataclass(frozen=True)
class Piece:
    """A value that a place sends."""

    static: TypeText | None = None
    recorded: Types = ()


@dataclass(frozen=True)
class Sent:
    """The send at one place.

    Attributes:
        place: The call.
        sender: The sender.
        payload: The other arguments, by name.
        optional: The names that it gives only sometimes.
        results: The types of recorded results.
        is_read: Whether the results are used.
        in_test: Whether the place is in a test.
    """

    place: Span
    sender: Piece
    payload: Mapping[str, Piece]
    optional: frozenset[str] = frozenset()
    results: Types = ()
    is_read: bool = False
    in_test: bool = False


@dataclass
class _Recorded:
    """The recorded sends that are not assigned to a call of the source yet."""

    left: list[RecordedSend] = field(default_factory=list["RecordedSend"])

    def claim(self, span: Span) -> list[RecordedSend]:
        here = [send for send in self.left if _is_at(send, span)]
        self.left = [send for send in self.left if send not in here]
        return here


def all_sent(
    sends: Sequence[Send], recorded: RecordedSignal | None, modules: Mapping[Path, str]
) -> list[Sent]:
    """Return the sends of all places; those that only the recording has come last."""
    rest = _Recorded(list(recorded.sends) if recorded else [])
    known = [_joined(send, rest.claim(send.span), modules) for send in sends]
    return known + [_only_recorded(send, modules) for send in rest.left]


def is_test(module: str) -> bool:
    """Whether a module is one of tests, or helps them, by its name."""
    return is_of_tests(module) or "test" in module.split(".")


def _joined(send: Send, recorded: Sequence[RecordedSend], modules: Mapping[Path, str]) -> Sent:
    payload = {
        argument.name: Piece(
            _type(argument), _types(run.payload.get(argument.name, ()) for run in recorded)
        )
        for argument in send.payload
    }
    static = _type(send.sender) if send.sender else _NOBODY
    return Sent(
        send.span,
        Piece(static, _types(run.sender for run in recorded)),
        payload,
        results=_types(run.results for run in recorded),
        is_read=send.result == "read",
        in_test=is_test(modules.get(send.span.path, "")),
    )


def _type(argument: Argument) -> TypeText:
    # what mypy says stays: it would report the send if the declaration said less
    parts = [part for part in members(argument.type.text) if part != NONE]
    if not argument.is_there or not parts or argument.type.origin == "inferred":
        return argument.type
    return replace(argument.type, text=" | ".join(parts))


def _only_recorded(send: RecordedSend, modules: Mapping[Path, str]) -> Sent:
    path = Path(send.path)
    return Sent(
        Span(path, send.line, 0, send.line, 0),
        Piece(None, send.sender),
        {name: Piece(None, types) for name, types in send.payload.items()},
        optional=frozenset(send.payload) - send.always,
        results=send.results,
        in_test=is_test(modules.get(path, ".".join(path.with_suffix("").parts[-2:]))),
    )


def _types(found: Iterable[Types]) -> Types:
    return tuple(dict.fromkeys(text for types in found for text in types))


def _is_at(send: RecordedSend, span: Span) -> bool:
    if not span.line <= send.line <= span.end_line:
        return False
    path = Path(send.path)
    return path == span.path or (not path.is_absolute() and span.path.match(str(path)))
