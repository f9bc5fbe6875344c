"""Reads recordings, as `aldis record` writes them.

It needs nothing else of aldis, so that a tool may read what another environment has recorded.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from aldis._recording._contents import (
    FORMAT,
    VERSION,
    RecordedReceiver,
    RecordedSend,
    RecordedSignal,
    Recording,
)
from aldis._recording._grammar import Types, parse
from aldis._recording._merging import merge

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

__all__ = (
    "RecordedReceiver",
    "RecordedSend",
    "RecordedSignal",
    "Recording",
    "RecordingError",
    "Types",
    "merge",
    "read",
    "read_one",
)


class RecordingError(Exception):
    """A file is not a readable recording; the message is one line that names the file."""


def read(paths: Iterable[str | PathLike[str]]) -> Recording:
    """Read recordings, and return all of them as one.

    Args:
        paths: The files.

    Returns:
        What they have; empty for no files.

    Raises:
        RecordingError: One of them cannot be read, is not a recording, or is of a newer version.

    Example:
        >>> from aldis._recording._reading import read
        >>> read([]).signals
        {}
    """
    return merge([read_one(Path(path)) for path in paths])


def read_one(path: Path) -> Recording:
    """Read one recording.

    Raises:
        RecordingError: It cannot be read, is not a recording, or is of a newer version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} is not a recording of aldis: it is not text") from error
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is empty" if not text.strip() else "it is not JSON, or was cut off"
        raise RecordingError(f"{path} is not a recording of aldis: {reason}") from error
    try:
        return _recording(content)
    except _ForeignError as error:
        raise RecordingError(f"{path} {error}") from error


class _ForeignError(Exception):
    """The data is not a recording; the message is the reason without the file."""


def _recording(content: object) -> Recording:
    whole = cast("dict[str, object]", content) if isinstance(content, dict) else {}
    if whole.get("format") != FORMAT:
        raise _ForeignError(f'is not a recording of aldis: it has no "format": "{FORMAT}"')
    version = whole.get("version")
    if isinstance(version, int) and version > VERSION:
        raise _ForeignError(
            f"is of version {version}, and this aldis reads version {VERSION}: "
            "use a newer aldis, or record anew"
        )
    try:
        return _in_version_1(whole)
    except _BrokenError as error:
        raise _ForeignError(f"is not a recording of aldis: {error}") from error


class _BrokenError(Exception):
    """Something has not the form of version 1; says what."""


def _in_version_1(whole: dict[str, object]) -> Recording:
    if whole.get("version") != VERSION:
        raise _BrokenError("its version is missing")
    signals, classes = _table(whole, "signals"), _table(whole, "classes")
    return Recording(
        {symbol: _signal(symbol, _dict(facts)) for symbol, facts in signals.items()},
        {name: tuple(_texts(_dict(facts), "bases")) for name, facts in classes.items()},
        {name: _text(_dict(facts), "module") for name, facts in classes.items()},
    )


def _signal(symbol: str, facts: dict[str, object]) -> RecordedSignal:
    namespace = facts.get("namespace")
    return RecordedSignal(
        symbol,
        _text(facts, "name"),
        None if namespace is None else _text(facts, "namespace"),
        tuple(_send(_dict(each)) for each in _list(facts, "sends")),
    )


def _send(facts: dict[str, object]) -> RecordedSend:
    payload = _table(facts, "payload")
    return RecordedSend(
        _text(facts, "path"),
        _number(facts, "line"),
        _text(facts, "function"),
        _number(facts, "count"),
        _types(facts, "sender"),
        {name: _types(payload, name) for name in payload},
        frozenset(_texts(facts, "always")),
        _types(facts, "results"),
        tuple(_receiver(_dict(each)) for each in _list(facts, "receivers")),
    )


def _receiver(facts: dict[str, object]) -> RecordedReceiver:
    return RecordedReceiver(_text(facts, "name"), _text(facts, "path"), _number(facts, "line"))


def _types(facts: dict[str, object], key: str) -> Types:
    texts = _texts(facts, key)
    for text in texts:
        try:
            parse(text)
        except ValueError as error:
            raise _BrokenError(str(error)) from error
    return tuple(texts)


def _texts(facts: dict[str, object], key: str) -> list[str]:
    found = _list(facts, key)
    texts = [each for each in found if isinstance(each, str)]
    if len(texts) < len(found):
        raise _BrokenError(f"{key!r} is not a list of texts")
    return texts


def _list(facts: dict[str, object], key: str) -> list[object]:
    found = facts.get(key)
    if not isinstance(found, list):
        raise _BrokenError(f"{key!r} is not a list")
    return cast("list[object]", found)


def _table(facts: dict[str, object], key: str) -> dict[str, object]:
    found = facts.get(key)
    if not isinstance(found, dict):
        raise _BrokenError(f"{key!r} is not a table")
    return cast("dict[str, object]", found)


def _dict(found: object) -> dict[str, object]:
    if not isinstance(found, dict):
        raise _BrokenError("an entry is not a table")
    return cast("dict[str, object]", found)


def _text(facts: dict[str, object], key: str) -> str:
    found = facts.get(key)
    if not isinstance(found, str):
        raise _BrokenError(f"{key!r} is not a text")
    return found


def _number(facts: dict[str, object], key: str) -> int:
    found = facts.get(key)
    if not isinstance(found, int) or isinstance(found, bool):
        raise _BrokenError(f"{key!r} is not a number")
    return found
