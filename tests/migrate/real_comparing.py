"""Compares what `aldis migrate` writes with captured stubs, and with types judged by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from real_declarations import UNKNOWN, Declared, agree, contradictions, declared_in, normal
from real_sources import HERE, ROOT, Library

BY_HAND = HERE / "by_hand.json"
ENOUGH = 0.7  # of the types that were written by hand


def with_stubs(library: Library, level: str, found: dict[str, Declared]) -> dict[str, str]:
    """Return what contradicts the captured stubs of a library, by the keys of verdicts."""
    if library.stubs is None:
        return {}
    (module,) = library.signals
    path = ROOT / "typings" / library.stubs
    findings: dict[str, str] = {}
    for symbol, truth in declared_in(path.read_text("utf-8"), module).items():
        key = f"{library.name} {level} stubs {symbol}"
        if symbol not in found:
            findings[key] = "is in the stubs, and not declared"
            continue
        for name, sentence in contradictions(found[symbol], truth).items():
            findings[f"{key}.{name}"] = sentence
    return findings


def by_hand() -> list[dict[str, Any]]:
    """Return the libraries whose signals were judged by hand, before there was anything to run."""
    libraries: list[dict[str, Any]] = json.loads(BY_HAND.read_text("utf-8"))
    return libraries


def with_hand(signals: list[dict[str, Any]], found: dict[str, Declared]) -> tuple[int, list[str]]:
    """Return how many types are as they were written, and a line for each that is not."""
    right, lines = 0, list[str]()
    for each in signals:
        for name, written, is_now in _types(each, found.get(each["symbol"])):
            # what was written as unknown may be known
            if is_now is not None and agree(is_now, written) and not _is_lost(is_now, written):
                right += 1
            else:
                lines.append(f"{each['symbol']}.{name}: {is_now or 'not declared'}, not {written}")
    return right, lines


def _types(signal: dict[str, Any], found: Declared | None) -> Iterator[tuple[str, str, str | None]]:
    yield "sender", normal(signal["sender"]), found.sender if found else None
    for name, written in signal["payload"].items():
        yield name, normal(written), found.payload.get(name) if found else None


def _is_lost(is_now: str, written: str) -> bool:
    return is_now in UNKNOWN and written not in UNKNOWN


def types_of(signals: list[dict[str, Any]]) -> int:
    return sum(1 + len(each["payload"]) for each in signals)


def enough(right: int, total: int) -> bool:
    return right >= ENOUGH * total


def saved(lines: list[str], path: Path) -> None:
    path.write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
