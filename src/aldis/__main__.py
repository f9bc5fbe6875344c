"""Runs the command `aldis`: `python -m aldis`."""

from __future__ import annotations

import sys

NEEDED = ("rich", "typer")
INTERRUPTED = 130  # the exit code that shells report for SIGINT


def main() -> int:
    """Run the command on `sys.argv`.

    Returns:
        The exit code: 2 if the input is wrong or the extra `cli` is not installed; 130 if the user
        interrupts it.
    """
    try:
        return _run()
    except KeyboardInterrupt:
        sys.stderr.write("aldis: interrupted\n")
        return INTERRUPTED


def _run() -> int:
    try:
        from aldis._cli import run  # noqa: PLC0415  # needs an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in NEEDED:
            raise
        from aldis._extras import install_line  # noqa: PLC0415  # only this message needs it

        sys.stderr.write(f"aldis: the command needs the extra 'cli': {install_line('cli')}\n")
        return 2
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
