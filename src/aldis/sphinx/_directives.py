"""The directives: `py:signal`, `autosignal`, and those of plain data, some of which are signals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes

# extensions may use these, though they are not in an `__all__`
from sphinx.domains.python import (  # type: ignore[attr-defined]
    PyField,  # pyright: ignore[reportPrivateImportUsage]
    PyGroupedField,  # pyright: ignore[reportPrivateImportUsage]
    PyTypedField,  # pyright: ignore[reportPrivateImportUsage]
    PyVariable,
)
from sphinx.util import logging
from sphinx.util.docfields import Field
from sphinx.util.docutils import SphinxDirective, switch_source_input

from aldis.sphinx._finding import FindingError, find
from aldis.sphinx._members import described
from aldis.sphinx._public import public
from aldis.sphinx._seen import seen_signals

if TYPE_CHECKING:
    from docutils.nodes import Node
    from docutils.parsers.rst import Directive
    from sphinx.directives import ObjectDescription
    from sphinx.util.typing import OptionSpec

logger = logging.getLogger(__name__)


class SignalDescription(PyVariable):
    """`.. py:signal:: name(sender: App, /, *, user_id: int) -> None`."""

    option_spec: ClassVar[OptionSpec] = {
        **PyVariable.option_spec,
        "async": directives.flag,
        "event": directives.flag,
        "namespace": directives.unchanged,  # the name in it
    }
    doc_field_types = [  # noqa: RUF012  # as Sphinx declares it
        PyTypedField(
            "sender",
            label="Sender",
            names=("sender",),
            typenames=("sendertype",),
            typerolename="class",
            can_collapse=True,
        ),
        PyTypedField(
            "payload",
            label="Payload",
            names=("payload", "param", "parameter", "arg", "argument", "keyword", "kwarg"),
            typenames=("paytype", "paramtype", "type"),
            typerolename="class",
            can_collapse=True,
        ),
        Field("returnvalue", label="Receivers return", has_arg=False, names=("returns", "return")),
        PyField(
            "returntype",
            label="Type of a result",
            has_arg=False,
            names=("rtype",),
            bodyrolename="class",
        ),
        PyGroupedField(
            "exceptions",
            label="Raises",
            rolename="exc",
            names=("raises", "raise", "exception", "except"),
            can_collapse=True,
        ),
    ]

    @property
    def _kind(self) -> str:
        return "event" if "event" in self.options else "signal"

    def needs_arglist(self) -> bool:
        """Show parentheses for an event without payload."""
        return "event" in self.options

    def get_signature_prefix(self, sig: str) -> list[nodes.Node]:
        """Return the kind as a prefix, as Sphinx does for classes and properties."""
        words = [*(["async"] if "async" in self.options else []), self._kind]
        prefix: list[nodes.Node] = []
        for word in words:
            prefix += [addnodes.desc_sig_keyword("", word), addnodes.desc_sig_space()]
        return prefix

    def handle_signature(self, sig: str, signode: addnodes.desc_signature) -> tuple[str, str]:
        """Show a signal of a namespace as you get it: `signals["saved"]`."""
        if "namespace" not in self.options:
            return super().handle_signature(sig, signode)
        path, parenthesis, rest = sig.partition("(")
        called = self.options["namespace"] or path.rpartition(".")[2]
        # Sphinx reads only identifiers, and names may have dashes and dots
        holder = path.strip().removesuffix(called)
        stand_in = re.sub(r"\W", "_", called)
        full_name, prefix = super().handle_signature(
            f"{holder}{stand_in}{parenthesis}{rest}", signode
        )
        name = next(signode.findall(addnodes.desc_name))
        name.clear()
        name += nodes.Text(called)
        place = next(signode.findall(addnodes.desc_addname))
        shown = place.astext().rstrip(".")
        place.clear()
        place += nodes.Text(f'{shown}["')
        name.parent.insert(name.parent.index(name) + 1, addnodes.desc_addname("", '"]'))
        return f"{full_name.removesuffix(stand_in)}{called}", prefix

    def get_index_text(self, modname: str, name_cls: tuple[str, str]) -> str:
        """Return the entry for the general index."""
        path, _, last = name_cls[0].rpartition(".")
        place = ".".join(part for part in (modname, path) if part)
        return f"{last} ({self._kind} in {place})" if place else f"{last} ({self._kind})"


def signal_or(plain: type[ObjectDescription[Any]]) -> type[Directive]:
    """Return a directive for data that describes a signal if autodoc found one."""

    class SignalOrPlain(plain):  # type: ignore[misc, valid-type]  # known only at run time
        """The original directive, except for signals."""

        def run(self) -> list[Node]:
            module = self.options.get("module", self.env.ref_context.get("py:module"))
            # autodoc treats descriptors as methods, and passes a signature
            name = str(self.arguments[0]).partition("(")[0]
            seen = seen_signals(self.env).get(f"{module}.{name}")
            if seen is None:
                if "type" in self.options:
                    self.options["type"] = public(self.options["type"])
                found: list[Node] = super().run()
                return found
            spec = SignalDescription.option_spec
            left_out = {"annotation", "type", "value"}
            options = {k: v for k, v in self.options.items() if k in spec and k not in left_out}
            options |= dict.fromkeys(seen.flags)
            return SignalDescription(
                "py:signal",
                [name + seen.text],
                options,
                self.content,
                self.lineno,
                self.content_offset,
                self.block_text,
                self.state,
                self.state_machine,
            ).run()

    return SignalOrPlain


class AutoSignal(SphinxDirective):
    """`.. autosignal:: package.module.name` documents one signal with autodoc."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {  # noqa: RUF012  # as Sphinx declares it
        "no-index": directives.flag,
        "no-index-entry": directives.flag,
        "noindex": directives.flag,
    }

    def run(self) -> list[Node]:
        """Document the signal with autodoc, or warn that the name is not a signal."""
        name = str(self.arguments[0]).strip()
        try:
            found = find(name, self.env.ref_context.get("py:module"))
        except FindingError as error:
            logger.warning(
                "autosignal:: %s: %s",
                name,
                error,
                type="aldis",
                subtype="autosignal",
                location=self.get_location(),
            )
            return []
        self.env.note_dependency(found.source)
        head, lines = described(found, self.env)
        head += [f"   :{option}:" for option in self.options]
        content = StringList([*head, ""], source="")
        source = f"{found.source}:docstring of {found.module}.{found.path}"
        content.extend(StringList([f"   {line}".rstrip() for line in lines], source=source))
        for text, (origin, offset) in zip(self.content, self.content.items, strict=True):
            content.append(f"   {text}".rstrip(), origin, offset)
        node = nodes.section()
        node.document = self.state.document
        with switch_source_input(self.state, content):
            self.state.nested_parse(content, 0, node)
        return node.children
