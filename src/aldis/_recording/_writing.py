"""Writes a recording: sorted, so that equal runs write equal files."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aldis._recording._contents import FORMAT, VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from aldis._recording._contents import RecordedSend, RecordedSignal, Recording


def text_of(recording: Recording) -> str:
    """Return the text of a recording's file."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "signals": {symbol: _signal(each) for symbol, each in recording.signals.items()},
        "classes": {
            name: {"module": recording.modules[name], "bases": [*bases]}
            for name, bases in recording.bases.items()
        },
    }
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def write(recording: Recording, path: Path) -> None:
    """Write a recording in one step: a reader finds either the old file or the new one.

    Raises:
        OSError: It cannot be written; what was there before is still there.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(text_of(recording), encoding="utf-8")
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _signal(signal: RecordedSignal) -> dict[str, Any]:
    return {
        "name": signal.name,
        "namespace": signal.namespace_name,
        "sends": [_send(each) for each in signal.sends],
    }


def _send(send: RecordedSend) -> dict[str, Any]:
    return {
        "path": send.path,
        "line": send.line,
        "function": send.function,
        "count": send.count,
        "sender": [*send.sender],
        "payload": {name: [*types] for name, types in send.payload.items()},
        "always": sorted(send.always),
        "results": [*send.results],
        "receivers": [
            {"name": each.name, "path": each.path, "line": each.line} for each in send.receivers
        ],
    }
