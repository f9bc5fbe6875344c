"""Keeps changes of the books apart: one lock for every signal, under which nothing else runs.

One lock, since of two a destructor run by the garbage collector may want the second while its
thread holds the first. Whoever changes books prepares what he needs, and then enters it in one go:

    for _ in locked:
        try:
            ...  # has anything changed meanwhile? if not, enter it
        finally:
            release()
        break

In there nothing is called and nothing is made that the collector counts. So neither that, nor, from
3.11 on, a signal handler or another thread comes in between, and there is no destructor to wait for
others: what is let go of is kept in a variable until the function returns. What can fail for want
of memory comes first. CPython looks for signals and for other threads where a function was called
or a loop begins anew, and not between the steps of a `for`; as it does not in `with lock`, which
takes 80 ns more.

Connections end in two steps, after Harris, "A Pragmatic Implementation of Non-Blocking Linked
Lists": first they are marked, all of them at once, by an `order` of None, from when on no send
calls them; then they are struck out of the books. Whoever was interrupted in between, or may not
wait, as a weak reference's callback, leaves them in `dead`. There every change looks before it is
made and after it, and does what is left to do.
"""

from __future__ import annotations

import os
from _thread import RLock, get_ident  # those of `threading`, which is a twelfth of `import aldis`
from collections import deque
from contextlib import suppress
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from weakref import ref

    from aldis._core._links import Link, WeakLink
    from aldis._core._registry import Registry
    from aldis._core._routes import WeakRoute

# who died, or connections that have ended
Ended: TypeAlias = "WeakLink | WeakRoute | tuple[Link, ...]"

# each with the registry in whose books it is
dead: Final[deque[tuple[ref[Registry], Ended]]] = deque()

lock: Final = RLock()


def _for_ever(acquire: Callable[[bool], bool], *, blocking: bool) -> Iterator[bool]:
    """Return steps each of which takes the lock, or tries to.

    They never end: where a signal handler raises `StopIteration` while one waits, it is taken anew.
    """
    return chain.from_iterable(repeat(map(acquire, repeat(blocking))))


locked: Final = _for_ever(lock.acquire, blocking=True)
# for those that would rather do without than wait: each step tells whether it took the lock
attempt: Final = _for_ever(lock.acquire, blocking=False)
release: Final = lock.release


def at_once(steps: Iterator[None]) -> Iterator[None]:
    """Return an iterator that does all these steps in its first one, and then ends.

    They are calls of C functions that return None: it looks in vain for one that does not.
    """
    return filter(None, steps)


def bury() -> None:
    """Do all that is left to do, unless somebody is at the books: he will do it then."""
    while dead and _is_free():
        try:
            home, ended = entry = dead[0]
        except IndexError:  # another thread has done it
            return
        _forget(home, ended)
        for is_taken in attempt:  # pragma: no branch
            try:  # now that nothing failed; who came in between may have done the same
                if is_taken and dead and dead[0] is entry:
                    del dead[0]
            finally:
                if is_taken:
                    release()
            break


def _is_free() -> bool:
    for is_taken in attempt:  # pragma: no branch
        if is_taken:
            release()
        return is_taken
    raise AssertionError  # pragma: no cover  # it never ends


def receiver_died(home: ref[Registry], link: WeakLink) -> None:
    """Be called by a weak reference, perhaps in the middle of anything: so it never waits."""
    dead.append((home, link))
    _bury_if_possible()


def sender_died(home: ref[Registry], route: WeakRoute) -> None:
    """Be called by a weak reference to a sender."""
    dead.append((home, route))
    registry = home()
    if registry is not None:
        registry.drop_route(route)  # at once, or an object at its address would inherit it
    _bury_if_possible()


# the threads in which a weak reference's callback does what is left to do
_burying: Final[set[int]] = set()


def _bury_if_possible() -> None:
    thread = get_ident()
    if thread in _burying:
        return  # the one around this goes on with it: a thousand inside each other are too deep
    try:
        _burying.add(thread)
        # near the limit of recursion it is left to the next change
        with suppress(RecursionError):
            bury()
    finally:
        _burying.discard(thread)


def _forget(home: ref[Registry], ended: Ended) -> None:
    registry = home()
    if registry is not None:
        registry.forget(ended)


# A fork while another thread has the lock would leave it taken in the child, which has no such
# thread. So it is taken before, and not waited for without end, since the other thread may wait for
# a lock that another such function has taken.
_FORK_WAITS: Final = 1.0  # seconds
_forking: Final[dict[int, bool]] = {}  # by thread: has it taken the lock?


def _before_fork() -> None:
    _forking[get_ident()] = lock.acquire(timeout=_FORK_WAITS)


def _after_fork_in_parent() -> None:
    if _forking.pop(get_ident()):
        release()


def _after_fork_in_child() -> None:
    is_ours = _forking.pop(get_ident())
    _forking.clear()  # of threads that are not here
    _burying.clear()
    if is_ours:
        release()
    else:
        renew: Callable[[], None] = getattr(lock, "_at_fork_reinit")  # noqa: B009  # private
        renew()


if hasattr(os, "register_at_fork"):  # pragma: no branch
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
