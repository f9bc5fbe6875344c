"""Draw the badges of the README from the project's metadata: `python docs/badges.py`.

They are files of the repository, so they need no server and say what this commit says.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import aldis

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"

_LETTER = 6.6  # the width of one, in pixels, at this size of a monospaced font
_STYLE = (
    "text { font: 11px ui-monospace, Menlo, Consolas, monospace }"
    " .name { fill: #24292f } .value { fill: #ffffff }"
)


class Badge(NamedTuple):
    """A name and its value, side by side."""

    name: str
    value: str

    @property
    def path(self) -> Path:
        """The file of the badge."""
        return PICTURES / f"badge-{self.name.lower()}.svg"

    def drawn(self) -> str:
        """Return the badge as SVG."""
        left, right = (len(text) * _LETTER + 12 for text in self)
        width = f"{left + right:g}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
            f' aria-label="{self.name}: {self.value}">\n'
            f"<style>{_STYLE}</style>\n"
            f'<rect width="{width}" height="20" rx="3" fill="#e1e4e8"/>\n'
            f'<path d="M{left:g} 0h{right - 3:g}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-{right - 3:g}z"'
            ' fill="#2b6a99"/>\n'
            f'<text class="name" x="6" y="14">{self.name}</text>\n'
            f'<text class="value" x="{left + 6:g}" y="14">{self.value}</text>\n'
            "</svg>\n"
        )


def badges() -> list[Badge]:
    """Return the badges of this commit."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project: dict[str, Any] = tomllib.load(file)["project"]
    tested = re.findall(r"Python :: (3\.\d+)$", "\n".join(project["classifiers"]), re.MULTILINE)
    return [
        Badge("version", aldis.__version__),
        Badge("CPython", f"{tested[0]} to {tested[-1]}, free-threaded"),
        Badge(
            "requires", ", ".join(re.split(r"[<>=]", each)[0] for each in project["dependencies"])
        ),
        Badge("licence", project["license"]),
    ]


if __name__ == "__main__":
    for badge in badges():
        badge.path.write_text(badge.drawn(), encoding="utf-8")
