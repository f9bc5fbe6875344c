"""Writes partial stubs: declarations for type checkers, beside unchanged code."""

from __future__ import annotations

import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aldis._migrate._changes import Change
from aldis._migrate._check import disagreements
from aldis._migrate._declared import declared_in
from aldis._migrate._model import Finding
from aldis._migrate._stub_text import StubText
from aldis._migrate._stubgen import described
from aldis._migrate._verifying import take_back_guesses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._deciding import Recording
    from aldis._migrate._declared import Existing
    from aldis._migrate._plan import Choice, Plan

PARTIAL: Final = b"partial\n"

_UNKNOWN: Final = "from typing import Any\n\ndef __getattr__(name: str) -> Any: ...\n"
"""The stub of a package that stubgen cannot describe."""


def stub_changes(plan: Plan, folder: Path, recording: Recording | None) -> list[Change]:
    """Write stubs for all modules with signals, or extend existing ones.

    Declarations in existing stubs stay, and are compared with the sends.

    Args:
        plan: The plan.
        folder: The folder of the stub packages.
        recording: The recording.

    Returns:
        The files to write.
    """
    by_path: dict[Path, list[Choice]] = {}
    for choice in plan.choices:
        by_path.setdefault(choice.declaration.statement.path, []).append(choice)
    stubs = {path: _stub_of(plan.program.modules[path], path, folder) for path in by_path}
    texts = {path: stub.read_bytes() for path, stub in stubs.items() if stub.exists()}
    existing: list[Existing] = []
    for path, text in texts.items():
        existing += declared_in(stubs[path], text.decode(), plan.program.modules[path])
    known = {one.symbol for one in existing}
    for choice in plan.choices:
        if choice.declaration.symbol in known:
            choice.way = "stays"
            choice.findings = []
    take_back_guesses(plan)
    changes: dict[Path, Change] = {}
    for path, choices in sorted(by_path.items()):
        change = _change(plan, stubs[path], texts.get(path), choices)
        if change is not None:
            changes[change.path] = change
    for path, stub in stubs.items():
        if stub in changes:
            for one in _packages(plan, path, stub):
                changes.setdefault(one.path, one)
    plan.findings += disagreements(plan.program, recording, existing)
    return list(changes.values())


def _stub_of(module: str, path: Path, folder: Path) -> Path:
    """Return the path of a module's stub."""
    root, *rest = module.split(".")
    inner = Path(*rest) if rest else Path()
    name = (
        inner / "__init__.pyi" if path.stem == "__init__" or not rest else inner.with_suffix(".pyi")
    )
    packages = sorted(folder.rglob(f"{root}-stubs")) if folder.is_dir() else []
    return (packages[0] if packages else folder / f"{root}-stubs") / name


def _change(plan: Plan, stub: Path, old: bytes | None, choices: list[Choice]) -> Change | None:
    """Declare the signals of one module in its stub."""
    missing = [one for one in choices if one.changes]
    if not missing:
        return None
    path = missing[0].declaration.statement.path
    module = plan.program.modules[path]
    is_package = path.stem == "__init__"
    if old is not None:
        text: str | None = old.decode()
    else:
        text = described(module, plan.program.files[path], is_package=is_package)
    if text is None:
        for choice in missing:
            choice.way = "stays"
            where = choice.declaration.statement
            sentence = "stubgen cannot describe the rest of its module"
            choice.findings.append(Finding("M25", where, sentence, choice.declaration.symbol))
        return None
    others = [one for one in choices if not one.changes]
    new = StubText(text, module, path, plan).with_declarations(missing, others)
    return Change(stub, old, new.encode())


def _packages(plan: Plan, path: Path, stub: Path) -> Iterator[Change]:
    """Write the stubs of the packages around a module, which checkers need."""
    names = plan.program.modules[path].split(".")
    is_package = path.stem == "__init__"
    if not is_package:
        names.pop()
    folder, inside = path.parent, stub.parent
    while names:
        source, marker = folder / "__init__.py", inside / "__init__.pyi"
        if source.exists() and not marker.exists():
            with tokenize.open(source) as file:
                text = described(".".join(names), file.read(), is_package=True)
            yield Change(marker, None, (_UNKNOWN if text is None else text).encode())
        names.pop()
        if not names and not (inside / "py.typed").exists():
            yield Change(inside / "py.typed", None, PARTIAL)
        folder, inside = folder.parent, inside.parent
