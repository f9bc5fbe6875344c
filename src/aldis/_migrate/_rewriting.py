"""Rewrites files: each declaration replaces the statement that made the signal."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from aldis._migrate._declaring import WIDTH, Writer
from aldis._migrate._editable import Edit
from aldis._migrate._imports import has_future_annotations, import_edits
from aldis._migrate._methods import method_edits
from aldis._migrate._naming import Naming, reads_annotations
from aldis._migrate._scope import class_names, scope_of
from aldis._migrate._send_edits import send_edits
from aldis._migrate._spacing import Spacing
from aldis._migrate._stacked import unstacked
from aldis._migrate._statements import (
    call_without_doc,
    documentation_of,
    documentation_statement,
    statement_of,
)
from aldis._migrate._unneeded import Unneeded
from aldis._migrate._wrapping import Wrapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._editable import Source
    from aldis._migrate._plan import Choice, Plan
    from aldis._migrate._statements import Statement


class Rewriting:
    """Rewrites one file.

    Attributes:
        edits: What is replaced in it.
    """

    def __init__(self, source: Source, plan: Plan) -> None:
        self._source = source
        self._plan = plan
        modules = plan.program.modules
        self._module = modules.get(source.path, source.path.stem)
        is_package = source.path.name == "__init__.py"
        self._scope = scope_of(source.tree, self._module, is_package=is_package)
        here = [one for one in plan.changed if one.declaration.statement.path == source.path]
        self._choices = here
        gone = [piece for one in here for piece in self._gone(one)]
        self._unneeded = Unneeded(source, self._scope, plan.program, gone)
        self._scope.forget(self._unneeded.names)
        self._naming = Naming(self._module, self._scope, set(modules.values()))
        self._reserve()
        self._has_future = has_future_annotations(source.tree)
        self._needs_future = self._quotes = False
        self._settle_annotations()
        self._wrapping = Wrapping(self._naming, self._at_run_time, self._annotation)
        self._spacing = Spacing(source, [one.declaration.statement for one in here])
        self.edits = list(self._edits())

    def text(self) -> str:
        """Return the new text of the file.

        Raises:
            ValueError: The edits cannot all be made.
            SyntaxError: The result would not be Python.
        """
        text = self._source.edited(self.edits)
        ast.parse(text)
        return text

    def _reserve(self) -> None:
        """Name what exists at run time before the types for checkers."""
        for choice in self._choices:
            if choice.way == "typed" or (
                choice.way == "instance" and self._is_seen_through(choice)
            ):
                self._naming.run_time_name("aldis.blinker", "typed")
            else:
                self._naming.run_time_name("aldis", "Event" if choice.way == "event" else "Signal")

    def _settle_annotations(self) -> None:
        """Decide how annotations are written: as they are, unevaluated, or as texts."""
        if self._has_future or not self._choices:
            return
        types = [text for one in self._choices for text in _types_in(one)]
        wrappers = [wrapper for one in self._choices for wrapper in one.wrappers]
        if any(self._at_run_time(f"{one.module}.{one.name}") is None for one in wrappers):
            types.append("typing.Any")
        there = [
            self._naming.is_there_at_run_time(text) for text in types
        ]  # each may add an import
        if all(there):
            return
        self._quotes = reads_annotations(self._source.tree)
        self._needs_future = not self._quotes

    def _edits(self) -> Iterator[Edit]:
        declared = [edit for choice in self._choices for edit in self._declared(choice)]
        if self._choices:
            declared.insert(0, self._definitions())
        changed = {one.declaration.symbol: one for one in self._plan.changed}
        elsewhere = [*send_edits(self._source, self._plan.program.sends, changed)]
        elsewhere += unstacked(self._source, self._plan.program.receivers, changed)
        yield from import_edits(
            self._source,
            self._scope,
            self._naming,
            self._spacing,
            needs_future=self._needs_future,
        )
        yield from declared
        yield from elsewhere
        yield from self._unneeded.edits

    def _gone(self, choice: Choice) -> Iterator[tuple[int, int]]:
        """Return the pieces of the file whose names the signals no longer need."""
        statement = statement_of(self._source, choice.declaration)
        assert statement is not None  # noqa: S101  # checked by `changes_of`
        if choice.way in {"own", "method", "event"}:
            yield self._source.ends_of(statement.node)
        elif isinstance(statement.node, ast.AnnAssign):
            yield self._source.ends_of(statement.node.annotation)
        if choice.way == "instance" and not self._is_seen_through(choice):
            yield self._source.ends_of(statement.call)

    def _is_seen_through(self, choice: Choice) -> bool:
        """Whether the untyped signal stays behind a signal of an instance."""
        is_needed = choice.needs_untyped or bool(choice.wrappers)
        return choice.declaration.name is not None or is_needed

    def _definitions(self) -> Edit:
        """Put the wrappers above the first signal of the file, or above the class that has it."""
        first = min(self._choices, key=lambda choice: choice.declaration.statement)
        statement = statement_of(self._source, first.declaration)
        line = first.declaration.statement.line
        if statement is not None and statement.outermost_class is not None:
            line = _first_line(statement.outermost_class)
        line = self._spacing.start_of_comments(line)
        place = self._source.starts[line - 1]
        have = self._spacing.blank_above(line) or 0
        functions = self._wrapping.definitions()
        text = "\n" * (2 - have) + functions + "\n" * (1 + have) if functions else ""
        return Edit(place, place, text)

    def _at_run_time(self, qualified: str) -> str | None:
        known = self._scope.local_name(qualified)
        is_there = known is not None and known.partition(".")[0] in self._scope.at_run_time
        return known if is_there else None

    def _annotation(self, text: str, owner: str | None = None) -> str:
        shadowed = class_names(self._source.tree, owner) if owner else ()
        written = self._naming.text(text, shadowed)
        if self._quotes and not self._naming.is_there_at_run_time(text):
            quote = "'" if '"' in written else '"'
            return f"{quote}{written}{quote}"
        return written

    def _declared(self, choice: Choice) -> Iterator[Edit]:
        statement = statement_of(self._source, choice.declaration)
        assert statement is not None  # noqa: S101  # checked by `changes_of`
        if choice.way == "instance":
            yield from self._of_instance(choice, statement)
        elif choice.way == "method":
            yield from self._of_class(choice, statement)
        else:
            yield from self._in_place(choice, statement)
        documented = documentation_statement(self._source, choice.declaration)
        if documented:
            yield Edit(*documented, "")

    def _in_place(self, choice: Choice, statement: Statement) -> Iterator[Edit]:
        """Replace the statement by a decorated function."""
        declaration, source = choice.declaration, self._source
        start, end = source.ends_of(statement.node)
        indent = source.indent_at(statement.node.lineno)
        decorator = self._decorator(choice, statement, indent)
        lines = [*decorator, *(["@staticmethod"] if declaration.form == "class" else [])]
        owner = declaration.owner if declaration.form == "class" else None
        writer = Writer(lambda text: self._annotation(text, owner), indent)
        function = writer.declaration(
            declaration.target,
            choice.signature,
            documentation_of(declaration),
            sender="" if choice.way == "event" else "sender",
        )
        lines.append(function.removeprefix(indent))
        text = self._commented(lines, (start, end), indent)
        last = max(
            [
                declaration.statement.end_line,
                *(one.span.end_line for one in declaration.documentation),
            ]
        )
        before, after = self._spacing.around(statement.node.lineno, last)
        above = self._spacing.above_comments(statement.node.lineno)
        if above is not None:
            yield above
        yield Edit(start - len(indent), end, f"{before}{indent}{text}")
        if after:
            below = source.starts[last]  # below a comment at its end
            yield Edit(below, below, after)

    def _commented(self, lines: list[str], place: tuple[int, int], indent: str) -> str:
        """Keep the comments of the statement: one behind the function, several above it."""
        source = self._source
        comments = source.comments_between(*place)
        line_end = source.text.find(source.newline, place[1])
        has_trailing = source.comments_between(
            place[1], len(source.text) if line_end < 0 else line_end
        )
        comments = [one for one in comments if not any(one in line for line in lines)]
        if len(comments) == 1 and not has_trailing:
            lines = [*lines[:-1], f"{lines[-1]}  {comments[0]}"]
            comments = []
        return f"\n{indent}".join([*comments, *lines])

    def _decorator(self, choice: Choice, statement: Statement, indent: str) -> list[str]:
        """Return the lines of the decorator."""
        if choice.way in {"own", "event"}:
            kind = "Signal" if choice.way == "own" else "Event"
            return [f"@{self._naming.run_time_name('aldis', kind)}"]
        typed = self._naming.run_time_name("aldis.blinker", "typed")
        made = call_without_doc(self._source, statement, choice.declaration)
        parts = [made, *self._wrapping.options(choice.wrappers)]
        line = f"@{typed}({', '.join(parts)})"
        if len(indent + line) <= WIDTH or "\n" in made:
            return [line]
        return [f"@{typed}(", *(f"    {part}," for part in parts), ")"]

    def _of_instance(self, choice: Choice, statement: Statement) -> Iterator[Edit]:
        """Write the declaration of the instances' signal as a function above the class."""
        source, declaration = self._source, choice.declaration
        outermost = statement.outermost_class
        assert outermost is not None  # noqa: S101  # checked by `changes_of`
        owner = (declaration.owner or outermost.name).removeprefix(f"{self._module}.")
        wanted = f"_{owner.replace('.', '_')}_{declaration.target}"
        name = self._naming.function_name(wanted)
        made = self._made(choice, statement, name)
        target = statement.node.target if isinstance(statement.node, ast.AnnAssign) else None
        start, end = source.ends_of(statement.call)
        if target is not None:
            start, made = source.ends_of(target)[1], f" = {made}"
        yield Edit(start, end, made)
        line = _first_line(outermost)
        indent = source.indent_at(outermost.lineno)
        writer = Writer(self._annotation, indent)
        function = writer.declaration(name, choice.signature, documentation_of(declaration))
        place = source.starts[self._spacing.start_of_comments(line) - 1]
        yield Edit(place, place, f"{function}\n{self._spacing.gap(indent)}")

    def _of_class(self, choice: Choice, statement: Statement) -> Iterator[Edit]:
        """Write the declaration of the instances' signal into the class."""
        declaration = choice.declaration
        method = statement.around[-1]
        assert isinstance(method, ast.stmt)  # noqa: S101  # checked by `may_be_method`
        indent = self._source.indent_at(method.lineno)
        writer = Writer(lambda text: self._annotation(text, declaration.owner), indent)
        signal = self._naming.run_time_name("aldis", "Signal")
        function = writer.declaration(
            declaration.target, choice.signature, documentation_of(declaration), sender="self"
        )
        comments = self._spacing.start_of_comments(statement.node.lineno)
        text = f"{indent}@{signal}.method\n{function}"
        yield from method_edits(self._source, statement, text, comments)

    def _made(self, choice: Choice, statement: Statement, function: str) -> str:
        """Write the expression of the signal: an anonymous one is replaced, others get a view."""
        if not self._is_seen_through(choice):
            return f"{self._naming.run_time_name('aldis', 'Signal')}({function})"
        typed = self._naming.run_time_name("aldis.blinker", "typed")
        made = call_without_doc(self._source, statement, choice.declaration)
        return f"{typed}({made}, {', '.join([function, *self._wrapping.options(choice.wrappers)])})"


def _first_line(node: ast.ClassDef) -> int:
    return min([node.lineno, *(one.lineno for one in node.decorator_list)])


def _types_in(choice: Choice) -> list[str]:
    signature = choice.signature
    sender = [] if choice.way in {"method", "event"} else [signature.sender.text]
    return [*sender, signature.result.text, *(field.type.text for field in signature.fields)]
