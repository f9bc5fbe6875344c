"""Asks pyrefly's language server what it completes; just enough of the protocol for that."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import IO, Any

from harness import environment


class Server:
    """A language server that reads requests and writes answers on its standard streams."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._numbers = count(1)

    def tell(self, method: str, parameters: object) -> None:
        self._write({"method": method, "params": parameters})

    def ask(self, method: str, parameters: object) -> Any:
        """Send a request, and return the result; what the server asks meanwhile gets `null`."""
        number = next(self._numbers)
        self._write({"id": number, "method": method, "params": parameters})
        while True:
            message = self._read()
            if "method" not in message and message.get("id") == number:
                return message["result"]
            if "method" in message and "id" in message:
                self._write({"id": message["id"], "result": None})

    def close(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        self._process.communicate(timeout=30)

    def _write(self, message: dict[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._stream(self._process.stdin)
        stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        stream.flush()

    def _read(self) -> dict[str, Any]:
        stream = self._stream(self._process.stdout)
        length = 0
        while header := stream.readline().strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            message = "the server has ended"
            raise EOFError(message)
        found: dict[str, Any] = json.loads(stream.read(length))
        return found

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


def completed_by_pyrefly(source: str, folder: Path) -> set[str]:
    """Return the names of parameters that pyrefly offers at the `|` of a program."""
    before, _, after = source.partition("|")
    uri = (folder / "program.py").as_uri()
    server = Server([str(Path(sys.executable).parent / "pyrefly"), "lsp"], folder)
    server.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
    server.tell("initialized", {})
    document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
    server.tell("textDocument/didOpen", {"textDocument": document})
    place = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
    offered = server.ask(
        "textDocument/completion", {"textDocument": {"uri": uri}, "position": place}
    )
    server.close()
    labels: set[str] = {item["label"] for item in offered["items"]}
    return {label.removesuffix("=") for label in labels if label.endswith("=")}
