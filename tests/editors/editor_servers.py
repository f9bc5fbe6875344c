"""The language servers, and how an editor starts each on a folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    """A language server that is installed beside the running interpreter."""

    name: str  # of its distribution, too
    command: tuple[str, ...]

    @property
    def program(self) -> str:
        return str(BIN / self.command[0])

    @property
    def missing(self) -> bool:
        return shutil.which(self.program) is None

    @property
    def version(self) -> str:
        return version(self.name)


SERVERS = (
    Server("pyright", ("pyright-langserver", "--stdio")),
    Server("basedpyright", ("basedpyright-langserver", "--stdio")),
    Server("ty", ("ty", "server")),
    Server("pyrefly", ("pyrefly", "lsp")),
    Server("zuban", ("zuban", "server")),
    Server("jedi-language-server", ("jedi-language-server",)),
)

# Beside the application, as its authors would keep them. Without one, pyrefly reports next to
# nothing; the others need none.
CONFIGURATIONS = {
    "pyrightconfig.json": '{"typeCheckingMode": "strict"}\n',
    "pyrefly.toml": "",
}

# The editor's answers to requests for a section of its settings.
SETTINGS: Mapping[str, Any] = {"python": {"pythonPath": sys.executable}}


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a server: an activated environment, and nobody's settings."""
    settings = ("MYPY", "PYRIGHT", "BASEDPYRIGHT", "TY_", "PYREFLY", "ZUBAN", "PYTHONPATH", "XDG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    return kept | {
        "PATH": os.pathsep.join([str(BIN), kept.get("PATH", "")]),
        "VIRTUAL_ENV": sys.prefix,
        "XDG_CONFIG_HOME": str(home),
        "NO_COLOR": "1",
    }
