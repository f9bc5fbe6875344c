"""Shows what the relays of a package publish and deliver, and which changes break receivers."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from aldis._cli._importing import InputError, import_package
from aldis._cli._output import standard_output
from aldis.exceptions import MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path


def list_topics(package: str) -> int:
    """Print a line for each topic and relay of a package; return the exit code."""
    failures = _imported(package)
    from aldis.relay._document import uses  # noqa: PLC0415  # it needs the extra

    with standard_output():
        sys.stdout.writelines(f"{use}\n" for use in uses())
    return failures


def write_document(package: str, check: Path | None) -> int:
    """Print the AsyncAPI document of a package, or what broke since a committed one.

    Returns:
        The exit code: 1 where a change would break a receiver.
    """
    failures = _imported(package)
    from aldis.relay._document import document  # noqa: PLC0415  # as above

    version = getattr(sys.modules[package], "__version__", "0")
    found = document(package, str(version))
    with standard_output():
        if check is None:
            sys.stdout.write(f"{json.dumps(found, indent=2, ensure_ascii=False)}\n")
            return failures
        lines = _broken_since(check, found)
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return max(failures, int(bool(lines)))


def _imported(package: str) -> int:
    """Import a package, whose relays are known then; return the exit code.

    Raises:
        InputError: It cannot be imported, has no relays, or the extra is not installed.
    """
    try:
        import_module("aldis.relay")  # an extra of its own
    except MissingExtraError as error:
        raise InputError(str(MissingExtraError("aldis relay", error.extra))) from None
    failures = import_package(package).failures
    for failure in failures:
        sys.stderr.write(f"aldis: {failure}\n")
    if not sys.modules["aldis.relay._relay"].relays:
        reason = "a relay is known if it is made when its module is imported"
        raise InputError(f"there are no relays in {package}; {reason}")
    return 2 if failures else 0


def _broken_since(path: Path, found: dict[str, Any]) -> list[str]:
    """Return what would break a receiver since a committed document.

    Raises:
        InputError: It cannot be read, or is not one.
    """
    from aldis.relay._changes import breaking  # noqa: PLC0415  # it needs the extra

    committed = _read(path)
    try:
        return [*breaking(committed, found)]
    except (AttributeError, LookupError, TypeError):
        raise InputError(_no_document(path)) from None


def _read(path: Path) -> dict[str, Any]:
    """Read a document.

    Raises:
        InputError: It cannot be read, or is not one.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        _ = found["components"]["messages"]
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError):
        raise InputError(_no_document(path)) from None
    return found  # type: ignore[no-any-return]  # of JSON


def _no_document(path: Path) -> str:
    return f"{path} is not an AsyncAPI document of `aldis relay asyncapi`"
