"""Draw the pictures of the command's page: `python docs/draw_pictures.py`, with Graphviz installed.

The program is the one on the page. `aldis graph` draws the graph, and this script draws the times
that `aldis trace --chrome` measures. Each file has a digest of what it shows, so a test can tell
whether it is up to date. A picture has colours for light and for dark pages.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent
PICTURES = DOCS / "pictures"
PAGE = DOCS / "command.md"

LIGHT_AND_DARK = """
  .ink { fill: #24292f } .faint { fill: #57606a } .send { fill: #fdf0c4; stroke: #b58900 }
  .receiver { fill: #e4ecf5; stroke: #7b94ad } .failed { fill: #ffd9d3; stroke: #c0392b }
  @media (prefers-color-scheme: dark) {
    .ink { fill: #e6e6e6 } .faint { fill: #a8b0b8 } .send { fill: #4d3f0c }
    .receiver { fill: #23364a } .failed { fill: #5c1f17 }
  }
"""
# what Graphviz draws: lines and words, which it gives colours of its own
OF_A_GRAPH = """
  .graph > polygon { fill: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6e6e6 } text[fill="#657b83"] { fill: #a8b0b8 }
    .edge path { stroke: #a8b0b8 } .edge polygon { fill: #a8b0b8; stroke: #a8b0b8 }
    .node path { fill: #23364a } .node ellipse, .node polygon { fill: #4d3f0c }
    [fill="#fdf0c4"] { fill: #4d3f0c } [fill="#d5efe3"] { fill: #14453a }
  }
"""


def shop() -> str:
    """Return the program of the page."""
    return PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]


def run_aldis(folder: Path, *arguments: str) -> None:
    """Run the command beside the program."""
    (folder / "shop.py").write_text(shop(), encoding="utf-8")
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [sys.executable, "-m", "aldis", *arguments], cwd=folder, check=True, env=environment
    )


def dot_of_the_shop(folder: Path) -> str:
    """Return the graph as text for Graphviz."""
    run_aldis(folder, "graph", "shop", "-o", "shop.dot")
    return (folder / "shop.dot").read_text(encoding="utf-8")


def graph(folder: Path) -> str:
    """Return the picture of the graph, in colours for both themes."""
    run_aldis(folder, "graph", "shop", "-o", "shop.svg")
    drawn = (folder / "shop.svg").read_text(encoding="utf-8")
    drawn = drawn[drawn.index("<svg") :]
    start = drawn.index(">") + 1
    style = f"\n<style>{OF_A_GRAPH}</style>\n{digest_of(dot_of_the_shop(folder))}"
    return drawn[:start] + style + drawn[start:]


class Bar(NamedTuple):
    """A send or the run of a receiver; times are in microseconds."""

    name: str
    kind: str
    depth: int
    start: float
    length: float


def bars(folder: Path) -> list[Bar]:
    """Trace the program, and return its sends and receivers in the order of their beginning."""
    run_aldis(folder, "trace", "--summary", "--chrome", "shop.json", "-o", "table.txt", "shop.py")
    events = json.loads((folder / "shop.json").read_text(encoding="utf-8"))["traceEvents"]
    timed = sorted((event for event in events if event["ph"] == "X"), key=_begun)
    first, found, open_until = timed[0]["ts"], list[Bar](), list[float]()
    for event in timed:
        while open_until and open_until[-1] <= event["ts"]:
            open_until.pop()
        kind = "failed" if "error" in event["args"] else event["cat"]
        start, length = event["ts"] - first, event["dur"]
        found.append(Bar(event["name"], kind, len(open_until), start, length))
        open_until.append(event["ts"] + length)
    return found


def _begun(event: dict[str, float]) -> tuple[float, float]:
    return event["ts"], -event["dur"]


def outline(shown: list[Bar]) -> str:
    """Return what a trace has without its times."""
    return "\n".join(f"{'  ' * bar.depth}{bar.kind} {bar.name}" for bar in shown)


WIDTH, ROW, EDGE = 390, 26, 8


def timeline(folder: Path) -> str:
    """Return the picture of the trace: a row for each depth, and the time from left to right."""
    shown = bars(folder)
    height = ROW * (max(bar.depth for bar in shown) + 1) + 58
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"',
        ' font-family="sans-serif" font-size="12">\n',
        f"<style>{LIGHT_AND_DARK}</style>\n{digest_of(outline(shown))}\n",
        *_drawn(shown, height),
        "</svg>\n",
    ]
    return "".join(lines)


def _drawn(shown: list[Bar], height: int) -> Iterator[str]:
    whole = max(bar.start + bar.length for bar in shown)
    scale = (WIDTH - 2 * EDGE) / whole
    for bar in shown:
        left, top, width = EDGE + bar.start * scale, bar.depth * ROW + EDGE, bar.length * scale
        yield f"<g><title>{escape(bar.name)}, {bar.length:.0f} µs</title>"
        box = f'x="{left:.1f}" y="{top}" width="{max(width, 1.5):.1f}" height="{ROW - 4}"'
        yield f'<rect class="{bar.kind}" {box} rx="3"/>'
        if width > 7 * len(bar.name):
            yield f'<text class="ink" x="{left + 5:.1f}" y="{top + 15}">{escape(bar.name)}</text>'
        yield "</g>\n"
    below = height - 34
    yield f'<text class="faint" x="{EDGE}" y="{below}">0 µs</text>'
    right = f'x="{WIDTH - EDGE}" y="{below}" text-anchor="end"'
    yield f'<text class="faint" {right}>{whole:.0f} µs</text>\n'
    for left, kind, said in (
        (EDGE, "send", "send"),
        (75, "receiver", "receiver"),
        (165, "failed", "raised"),
    ):
        yield f'<rect class="{kind}" x="{left}" y="{below + 12}" width="12" height="12" rx="2"/>'
        yield f'<text class="ink" x="{left + 18}" y="{below + 22}">{said}</text>\n'


def digest_of(text: str) -> str:
    """Return a description that tells what is drawn from anything else."""
    return f"<desc>drawn from {hashlib.sha256(text.encode()).hexdigest()}</desc>"


def digest_in(picture: str) -> str:
    """Return the description in a picture."""
    found = re.search(r"<desc>.*</desc>", picture)
    return found[0] if found else ""


def main() -> None:
    """Draw both pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for name, draw in (("shop-graph", graph), ("shop-trace", timeline)):
            (PICTURES / f"{name}.svg").write_text(draw(Path(place)), encoding="utf-8")


if __name__ == "__main__":
    main()
