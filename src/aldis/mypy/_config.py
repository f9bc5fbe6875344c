"""The options in mypy's configuration file."""

from __future__ import annotations

import configparser
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mypy.errors import CompileError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTION = "aldis-mypy"


@dataclass(frozen=True)
class Config:
    """The options of the plugin."""

    disallow_untyped_signals: bool = False
    strict_names: bool = False

    def data(self) -> dict[str, bool]:
        """Return the options that a cache depends on."""
        return asdict(self)


OPTIONS = tuple(sorted(field.name for field in fields(Config)))


def read_config(path: str | None) -> Config:
    """Read the options.

    Args:
        path: The configuration file that mypy found, if any.

    Returns:
        The options; defaults without a section for them.

    Raises:
        CompileError: An option or a value is unknown. mypy prints it and exits.
    """
    if path is None:
        return Config()
    given = _toml(Path(path)) if path.endswith(".toml") else _ini(Path(path))
    section = f"[tool.{SECTION}]" if path.endswith(".toml") else f"[{SECTION}]"
    faults: list[str] = []
    for name, value in given.items():
        if name not in OPTIONS:
            known = ", ".join(OPTIONS)
            faults.append(f'{path}: {section}: unknown option "{name}"; the options are: {known}')
        elif not isinstance(value, bool):
            faults.append(f'{path}: {section}: "{name}" must be true or false, not "{value}"')
    if faults:
        raise CompileError(faults)
    return Config(**cast("Mapping[str, bool]", given))


def _toml(path: Path) -> Mapping[str, object]:
    with path.open("rb") as file:
        tool: Mapping[str, Mapping[str, object]] = tomllib.load(file).get("tool", {})
    return tool.get(SECTION, {})


def _ini(path: Path) -> Mapping[str, object]:
    parser = configparser.RawConfigParser()
    parser.read(path, encoding="utf-8")
    if not parser.has_section(SECTION):
        return {}
    states = {"true": True, "false": False}
    return {name: states.get(value.strip().lower(), value) for name, value in parser.items(SECTION)}
