"""`**payload: Unpack[SomeTypedDict]`: a payload that a TypedDict declares.

Of the typed core, this module alone loads `typing_extensions` at run time, when it is needed: that
takes as long as the rest of it.
"""

from __future__ import annotations

import inspect
import typing
from types import FunctionType, SimpleNamespace
from typing import Any, NotRequired, Required, get_args, get_origin

import typing_extensions
from typing_extensions import get_type_hints, is_typeddict

# on 3.11 the two are not the same
_UNPACK = (typing_extensions.Unpack, getattr(typing, "Unpack", None))


def typed_dict_items(spec: object, annotation: object) -> dict[str, tuple[object, bool]]:
    """Return type and requiredness of each key, if it is `**payload: Unpack[SomeTypedDict]`.

    Raises:
        NameError: The annotation names something that is not defined.
    """
    annotated = SimpleNamespace(__annotations__={"payload": annotation})
    names: dict[str, object] = getattr(spec, "__globals__", {})
    try:
        hint = get_type_hints(annotated, names, _closure_of(spec), include_extras=True)["payload"]
        typed_dict = get_args(hint)[0] if get_origin(hint) in _UNPACK else None
        typed_dict = get_origin(typed_dict) or typed_dict  # one with type parameters
        if not is_typeddict(typed_dict):
            return {}
        hints = get_type_hints(typed_dict, include_extras=True)
    except NameError:
        raise
    except Exception:  # noqa: BLE001  # an annotation may be any expression, and then says nothing
        return {}
    return {key: (hint, _is_required(typed_dict, key, hint)) for key, hint in hints.items()}


def _closure_of(spec: object) -> dict[str, object]:
    """Return the local names that a nested function's annotations may use."""
    if not isinstance(spec, FunctionType):
        return {}
    return dict(inspect.getclosurevars(spec).nonlocals)


def _is_required(typed_dict: Any, key: str, hint: object) -> bool:
    # `__required_keys__` is wrong on some versions where annotations are strings
    origin = get_origin(hint)
    if origin in (Required, NotRequired):
        return origin is Required
    return key in typed_dict.__required_keys__
