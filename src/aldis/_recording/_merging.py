"""Makes one recording of several, in whatever order they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aldis._recording._contents import RecordedSend, RecordedSignal, Recording
from aldis._recording._grammar import join_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def merge(recordings: Iterable[Recording]) -> Recording:
    """Return one sorted recording with the contents of all."""
    signals: dict[str, list[RecordedSignal]] = {}
    bases: dict[str, tuple[str, ...]] = {}
    modules: dict[str, str] = {}
    for recording in recordings:
        for symbol, signal in recording.signals.items():
            signals.setdefault(symbol, []).append(signal)
        for name, found in recording.bases.items():
            bases[name] = max(found, bases.get(name, ()), key=lambda each: (len(each), each))
        for name, module in recording.modules.items():
            modules[name] = max(module, modules.get(name, ""))
    return Recording(
        {symbol: _signal(signals[symbol]) for symbol in sorted(signals)},
        dict(sorted(bases.items())),
        dict(sorted(modules.items())),
    )


def _signal(same: Sequence[RecordedSignal]) -> RecordedSignal:
    sends: dict[tuple[str, int, str], list[RecordedSend]] = {}
    for signal in same:
        for send in signal.sends:
            sends.setdefault(send.place, []).append(send)
    namespaces = {each.namespace_name for each in same if each.namespace_name is not None}
    return RecordedSignal(
        same[0].symbol,
        max(each.name for each in same),
        max(namespaces, default=None),
        tuple(_send(sends[place]) for place in sorted(sends)),
    )


def _send(same: Sequence[RecordedSend]) -> RecordedSend:
    names = sorted({name for each in same for name in each.payload})
    always = same[0].always.intersection(*(each.always for each in same))
    return RecordedSend(
        *same[0].place,
        sum(each.count for each in same),
        join_types(each.sender for each in same),
        {name: join_types(each.payload.get(name, ()) for each in same) for name in names},
        always,
        join_types(each.results for each in same),
        tuple(sorted({receiver for each in same for receiver in each.receivers})),
    )
