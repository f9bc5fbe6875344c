"""The fixtures: what they hold, and how they are laid out as programs to be migrated."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from migrating import Finding, Level

FOLDER = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Expected:
    """A line of `codes.txt`."""

    code: str  # "M02", "M*" or "*"
    path: str
    line: int | None
    may_be: bool  # and need not

    @classmethod
    def of(cls, written: str) -> Expected:
        code, place = written.split()
        path, _, line = place.partition(":")
        return cls(code.lstrip("?"), path, int(line) if line else None, code.startswith("?"))

    def is_met_by(self, finding: Finding) -> bool:
        start = self.code.partition("*")[0]
        is_code = finding.code.startswith(start) if "*" in self.code else finding.code == start
        return is_code and finding.path == self.path and self.line in {None, finding.line}

    def __str__(self) -> str:
        return f"{self.code} {self.path}:{self.line or '*'}"


@dataclass(frozen=True)
class Fixture:
    """A folder of fixtures."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def options(self) -> dict[str, Any]:
        path = self.folder / "options.json"
        found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return found

    @property
    def group(self) -> str:
        """Those of the same group are migrated together: they need the same options."""
        if self.options.get("alone"):
            return self.name
        if "record" in self.options:
            return "recorded"
        return "unsafe" if self.options.get("unsafe") else "together"

    def is_free(self, level: Level) -> bool:
        return bool(self.options.get("expect", {}).get(level) == "free")

    @cached_property
    def before(self) -> dict[str, str]:
        """The program, by the paths of its files."""
        return _read(self.folder / "before")

    def after(self, level: Level) -> dict[str, str]:
        """The files that must be different afterwards."""
        return _read(self.folder / f"after-{level}")

    def codes(self, level: Level) -> list[Expected]:
        paths = (self.folder / "codes.txt", self.folder / f"codes-{level}.txt")
        lines = [
            line
            for path in paths
            if path.exists()
            for line in path.read_text("utf-8").splitlines()
            if line and not line.startswith("#")
        ]
        return [Expected.of(line) for line in lines]

    @cached_property
    def declarations(self) -> int:
        """How many signals are made and kept, counted from the calls alone."""
        counted = self.options.get("declarations")
        if counted is not None:
            return int(counted)
        return sum(_declarations(text) for text in self.before.values())

    def lay_out(self, folder: Path, level: Level | None = None) -> None:
        """Write the program into a folder, as it is before or as it must be at a level."""
        files = self.before if level is None else {**self.before, **self.after(level)}
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def fixtures() -> list[Fixture]:
    return [Fixture(each) for each in sorted(FOLDER.iterdir()) if each.is_dir()]


def module_of(path: str) -> str:
    """Return what a file of a fixture is called when it is imported."""
    parts = Path(path).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts)


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _read(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)).removesuffix(".txt"): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".py" in path.suffixes
    }


def _declarations(text: str) -> int:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return 0
    return sum(1 for each in ast.walk(tree) for _ in _made_in(each))


def _made_in(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
        name = ast.unparse(node.value.func).rpartition(".")[2]
        if name == "signal" or name.endswith("Signal"):
            yield node.value
