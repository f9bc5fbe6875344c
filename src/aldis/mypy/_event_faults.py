"""Messages about receivers of events, which get the payload and no sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis.mypy._faults import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.types import CallableType, FormalArgument, Type


class EventComplaint(Complaint):
    """A receiver of an event that does not fit."""

    payload_from = 0
    way_out = "connect it to an AsyncEvent"

    def _both_ways(
        self,
        called: CallableType,
        by_position: FormalArgument | None,
        name: str,
        sent: Type,
        optional: bool,
    ) -> Iterator[str]:
        """Yield the faults of a positional payload parameter, which is sent by position.

        For type checkers its name matters, too: a send may pass it by keyword.
        """
        by_name = called.argument_by_name(name)
        if by_position is None and by_name is not None:
            how = f"but {self._signal} sends it by position"
            yield f'{self._who} takes "{name}" by keyword only, {how}'
            return
        if by_position is None:
            yield f'{self._who} cannot take "{name}", which {self._signal} sends by position'
            return
        yield from self._misnamed(by_position, by_name, name)
        yield from self._mistyped(f'"{name}"', sent, by_position)
        yield from self._left_out(f'"{name}"', by_position, optional)

    def _misnamed(
        self, by_position: FormalArgument, by_name: FormalArgument | None, name: str
    ) -> Iterator[str]:
        other = by_position.name
        if by_name is None:
            takes, way = "by position only", 'remove its "/"'
            if other is not None:
                takes, way = f'as "{other}"', "use the declared name"
            declared = f'put "/" after it where {self._signal} is declared'
            yield f'{self._who} takes "{name}" {takes}; {way}, or {declared}'
        elif other not in {None, name}:
            yield f'{self._who} takes "{other}" where {self._signal} sends "{name}" by position'
