"""Compares the names in the documentation of a signal with the sends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aldis._migrate._model import Declaration
    from aldis._migrate._plan import Signature

_QUOTED = re.compile(r"(?:`{1,2}|\*{1,2})([A-Za-z_]\w*)(?:`{1,2}|\*{1,2})")
_SURE = (
    re.compile(r":(?:param|keyword|kwarg|arg)\s+(?:[\w.\[\]]+\s+)?([A-Za-z_]\w*)\s*:"),
    re.compile(r"(?:`{1,2}|\*{1,2})([A-Za-z_]\w*)(?:`{1,2}|\*{1,2})\s+(?:kwarg|keyword|argument)"),
)
_NO_PAYLOAD = frozenset({"sender", "self", "kwargs"})


def differences(declaration: Declaration, signature: Signature) -> Iterator[str]:
    """Yield the names that are documented and not sent, and those that are sent and not documented.

    Texts that document nothing of the payload are skipped.
    """
    text = "\n".join(part.text for part in declaration.documentation)
    sent = [field.name for field in signature.fields]
    quoted = set(_QUOTED.findall(text))
    sure = {name for pattern in _SURE for name in pattern.findall(text)}
    for name in sorted(sure - set(sent) - _NO_PAYLOAD):
        yield f"the documentation names `{name}`, which no send gives"
    if any(name in quoted | sure for name in sent):
        for name in sent:
            if name not in quoted | sure and not re.search(rf"\b{name}\b", text):
                yield f"the documentation does not name `{name}`, which is sent"
