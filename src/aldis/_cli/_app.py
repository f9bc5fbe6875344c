"""The command line: `list`, `graph` and `trace`.

What typer calls only notes what is to be done. That is done when it has returned, so that neither a
program's exit nor its traceback pass through it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

from typer import Argument, Context, Option, Typer

from aldis._cli._drawing import draw_graph
from aldis._cli._importing import InputError
from aldis._cli._listing import list_signals

# what is to be done, which returns the exit code
Action: TypeAlias = Callable[[], int]

app = Typer(
    help="Show the signals of a package, and what they do in a program.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

PackageName = Annotated[
    str, Argument(metavar="PACKAGE", help="A package or module, as in an import statement.")
]
Skipped = Annotated[
    list[str],
    Option("--skip", metavar="MODULE", help="Leave out a module of the package; may be repeated."),
]


@app.callback()
def options() -> None:
    """Show the signals of a package, and what they do in a program."""


@app.command("list")
def plan_list(context: Context, package: PackageName, skip: Skipped = []) -> None:  # noqa: B006
    """Print every signal of a package, with the receivers that are connected now.

    Piped, it prints one line for each fact.
    """
    context.obj.append(partial(list_signals, package, skip))


@app.command("graph")
def plan_graph(
    context: Context,
    package: PackageName,
    output: Annotated[
        Path | None,
        Option(
            "--output", "-o", metavar="FILE", help="Ends in .svg, .png, .mmd (Mermaid) or .dot."
        ),
    ] = None,
    skip: Skipped = [],  # noqa: B006
) -> None:
    """Draw who sends what to whom; without a file, print it as Mermaid text."""
    context.obj.append(partial(draw_graph, package, skip, output))


def run(arguments: list[str]) -> int:
    """Run the command.

    Args:
        arguments: The command line, less the program's name.

    Returns:
        The exit code: 2 where the input is wrong.
    """
    actions: list[Action] = []
    try:
        app(arguments, prog_name="aldis", obj=actions)
    except SystemExit as exit_:
        if not actions:  # help was asked for, or the command line is wrong
            return exit_.code if isinstance(exit_.code, int) else 2
    try:
        return max(action() for action in actions)
    except InputError as error:
        sys.stderr.write(f"aldis: {error}\n")
        return 2
