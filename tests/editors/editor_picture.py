"""The picture of an editor that completes a payload, drawn from what a language server answers.

Run as a script, this starts the server and writes the picture:

    python tests/editors/editor_picture.py

The program is the first one of README.md; its last line is typed anew.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from editor_client import editing
from editor_servers import SERVERS, SETTINGS, environment

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "completion.svg"
SERVER = next(server for server in SERVERS if server.name == "pyright")
SHOWN = 5  # as many entries of the list as fit

_WIDTH, _TOP, _LEFT = 720, 54, 18
_LINE, _LETTER = 21.0, 7.8  # of a monospaced letter with a size of 13 pixels
_COLOURS = {"keyword": "#8250df", "string": "#0a6640", "name": "#0550ae"}
_TOKEN = re.compile(
    r"(?P<string>\"\"\".*\"\"\")|(?P<keyword>@|\b(?:class|def|None)\b)|(?P<name>(?<=def )\w+)"
)
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" role="img"
  font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<title>An editor completes the payload of a send</title>
<desc>{description}</desc>
<rect width="{width}" height="{height:g}" rx="8" fill="#ffffff" stroke="#d0d7de"/>
<path d="M1 32 H{end}" stroke="#d0d7de"/>
<text x="18" y="21" font-size="12" fill="#57606a">app.py</text>
"""


class Answer(NamedTuple):
    """What the server offers at the cursor."""

    signature: str
    names: list[str]


def typed() -> str:
    """Return the program of the README, up to where its payload begins."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"(?ms)^```python\n(.*?^user_created\.send\(app, )", readme)
    assert found is not None
    return found[1]


def ask() -> Answer:
    """Start the server, open the program in it, and ask what may follow."""
    text = typed()
    with tempfile.TemporaryDirectory(prefix="aldis-picture-") as name:
        path = Path(name).resolve() / "app.py"
        path.write_text(text, encoding="utf-8")
        return asyncio.run(_ask(path, text))


async def _ask(path: Path, text: str) -> Answer:
    command = (SERVER.program, *SERVER.command[1:])
    folder = path.parent
    async with editing(command, folder, environment(folder), dict(SETTINGS)) as editor:
        document = editor.open(path, text)
        names = await editor.completions(document, len(text))
        signature = await editor.signature(document, len(text))
    return Answer("" if signature is None else signature.label, names[:SHOWN])


def drawn(text: str, answer: Answer) -> str:
    """Draw an editor with the declaration, the line that is typed, and what is offered there."""
    declaration = re.search(r"^@Signal\n.*?\"\"\"$", text, re.DOTALL | re.MULTILINE)
    assert declaration is not None
    before = [*str(declaration[0]).splitlines(), "", text.splitlines()[-2]]
    last = text.splitlines()[-1]
    hint = _TOP + len(before) * _LINE
    at = hint + 2 * _LINE
    parts = [
        *(_code(line, _TOP + number * _LINE) for number, line in enumerate(before)),
        _box(_LEFT - 6, hint - 8, len(answer.signature) * _LETTER + 12, "#f6f8fa"),
        _code(answer.signature, hint + 8),
        _code(last, at),
        *_offered(answer.names, _LEFT + len(last) * _LETTER, at),
    ]
    height = at + (len(answer.names) + 1) * _LINE + 12
    description = f"After {last.strip()} the editor shows {', '.join(answer.names[:2])}"
    head = _HEAD.format(
        width=_WIDTH, end=_WIDTH - 1, height=height, description=escape(description)
    )
    return "\n".join([head.rstrip(), *parts, "</svg>\n"])


def _offered(names: list[str], x: float, y: float) -> Iterator[str]:
    yield f'<path d="M{x:g} {y - 12:g} v16" stroke="#0969da" stroke-width="2"/>'
    yield _box(x, y + 7, 190, "#ffffff", len(names) * _LINE + 8)
    yield f'<rect x="{x + 4:g}" y="{y + 11:g}" width="182" height="{_LINE:g}" fill="#ddf4ff"/>'
    for number, name in enumerate(names, 1):
        yield _code(name, y + 5 + number * _LINE, x + 14)


def _box(x: float, y: float, width: float, fill: str, height: float = 24) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" '
        f'fill="{fill}" stroke="#d0d7de"/>'
    )


def _code(line: str, y: float, x: float = _LEFT) -> str:
    """Draw a line of code; its length is set, since a reader may have another font."""
    if not line:
        return ""
    text = "".join(_coloured(line))
    length = len(line.rstrip()) * _LETTER
    return (
        f'<text x="{x:g}" y="{y:g}" fill="#1f2328" textLength="{length:g}" '
        f'xml:space="preserve">{text}</text>'
    )


def _coloured(line: str) -> Iterator[str]:
    end = 0
    for found in _TOKEN.finditer(line.rstrip()):
        yield escape(line[end : found.start()])
        yield f'<tspan fill="{_COLOURS[str(found.lastgroup)]}">{escape(found[0])}</tspan>'
        end = found.end()
    yield escape(line.rstrip()[end:])


def main() -> None:
    """Start the server, and draw what it says."""
    if SERVER.missing:
        sys.exit("pyright is not installed beside this interpreter")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(typed(), ask()), encoding="utf-8")


if __name__ == "__main__":
    main()
