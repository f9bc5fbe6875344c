"""An editor's side of the language server protocol, over pygls: one folder, one server.

Nothing here sleeps. Each wait is for an answer or a notification of the server, and for no longer
than `PATIENCE`.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient
from pygls.protocol import default_converter

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

# A server that takes longer than this for one answer hangs.
PATIENCE = 300.0
# How long to wait for news of a text that was not edited: nothing says that there will be none.
PATIENCE_ELSEWHERE = 5.0
# How a server says that it was disturbed, and how often it may.
ASK_AGAIN = frozenset(
    {
        lsp.LSPErrorCodes.ContentModified,
        lsp.LSPErrorCodes.RequestCancelled,
        lsp.LSPErrorCodes.ServerCancelled,
    }
)
TRIES = 10

# The capabilities of today's editors, on which the offers of a server depend.
CAPABILITIES = lsp.ClientCapabilities(
    general=lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind.Utf16]),
    window=lsp.WindowClientCapabilities(work_done_progress=True),
    workspace=lsp.WorkspaceClientCapabilities(
        configuration=True,
        workspace_folders=True,
        diagnostics=lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
    ),
    text_document=lsp.TextDocumentClientCapabilities(
        completion=lsp.CompletionClientCapabilities(context_support=True),
        hover=lsp.HoverClientCapabilities(
            content_format=[lsp.MarkupKind.Markdown, lsp.MarkupKind.PlainText]
        ),
        signature_help=lsp.SignatureHelpClientCapabilities(
            signature_information=lsp.ClientSignatureInformationOptions(
                parameter_information=lsp.ClientSignatureParameterInformationOptions(
                    label_offset_support=True
                ),
                active_parameter_support=True,
                no_active_parameter_support=True,
            ),
            context_support=True,
        ),
        definition=lsp.DefinitionClientCapabilities(link_support=True),
        publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(version_support=True),
        # without it, the two pyrights do not let themselves be asked
        diagnostic=lsp.DiagnosticClientCapabilities(dynamic_registration=True),
    ),
)


class EditorError(Exception):
    """A server could not be started, took too long, or ended too early."""


@dataclass
class Document:
    """A file that is open: its text is what the editor says, and not what the disk says."""

    path: Path
    text: str
    version: int = 1

    @property
    def uri(self) -> str:
        return self.path.as_uri()

    @property
    def identifier(self) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri)

    def position(self, offset: int) -> lsp.Position:
        """Return where an offset is; the text is ASCII, so that it counts in any encoding."""
        before = self.text[:offset]
        return lsp.Position(before.count("\n"), offset - (before.rfind("\n") + 1))


class Signature(NamedTuple):
    """Signature help: a line, its parameters, and the marked one."""

    label: str
    parameters: tuple[str, ...]
    active: str | None


class Place(NamedTuple):
    """Where a definition is; lines count from zero."""

    path: Path
    line: int


class Problem(NamedTuple):
    """An error that a server reports; lines count from zero."""

    line: int
    message: str


@dataclass
class Editor:
    """An editor with one folder open, and one server."""

    folder: Path
    client: LanguageClient
    capabilities: lsp.ServerCapabilities = field(default_factory=lsp.ServerCapabilities)
    published: dict[str, lsp.PublishDiagnosticsParams] = field(
        default_factory=dict[str, lsp.PublishDiagnosticsParams]
    )
    registered: dict[str, str] = field(default_factory=dict[str, str])  # the methods, by id
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    exit_code: int | None = None

    def open(self, path: Path, text: str) -> Document:
        document = Document(path, text)
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(
                lsp.TextDocumentItem(document.uri, "python", document.version, text)
            )
        )
        return document

    def edit(self, document: Document, text: str) -> None:
        """Make the text another by one change of what lies between their common ends."""
        old, document.version = document.text, document.version + 1
        start = _common(old, text)
        rest = _common(old[start:][::-1], text[start:][::-1])
        change = lsp.TextDocumentContentChangePartial(
            lsp.Range(document.position(start), document.position(len(old) - rest)),
            text[start : len(text) - rest],
        )
        document.text = text
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(document.version, document.uri), [change]
            )
        )

    def save(self, document: Document) -> None:
        document.path.write_text(document.text, encoding="utf-8")
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(document.identifier))

    async def completions(self, document: Document, offset: int) -> list[str]:
        """Return the labels of all that is offered, in the order in which editors show them."""
        found = await answered(
            lambda: self.client.text_document_completion_async(
                lsp.CompletionParams(document.identifier, document.position(offset))
            )
        )
        items = found.items if isinstance(found, lsp.CompletionList) else found
        return [each.label for each in sorted(items or (), key=lambda i: i.sort_text or i.label)]

    async def signature(self, document: Document, offset: int) -> Signature | None:
        """Return the signature that is shown."""
        found = await answered(
            lambda: self.client.text_document_signature_help_async(
                lsp.SignatureHelpParams(document.identifier, document.position(offset))
            )
        )
        if found is None or not found.signatures:
            return None
        shown = found.signatures[found.active_signature or 0]
        parameters = tuple(
            parameter.label
            if isinstance(parameter.label, str)
            else shown.label[slice(*parameter.label)]
            for parameter in shown.parameters or ()
        )
        number = (
            found.active_parameter if shown.active_parameter is None else shown.active_parameter
        )
        # a number beyond the last is how servers say that none is marked
        marked = number is not None and number < len(parameters)
        return Signature(shown.label, parameters, parameters[number or 0] if marked else None)

    async def hover(self, document: Document, offset: int) -> str:
        found = await answered(
            lambda: self.client.text_document_hover_async(
                lsp.HoverParams(document.identifier, document.position(offset))
            )
        )
        if found is None:
            return ""
        contents = found.contents
        parts = contents if isinstance(contents, Sequence) else [contents]
        return "\n".join(part if isinstance(part, str) else part.value for part in parts)

    async def definitions(self, document: Document, offset: int) -> list[Place]:
        found = await answered(
            lambda: self.client.text_document_definition_async(
                lsp.DefinitionParams(document.identifier, document.position(offset))
            )
        )
        places = found if isinstance(found, Sequence) else [found] if found else []
        return [
            Place(_path(place.target_uri), place.target_selection_range.start.line)
            if isinstance(place, lsp.LocationLink)
            else Place(_path(place.uri), place.range.start.line)
            for place in places
        ]

    @property
    def can_be_asked(self) -> bool:
        """Whether the server reports errors on request, and not by itself."""
        offers = self.capabilities.diagnostic_provider is not None
        return offers or lsp.TEXT_DOCUMENT_DIAGNOSTIC in self.registered.values()

    async def problems(self, document: Document) -> list[Problem]:
        """Return the errors of the current text: request them, or wait for them."""
        async with self.news:
            # some servers say only after a while that they can be asked
            await _in_time(self.news.wait_for(lambda: self.can_be_asked or self._told(document)))
        if not self.can_be_asked:
            return _errors(self.published[document.uri].diagnostics)
        report = await answered(
            lambda: self.client.text_document_diagnostic_async(
                lsp.DocumentDiagnosticParams(document.identifier)
            )
        )
        if not isinstance(report, lsp.RelatedFullDocumentDiagnosticReport):
            raise EditorError(f"no full report, though no earlier one was named: {report}")
        return _errors(report.items)

    async def reports(self, document: Document, line: int, *, there: bool) -> bool:
        """Return whether a line is, or is not, reported after the text of another was edited."""
        if self.can_be_asked:
            return _reported(await self.problems(document), line) == there

        def told() -> bool:
            errors = _errors(self.published[document.uri].diagnostics)
            return _reported(errors, line) == there

        async with self.news:
            try:
                await asyncio.wait_for(self.news.wait_for(told), PATIENCE_ELSEWHERE)
            except TimeoutError:
                return False
        return True

    def _told(self, document: Document) -> bool:
        told = self.published.get(document.uri)
        return told is not None and told.version == document.version


async def _in_time(waiting: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(waiting, PATIENCE)
    except (TimeoutError, RuntimeError) as error:
        # pygls raises the latter where the server has ended
        raise EditorError(f"no answer within {PATIENCE:.0f} seconds: {error!r}") from error


def _untyped(thing: object) -> Any:
    """Hide what pygls leaves without types."""
    return thing


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


async def answered(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask, and once more if the server wants to be asked again, since it was busy with an edit."""
    for _ in range(TRIES):
        try:
            return await _in_time(ask())
        except JsonRpcException as error:  # servers are slower than that
            if error.code not in ASK_AGAIN:
                raise EditorError(f"it cannot answer: {error}") from error
    raise EditorError(f"it put off the answer {TRIES} times")


def _reported(problems: Sequence[Problem], line: int) -> bool:
    return any(problem.line == line for problem in problems)


def _path(uri: str) -> Path:
    return Path(uri.removeprefix("file://"))


def _errors(diagnostics: Sequence[lsp.Diagnostic]) -> list[Problem]:
    return [
        Problem(found.range.start.line, str(found.message))
        for found in diagnostics
        if found.severity == lsp.DiagnosticSeverity.Error
    ]


def _converter() -> Converter:
    # lsprotocol 2025.0.0 cannot read what ty, pyrefly and zuban say of notebooks
    converter: Converter = _untyped(default_converter)()
    converter.register_structure_hook(lsp.NotebookDocumentSyncOptions, _no_notebooks)
    return converter


def _no_notebooks(_said: object, _type: object) -> lsp.NotebookDocumentSyncOptions:
    return lsp.NotebookDocumentSyncOptions([])


@asynccontextmanager
async def editing(
    command: Sequence[str], folder: Path, environment: dict[str, str], settings: dict[str, Any]
) -> AsyncGenerator[Editor, None]:
    """Open a folder in an editor with this server, which has ended when the block has.

    Raises:
        EditorError: As soon as the server fails.
    """
    editor = Editor(folder, LanguageClient("aldis-tests", "1", converter_factory=_converter))
    client = editor.client
    _answer(editor, settings)
    # the launchers of both pyrights are parents of the server: all end with the group
    await _untyped(client).start_io(*command, cwd=folder, env=environment, start_new_session=True)
    process = client._server
    if process is None or process.stderr is None:
        raise EditorError(f"{command[0]} did not start")
    # read, since a full pipe would stop the server
    reading = asyncio.create_task(process.stderr.read())
    try:
        answer = await _in_time(
            client.initialize_async(
                lsp.InitializeParams(
                    capabilities=CAPABILITIES,
                    process_id=os.getpid(),
                    root_uri=folder.as_uri(),
                    workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name)],
                    initialization_options={},
                )
            )
        )
        editor.capabilities = answer.capabilities
        client.initialized(lsp.InitializedParams())
        yield editor
        await _in_time(client.shutdown_async(None))
        client.exit(None)
        await _in_time(process.wait())
    except EditorError as error:
        _kill(process)
        told = (await reading).decode(errors="replace")
        raise EditorError(f"{command[0]}: {error}\n{told}") from error
    finally:
        _kill(process)
        await _untyped(client).stop()
        await reading
        editor.exit_code = process.returncode


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a server that has not ended by itself, with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _answer(editor: Editor, settings: dict[str, Any]) -> None:
    """Handle the server's notifications and requests."""
    feature = editor.client.feature

    async def keep(published: lsp.PublishDiagnosticsParams) -> None:
        async with editor.news:
            editor.published[published.uri] = published
            editor.news.notify_all()

    def configure(asked: lsp.ConfigurationParams) -> list[Any]:
        return [settings.get(item.section or "") for item in asked.items]

    async def register(asked: lsp.RegistrationParams) -> None:
        async with editor.news:
            editor.registered |= {entry.id: entry.method for entry in asked.registrations}
            editor.news.notify_all()

    def unregister(asked: lsp.UnregistrationParams) -> None:
        for entry in asked.unregisterations:
            del editor.registered[entry.id]

    def nod(*_: object) -> None:
        """Take note."""

    feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(keep)
    feature(lsp.WORKSPACE_CONFIGURATION)(configure)
    feature(lsp.CLIENT_REGISTER_CAPABILITY)(register)
    feature(lsp.CLIENT_UNREGISTER_CAPABILITY)(unregister)
    for method in (
        lsp.WINDOW_WORK_DONE_PROGRESS_CREATE,
        lsp.WORKSPACE_DIAGNOSTIC_REFRESH,
        lsp.WINDOW_LOG_MESSAGE,
        lsp.WINDOW_SHOW_MESSAGE,
        lsp.PROGRESS,
    ):
        feature(method)(nod)
