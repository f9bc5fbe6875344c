"""What to install for a feature that needs more than aldis itself.

The requirements are named, and not the extra: installing them works the same whether aldis came
from a package index, a wheel or a clone.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires


def install_line(extra: str) -> str:
    """Return the command that installs what an extra of aldis requires.

    Args:
        extra: Its name, as in `pyproject.toml`.

    Returns:
        The command. If nothing is known of the extra, because aldis was not installed but only
        put on the path, it is words instead.
    """
    try:
        required = requires("aldis") or []
    except PackageNotFoundError:
        required = []
    of_extra = re.compile(rf"""([^;]+?)\s*;\s*extra\s*==\s*["']{re.escape(extra)}["']""")
    wanted = [found[1] for each in required if (found := of_extra.fullmatch(each))]
    if not wanted:
        return f"install what the extra {extra!r} of aldis requires"
    return " ".join(["pip install", *(f"'{each}'" for each in wanted)])
