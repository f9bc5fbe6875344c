"""Partial stubs: declarations that type checkers see, beside code that stays as it is."""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aldis._migrate._changes import Change
from aldis._migrate._check import disagreements
from aldis._migrate._declared import declared_in
from aldis._migrate._model import Finding
from aldis._migrate._stub_text import StubText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._deciding import Recording
    from aldis._migrate._declared import Existing
    from aldis._migrate._plan import Choice, Plan

PARTIAL: Final = b"partial\n"

_STUBGEN: Final = "from mypy.stubgen import main; main()"  # it cannot be run by -m


def stub_changes(plan: Plan, folder: Path, recording: Recording | None) -> list[Change]:
    """Write stubs for all modules that have signals, or add to those that are there.

    Declarations that are in stubs already are compared with what is sent, and stay.

    Args:
        plan: The plan.
        folder: The folder of the stub packages.
        recording: What a run sent.

    Returns:
        The files to write.
    """
    changes: list[Change] = []
    existing: list[Existing] = []
    by_path: dict[Path, list[Choice]] = {}
    for choice in plan.choices:
        by_path.setdefault(choice.declaration.statement.path, []).append(choice)
    for path, choices in sorted(by_path.items()):
        module = plan.program.modules[path]
        stub = _stub_of(module, path, folder)
        old = stub.read_bytes() if stub.exists() else None
        if old is not None:
            existing += declared_in(stub, old.decode(), module)
        known = {one.symbol for one in existing}
        missing = [one for one in choices if one.changes and one.declaration.symbol not in known]
        for choice in choices:
            if choice.declaration.symbol in known:
                choice.way = "stays"
                choice.findings = []
        if missing:
            others = [one for one in choices if not one.changes]
            changes += _changes(plan, stub, old, missing, others)
    plan.findings += disagreements(plan.program, recording, existing)
    return changes


def _stub_of(module: str, path: Path, folder: Path) -> Path:
    """Return where the stub of a module is, or is to be."""
    root, *rest = module.split(".")
    inner = Path(*rest) if rest else Path()
    name = (
        inner / "__init__.pyi" if path.stem == "__init__" or not rest else inner.with_suffix(".pyi")
    )
    packages = sorted(folder.rglob(f"{root}-stubs")) if folder.is_dir() else []
    return (packages[0] if packages else folder / f"{root}-stubs") / name


def _changes(
    plan: Plan, stub: Path, old: bytes | None, choices: list[Choice], others: list[Choice]
) -> Iterator[Change]:
    path = choices[0].declaration.statement.path
    module = plan.program.modules[path]
    text = old.decode() if old is not None else _generated(path, plan.program.files[path])
    if text is None:
        for choice in choices:
            choice.way = "stays"
            where = choice.declaration.statement
            sentence = "stubgen cannot describe the rest of its module"
            choice.findings.append(Finding("M25", where, sentence, choice.declaration.symbol))
        return
    new = StubText(text, module, path, plan).with_declarations(choices, others)
    yield Change(stub, old, new.encode())
    root = next(one for one in stub.parents if one.name.endswith("-stubs"))
    if not (root / "py.typed").exists():
        yield Change(root / "py.typed", None, PARTIAL)


def _generated(path: Path, source: str) -> str | None:
    """Let stubgen describe a module: a stub takes the place of all that is in it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "in", path.name if path.stem != "__init__" else "module.py")
        copy.parent.mkdir()
        copy.write_text(source, encoding="utf-8", newline="")
        command = [sys.executable, "-c", _STUBGEN, "--include-private", "--no-analysis"]
        command += ["--quiet", "--output", str(Path(folder, "out")), str(copy)]
        run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603
        stubs = list(Path(folder, "out").rglob("*.pyi"))
        if run.returncode or not stubs:
            return None
        text = stubs[0].read_text(encoding="utf-8")
    try:
        ast.parse(text)
    except SyntaxError:  # of which stubgen makes some
        return None
    return text
