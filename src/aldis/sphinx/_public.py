"""Shows types of aldis in annotations with their public names, and payloads as written.

Sphinx names a class by the module in which it is defined, which is private. It shows the payload of
`Signal[App, [int]]` as a `repr`, `(<class 'int'>,)`, which it cannot read itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.util.typing import restify

import aldis
import aldis.observing
import aldis.testing
from aldis._static import class_name, is_class, module_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_PRIVATE: Final = re.compile(r"\baldis\._[\w.]*\w")
_GENERIC: Final = re.compile(r"~?\baldis\.(?:\w+\.)*\w+\[")
_DOTTED: Final = re.compile(r"(?<![\w.~'])((?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*)")
_REPRS: Final = (
    (re.compile(r"<class 'NoneType'>"), "None"),
    (re.compile(r"<class '([^']+)'>"), r"\1"),
    (re.compile(r"ForwardRef\('([^']*)'[^)]*\)"), r"\1"),
)
_PAYLOAD_OF_CLASSES: Final = re.compile(r"\(((?:<class '[^']+'>(?:, )?)+),?\)")


def _public_names() -> Iterator[tuple[str, str]]:
    for module in (aldis.testing, aldis.observing, aldis):
        for name in module.__all__:
            thing: object = getattr(module, name)
            if is_class(thing):
                yield f"{module_of(thing)}.{class_name(thing)}", f"{module.__name__}.{name}"


PUBLIC: Final = dict(_public_names())


def public(text: str) -> str:
    """Return an annotation or signature with the public names of aldis's types."""
    text = _PRIVATE.sub(lambda found: PUBLIC.get(found[0], found[0]), text)
    parts: list[str] = []
    end = 0
    for found in _GENERIC.finditer(text):
        if found.start() >= end:
            parts += [text[end : found.end()]]
            arguments, end = _arguments(text, found.end())
            is_short = found[0].startswith("~")
            parts.append(", ".join(_argument(each, is_short=is_short) for each in arguments))
    return "".join([*parts, text[end:]])


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    """Return the arguments up to the closing bracket, and the bracket's position."""
    found: list[str] = []
    depth = 0
    for place in range(start, len(text)):
        character = text[place]
        if character in "[(":
            depth += 1
        elif character in "])" and depth:
            depth -= 1
        elif character == "]" or (character == "," and not depth):
            found.append(text[start:place].strip())
            start = place + 1
            if character == "]":
                return found, place
    return [*found, text[start:].strip()], len(text)


def _argument(text: str, *, is_short: bool) -> str:
    """Return an argument of a generic class; a payload becomes a list."""
    if not (text.startswith("(") and text.endswith(")")):
        return public(text)
    items, _ = _arguments(f"{text[1:-1]}]", 0)
    for pattern, replacement in _REPRS:
        items = [pattern.sub(replacement, item) for item in items]
    if is_short:
        items = [_DOTTED.sub(r"~\1", item) for item in items]
    return f"[{', '.join(public(item) for item in items if item)}]"


# -- called by Sphinx


def name_in_signature(  # noqa: PLR0917  # Sphinx calls it by position
    app: Sphinx,
    what: str,
    name: str,
    thing: object,
    options: object,
    signature: str | None,
    result: str | None,
) -> tuple[str | None, str | None] | None:
    """Rename types in a signature, and in the list below it; for `autodoc-process-signature`."""
    annotations = cast("dict[str, dict[str, str]]", app.env.temp_data.get("annotations") or {})
    for types in annotations.values():
        types.update({key: public(text) for key, text in types.items()})
    named = tuple(text and public(text) for text in (signature, result))
    return None if named == (signature, result) else (named[0], named[1])


def name_in_bases(app: Sphinx, name: str, kind: object, options: object, bases: list[Any]) -> None:
    """Rename base classes; for `autodoc-process-bases`."""
    short = app.config.autodoc_typehints_format == "short"
    for place, base in enumerate(bases):
        text = restify(base, "smart" if short else "fully-qualified-except-typing")
        named = _PRIVATE.sub(lambda found: PUBLIC.get(found[0], found[0]), text)
        if named != text:
            bases[place] = _PAYLOAD_OF_CLASSES.sub(_role, named)


def _role(found: re.Match[str]) -> str:
    names = re.findall(r"'([^']+)'", found[1])
    return f"[{', '.join(f':py:class:`~{name}`' for name in names)}]"


def name_in_references(app: Sphinx, doctree: nodes.document) -> None:
    """Rename the targets of all references; for `doctree-read`."""
    for reference in doctree.findall(addnodes.pending_xref):
        private = str(reference.get("reftarget"))
        if private in PUBLIC:
            reference["reftarget"] = PUBLIC[private]
            for text in [*reference.findall(nodes.Text)]:
                if text == private:
                    text.parent.replace(text, nodes.Text(PUBLIC[private]))
