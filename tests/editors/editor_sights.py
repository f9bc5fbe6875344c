"""Have each server do what it can at each signal, and say in few words what is amiss.

Nothing here knows what any server is expected to do: `editor_expectations` says that.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from editor_client import Document, Editor, Place, Signature, editing
from editor_scenes import APPLICATION, DECLARED, SCENES, Ability, Scene
from editor_servers import CONFIGURATIONS, SETTINGS, Server, environment

# by the kind of signal and the ability: what is amiss; nothing, where all is as it should be
Sights: TypeAlias = "dict[tuple[str, Ability], str]"

# how checkers write `list[tuple[Callable[..., None], None]]`
_SHORT_RESULTS = (
    "list[tuple[(...) -> None, None]]",
    "list[tuple[Callable[..., None], None]]",
)
# the same of an async event, in a coroutine
_SHORT_ASYNC_RESULT = re.compile(r"-> .*list\[tuple\[[^P]*Awaitable\[None\][^P]*, None\]\]")
# how the docstrings of `send` begin
_SEND_DOCS = (
    "Call every live receiver of this sender",
    "Send the signal from this sender",
    "Call every live receiver, in connection order",
    "Call every live receiver, each after the one before",
)


@dataclass(frozen=True)
class Observation:
    """What was seen of one server."""

    server: Server
    sights: Mapping[tuple[str, Ability], str]
    exit_code: int | None
    seconds: float


def observe_all(servers: Iterable[Server]) -> dict[str, Observation]:
    """Start all servers at once, and look at what each does."""

    async def observe() -> list[Observation]:
        return await asyncio.gather(*map(_observe, servers))

    return {seen.server.name: seen for seen in asyncio.run(observe())}


async def _observe(server: Server) -> Observation:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="aldis-editors-") as name:
        folder = _copy(Path(name))
        command = (server.program, *server.command[1:])
        async with editing(command, folder, environment(folder), dict(SETTINGS)) as editor:
            sights = await _sights(editor)
    return Observation(server, sights, editor.exit_code, time.perf_counter() - began)


def _copy(home: Path) -> Path:
    """Copy the application, with the configurations that its authors would keep beside it."""
    folder = home.resolve() / APPLICATION.name
    shutil.copytree(APPLICATION, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, text in CONFIGURATIONS.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


async def _sights(editor: Editor) -> Sights:
    # opened with the wrong line in it; the file on the disk is right
    open_ = {
        scene: editor.open(
            editor.folder / scene.module, scene.broken if scene.is_signal else scene.source
        )
        for scene in SCENES
    }
    seen = await _reported(editor, {s: d for s, d in open_.items() if s.is_signal})
    for scene, document in open_.items():
        at_scene = {
            **await _completion(editor, scene, document),
            **await _signature_help(editor, scene, document),
            **await _looking_up(editor, scene, document),
        }
        seen |= {(scene.kind, ability): words for ability, words in at_scene.items()}
    return seen


# --- diagnostics ---


async def _reported(editor: Editor, open_: Mapping[Scene, Document]) -> Sights:
    seen: Sights = {}
    first = {s: await _lines(editor, document) for s, document in open_.items()}
    for scene, document in open_.items():
        editor.edit(document, scene.source)
    mended = {s: await _lines(editor, document) for s, document in open_.items()}
    for scene, document in open_.items():
        editor.edit(document, scene.broken)
    again = {s: await _lines(editor, document) for s, document in open_.items()}
    for scene, document in open_.items():
        editor.edit(document, scene.source)
        line = scene.connecting_line
        known = line in first[scene]
        wrong = first[scene] | mended[scene] | again[scene]
        seen |= {
            (scene.kind, Ability.RIGHT_LINES): "reports a correct line" if wrong - {line} else "",
            (scene.kind, Ability.WRONG_LINE): "" if known else "does not report it",
            (scene.kind, Ability.FIXED): _gone(known=known, there=line in mended[scene]),
            (scene.kind, Ability.BROKEN): "" if line in again[scene] else "does not report it",
        }
    for scene, document in open_.items():
        await _lines(editor, document)
        if Ability.ELSEWHERE in scene.abilities:
            words = "does not report it"
            # a server that reports no wrong line has nothing to tell here, and may stay silent
            if not seen[scene.kind, Ability.WRONG_LINE]:
                words = await _seen_elsewhere(editor, scene, document, open_[DECLARED])
            seen[scene.kind, Ability.ELSEWHERE] = words
    return seen


async def _lines(editor: Editor, document: Document) -> set[int]:
    return {problem.line for problem in await editor.problems(document)}


def _gone(*, known: bool, there: bool) -> str:
    if there:
        return "still reports it"
    return "" if known else "has nothing to fix"


async def _seen_elsewhere(
    editor: Editor, scene: Scene, document: Document, declaring: Document
) -> str:
    right, line = declaring.text, scene.connecting_line
    editor.edit(declaring, right.replace("user_id: int, username", "user_id: float, username"))
    if not await editor.reports(document, line, there=True):
        editor.save(declaring)
        when_saved = await editor.reports(document, line, there=True)
        editor.edit(declaring, right)
        editor.save(declaring)
        return "reports it only after saving" if when_saved else "does not report it"
    editor.edit(declaring, right)
    gone = await editor.reports(document, line, there=False)
    return "" if gone else "still reports it when the edit is undone"


# --- completion ---


async def _completion(editor: Editor, scene: Scene, document: Document) -> dict[Ability, str]:
    payload = [parameter.name for parameter in scene.payload]
    given, *_ = scene.given.split(", ")
    number = "seconds=1.5" if "seconds" in payload else "user_id=1"

    async def offered(*already: str, letter: str = "", closed: bool = True) -> str:
        names = {argument.split("=")[0] for argument in already}
        text, cursor = scene.typing(scene.arguments(*already) + letter, closed=closed)
        editor.edit(document, text)
        labels = await editor.completions(document, cursor)
        # an editor shows what begins as what is typed
        found = {label[:-1] for label in labels if label.endswith("=") and label.startswith(letter)}
        wanted = {name for name in payload if name.startswith(letter)}
        return names_amiss(found, wanted - names, names)

    return {
        Ability.NAMES: await offered(),
        Ability.NAMES_LEFT: await offered(given),
        Ability.NAMES_AFTER_NUMBER: await offered(number),
        Ability.NAMES_TYPED: _joined(
            *[
                await offered(given, letter=scene.payload[1].name[0], closed=closed)
                for closed in (True, False)
            ]
        ),
        Ability.NAMES_UNCLOSED: _joined(
            await offered(closed=False), await offered(given, closed=False)
        ),
    }


def names_amiss(found: set[str], wanted: set[str], given: set[str]) -> str:
    if not found:
        return "offers no names"
    also = {"what is given": found & given, "the sender": found & {"sender"}}
    others = found - wanted - given - {"sender"}
    missing = wanted - found
    return _joined(
        f"does not offer {', '.join(sorted(missing))}" if missing else "",
        *(f"offers {what}, too" for what, names in also.items() if names),
        f"offers {', '.join(sorted(others))}, too" if others else "",
    )


def _joined(*words: str) -> str:
    """Put together what is amiss, each thing once."""
    parts = (part for several in words for part in several.split("; "))
    return "; ".join(dict.fromkeys(filter(None, parts)))


# --- signature help ---


async def _signature_help(editor: Editor, scene: Scene, document: Document) -> dict[Ability, str]:
    first, *_ = (argument.split("=")[0] for argument in scene.given.split(", "))
    named = scene.payload[1].name

    async def shown(text: str, *, closed: bool) -> Signature | None:
        whole, cursor = scene.typing(text, closed=closed)
        editor.edit(document, whole)
        return await editor.signature(document, cursor)

    async def amiss(*, closed: bool) -> tuple[str, str]:
        at_sender = await shown("", closed=closed)
        at_name = await shown(f"{scene.arguments()}{named}=", closed=closed)
        after = await shown(scene.arguments(), closed=closed)
        later = await shown(scene.arguments(scene.given.split(", ")[0]), closed=closed)
        labels = [signature and signature.label for signature in (at_sender, at_name, after, later)]
        what = _joined(*(signature_amiss(label, scene) for label in labels))
        marked = _joined(
            # there is none to mark where the instance is the sender
            mark_amiss(at_sender, {"sender"} if scene.sender else None, "the sender"),
            mark_amiss(at_name, {named}, "the named one"),
            mark_amiss(after, None, "", never=frozenset({"sender"} if scene.sender else ())),
            mark_amiss(later, None, "", never=frozenset({"sender", first})),
        )
        return what, marked

    what, marked = await amiss(closed=True)
    return {
        Ability.SIGNATURE: what,
        Ability.ACTIVE: marked,
        Ability.SIGNATURE_UNCLOSED: _joined(*await amiss(closed=False)),
    }


def signature_amiss(label: str | None, scene: Scene) -> str:
    if not label:
        return "shows no signature"
    if not re.search(rf"\b{scene.payload[0].name}\b", label):
        return "does not show the payload"
    sender = scene.sender is None or re.search(rf"\bsender ?: ?{scene.sender_type}\b", label)
    return _joined("" if sender else "does not show the sender", _payload_amiss(label, scene))


def _payload_amiss(text: str, scene: Scene) -> str:
    """Say which parts of the payload a text does not show."""
    amiss: dict[str, list[str]] = {"type": [], "default": []}
    for parameter in scene.payload:
        declared = rf"\b{parameter.name} ?: ?{re.escape(parameter.type)}"
        if not re.search(declared, text):
            amiss["type"].append(parameter.name)
        # `0` is as good as `0.0`
        elif parameter.default is not None and not re.search(
            rf"{declared} ?= ?{parameter.default.removesuffix('.0')}(\.0)?\b", text
        ):
            amiss["default"].append(parameter.name)
    defaults = [parameter.name for parameter in scene.payload if parameter.default is not None]
    if amiss["default"] == defaults:
        amiss["default"] = []
        none = "shows no defaults"
    else:
        none = ""
    return _joined(
        none,
        *(
            f"does not show the {what} of {', '.join(names)}"
            for what, names in amiss.items()
            if names
        ),
    )


def mark_amiss(
    shown: Signature | None,
    wanted: set[str] | None,
    which: str,
    never: frozenset[str] = frozenset(),
) -> str:
    """Say whether another parameter is marked than one of these, or one that never should be."""
    if shown is None:
        return "shows no signature"
    match = re.match(r"\*{0,2}(\w+)", shown.active or "")
    marked: str | None = match[1] if match else None
    if wanted is not None and marked not in wanted:
        return f"does not mark {which}" if marked is None else f"marks {marked} instead of {which}"
    return f"still marks {marked}" if marked is not None and marked in never else ""


# --- hover and definition ---


async def _looking_up(editor: Editor, scene: Scene, document: Document) -> dict[Ability, str]:
    source = scene.source
    editor.edit(document, source)
    call = source.index(scene.line)
    signal, _, _ = scene.call.rpartition(".send")
    at_signal = call + len(signal or scene.call) - 1
    shown = await editor.hover(document, at_signal)
    seen = {
        Ability.HOVER: hover_amiss(shown, scene),
        Ability.DEFINITION: places_amiss(
            await editor.definitions(document, at_signal),
            Place(editor.folder / scene.declared_in, scene.declared_line),
        ),
    }
    if scene.is_signal:
        text = _flat(await editor.hover(document, call + len(scene.call) - 1))
        seen[Ability.HOVER_SEND] = send_amiss(text)
    return seen


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def send_amiss(text: str) -> str:
    if any(f"-> {result}" in text for result in _SHORT_RESULTS) or _SHORT_ASYNC_RESULT.search(text):
        result = ""
    elif re.search(r"-> .*\bResultT\b", text):
        result = "shows no declared result"
    else:
        result = "shows no result"
    return _joined(result, "" if any(doc in text for doc in _SEND_DOCS) else "shows no docstring")


def hover_amiss(shown: str, scene: Scene) -> str:
    text = _flat(shown)
    if not text:
        return "shows nothing"
    docstring = "" if scene.doc in text else "does not show its docstring"
    sender = re.search(rf"\b{scene.sender_type}\b", text.partition("---")[0])
    return _joined(
        "" if sender else "does not show the sender", _payload_amiss(text, scene), docstring
    )


def places_amiss(found: list[Place], declaration: Place) -> str:
    if not found:
        return "finds nothing"
    if declaration not in found:
        return "lands elsewhere"
    return "" if len(found) == 1 else "names other places, too"
