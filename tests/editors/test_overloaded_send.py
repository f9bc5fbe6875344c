"""The reason why `send` has no overloads: a limit of pyrefly, described in docs/limits.md."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the editor of these tests is made of pygls")
if sys.version_info >= (3, 14):
    pytest.skip("pygls calls what asyncio deprecates there", allow_module_level=True)

from editor_client import editing
from editor_servers import SERVERS, SETTINGS, environment

_SENDING = """\
from typing import Any, Callable, Concatenate, Generic, ParamSpec, TypeVar, overload

S = TypeVar("S")
P = ParamSpec("P")


class Signal(Generic[S, P]):
    def __init__(self, spec: Callable[Concatenate[S, P], None]) -> None: ...

    {send}


@Signal
def saved(sender: int, /, *, path: str, size: int) -> None: ...


saved.send(1, |)
"""

_ONE = "def send(self, sender: S, /, *args: P.args, **kwargs: P.kwargs) -> None: ..."
_TWO = f"""@overload
    {_ONE}
    @overload
    def send(self) -> None: ...
    def send(self, *args: Any, **kwargs: Any) -> None: ..."""


async def completed_by_pyrefly(source: str, folder: Path) -> set[str]:
    """Return the names of parameters that are offered at the `|` of a program."""
    pyrefly = next(server for server in SERVERS if server.name == "pyrefly")
    if pyrefly.missing:
        pytest.skip("pyrefly is not installed beside this interpreter")
    before, _, after = source.partition("|")
    command = (pyrefly.program, *pyrefly.command[1:])
    async with editing(command, folder, environment(folder), dict(SETTINGS)) as editor:
        document = editor.open(folder / "program.py", before + after)
        labels = await editor.completions(document, len(before))
    return {label.removesuffix("=") for label in labels if label.endswith("=")}


@pytest.mark.parametrize(("send", "found"), [(_ONE, True), (_TWO, False)], ids=["one", "overloads"])
def test_pyrefly_completes_the_payload_unless_send_is_overloaded(
    send: str, found: bool, tmp_path: Path
) -> None:
    offered = asyncio.run(completed_by_pyrefly(_SENDING.format(send=send), tmp_path))
    # a limit of pyrefly that is gone is one less for the page, and `send` could have overloads
    assert ({"path", "size"} <= offered) == found
