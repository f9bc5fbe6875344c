"""The command line: `list`, `graph`, `trace`, `record`, `migrate` and `relay`.

The functions that typer calls only plan an action. It runs after typer has returned, so that
neither a program's exit nor its traceback passes through typer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

from typer import Argument, BadParameter, Context, Exit, Option, Typer

from aldis import __version__
from aldis._cli._drawing import draw_graph
from aldis._cli._importing import InputError
from aldis._cli._listing import list_signals
from aldis._cli._migrating import Format, Level, Second, migrate
from aldis._cli._recording import record_module, record_program
from aldis._cli._relaying import list_topics, write_document
from aldis._cli._tracing import Options, trace_module, trace_program
from aldis._migrate._plan import Wishes
from aldis._migrate._request import Request

# a planned action, which returns the exit code
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


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"aldis {__version__}\n")
        raise Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        Option(
            "--version",
            callback=_show_version,
            is_eager=True,  # works without a command
            help="Print the version of aldis and exit.",
        ),
    ] = False,
) -> None:
    """Show the signals of a package, and what they do in a program."""


@app.command("list", short_help="Print every signal of a package, and its receivers.")
def plan_list(context: Context, package: PackageName, skip: Skipped = []) -> None:  # noqa: B006  # typer copies it
    """Print every signal of a package, with the receivers that are connected now.

    Piped, it prints one line for each fact.
    """
    context.obj.append(partial(list_signals, package, skip))


@app.command("graph", short_help="Draw who sends what to whom.")
def plan_graph(
    context: Context,
    package: PackageName,
    output: Annotated[
        Path | None,
        Option(
            "--output", "-o", metavar="FILE", help="Ends in .svg, .png, .mmd (Mermaid) or .dot."
        ),
    ] = None,
    skip: Skipped = [],  # noqa: B006  # typer copies it
) -> None:
    """Draw who sends what to whom; without a file, print it as Mermaid text."""
    context.obj.append(partial(draw_graph, package, skip, output))


@app.command(
    "trace",
    short_help="Run a program, and print every send and its receivers.",
    context_settings={"allow_interspersed_args": False},
)
def plan_trace(  # noqa: PLR0917  # typer calls it by name
    context: Context,
    program: Annotated[
        list[str], Argument(metavar="[--] PROGRAM ARGS", help="A Python file, and its arguments.")
    ] = [],  # noqa: B006  # typer copies it
    module: Annotated[
        str,
        Option(
            "-m", metavar="MODULE ARGS", help="Run a module as python -m does; no PROGRAM then."
        ),
    ] = "",
    output: Annotated[
        Path | None,
        Option("--output", "-o", metavar="FILE", help="Write here instead of to standard error."),
    ] = None,
    chrome: Annotated[
        Path | None,
        Option("--chrome", metavar="FILE", help="Also write a trace for Perfetto: trace.json."),
    ] = None,
    summary: Annotated[
        bool, Option("--summary", help="Print only the table at the end, without the tree.")
    ] = False,
) -> None:
    """Run a program, and print every send, its receivers, times and exceptions."""
    options = Options(output, chrome, has_tree=not summary)
    if module:
        context.obj.append(partial(trace_module, module, program, options))
    elif program:
        context.obj.append(partial(trace_program, program[0], program[1:], options))
    else:
        raise BadParameter("name the PROGRAM to run, or a MODULE with -m")


@app.command(
    "record",
    short_help="Run a program, and record the types that it sends.",
    context_settings={"allow_interspersed_args": False},
)
def plan_record(
    context: Context,
    output: Annotated[
        Path, Option("--output", "-o", metavar="FILE", help="Where to write it: a JSON file.")
    ],
    program: Annotated[
        list[str], Argument(metavar="[--] PROGRAM ARGS", help="A Python file, and its arguments.")
    ] = [],  # noqa: B006  # typer copies it
    module: Annotated[
        str,
        Option(
            "-m", metavar="MODULE ARGS", help="Run a module as python -m does; no PROGRAM then."
        ),
    ] = "",
) -> None:
    """Run a program, and record the types that its signals send, their lines and receivers.

    In the program, `import blinker` imports aldis.blinker. No values are recorded.
    """
    if not module and program[:1] == ["-m"]:  # after `--`
        module, program = "".join(program[1:2]), program[2:]
    if module:
        context.obj.append(partial(record_module, module, program, output))
    elif program:
        context.obj.append(partial(record_program, program[0], program[1:], output))
    else:
        raise BadParameter("name the PROGRAM to run, or a MODULE with -m")


@app.command("migrate", short_help="Turn a program's blinker signals into declarations.")
def plan_migrate(  # noqa: PLR0917  # typer calls it by name
    context: Context,
    paths: Annotated[
        list[Path], Argument(metavar="PATH...", help="Files and folders of the program.")
    ],
    level: Annotated[
        Level, Option("--level", help="What to write: stubs, typed views, or aldis's signals.")
    ] = Level.TYPED,
    record: Annotated[
        list[Path], Option("--record", metavar="FILE", help="A file of aldis record; repeatable.")
    ] = [],  # noqa: B006  # typer copies it
    select: Annotated[
        list[str], Option("--select", metavar="GLOB", help="Only these signals; repeatable.")
    ] = [],  # noqa: B006  # typer copies it
    second: Annotated[
        Second | None, Option("--second", help="Ask this checker for types, too.")
    ] = None,
    test: Annotated[
        str | None, Option("--test", metavar="CMD", help="Run this before and after writing.")
    ] = None,
    stubs: Annotated[
        Path, Option("--stubs", metavar="FOLDER", help="Where --level types writes.")
    ] = Path("typings"),
    report: Annotated[Format, Option("--format", help="The format of the report.")] = Format.TEXT,
    write: Annotated[bool, Option("--write", help="Write the files.")] = False,
    check: Annotated[
        bool, Option("--check", help="Exit with 1 if a signal could be declared or disagrees.")
    ] = False,
    unsafe: Annotated[
        bool, Option("--unsafe", help="Give defaults to arguments that some sends omit.")
    ] = False,
    force: Annotated[
        bool, Option("--force", help="Write even if git could not restore the files.")
    ] = False,
    methods: Annotated[
        bool, Option("--methods", help="At level own, make signals of instances Signal.method.")
    ] = False,
    events: Annotated[
        bool, Option("--events", help="At level own, make signals without a sender events.")
    ] = False,
) -> None:
    """Turn a program's blinker signals into declarations; print a diff, and write nothing."""
    wishes = Wishes(level.value, tuple(select), unsafe=unsafe, methods=methods, events=events)
    request = Request(
        tuple(paths), wishes, write, check, force, report.value, test, stubs, Path.cwd()
    )
    context.obj.append(partial(migrate, request, record, second=second is not None))


relay = Typer(help="Show what the relays of a package publish and deliver.", no_args_is_help=True)
app.add_typer(relay, name="relay")


@relay.command("topics", short_help="Print each topic, and who publishes or delivers it.")
def plan_topics(context: Context, package: PackageName) -> None:
    """Print one line for each topic that a relay publishes or delivers."""
    context.obj.append(partial(list_topics, package))


@relay.command("asyncapi", short_help="Print an AsyncAPI 3.0 document of a package.")
def plan_asyncapi(
    context: Context,
    package: PackageName,
    check: Annotated[
        Path | None,
        Option(
            "--check",
            metavar="FILE",
            help="Print what would break a receiver since this document; exit with 1 then.",
        ),
    ] = None,
) -> None:
    """Print an AsyncAPI 3.0 document of what the relays of a package publish and deliver."""
    context.obj.append(partial(write_document, package, check))


def _end_options(arguments: list[str]) -> list[str]:
    """Insert `--` after `-m MODULE`: later arguments belong to the module, as for Python itself.

    `-mMODULE` is the same.
    """
    if arguments[:1] not in (["trace"], ["record"]):
        return arguments
    takes_value = False
    for place, argument in enumerate(arguments[1:], start=1):
        if takes_value:
            takes_value = False
        elif argument == "-m" and place + 1 < len(arguments):
            return [*arguments[: place + 2], "--", *arguments[place + 2 :]]
        elif argument.startswith("-m") and argument != "-m":
            return [*arguments[: place + 1], "--", *arguments[place + 1 :]]
        elif argument in {"-o", "--output", "--chrome"}:
            takes_value = True
        elif argument == "--" or not argument.startswith("-"):
            break
    return arguments


def run(arguments: list[str]) -> int:
    """Run the command.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        The exit code: 2 if the input is wrong.
    """
    actions: list[Action] = []
    try:
        app(_end_options(arguments), prog_name="aldis", obj=actions)
    except SystemExit as exit_:
        if not actions:  # after help, or if the command line is wrong
            return exit_.code if isinstance(exit_.code, int) else 2
    try:
        return max(action() for action in actions)
    except InputError as error:
        sys.stderr.write(f"aldis: {error}\n")
        return 2
