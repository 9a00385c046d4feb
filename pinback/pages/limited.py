"""Templates of a club's own, which may come from a stranger's pull request: a page has so much time, memory and text.

Jinja's sandbox keeps a template from reaching anything of this computer; what it can still do is to go on for ever, or to make a word
of gigabytes out of a line. The system stops it: by a timer, where a page is made in the main thread of a process as
``build``, ``check`` and ``serve`` do, and by the limit on a process's memory on Linux.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from jinja2 import Template
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pinback.limits import MAX_TEMPLATE_BITS, MAX_TEMPLATE_MEMORY, MAX_TEMPLATE_PAGE, MAX_TEMPLATE_SECONDS

_NOW = threading.local()
"""Whether this thread is within a bounded block."""


class TooMuch(Exception):
    """A template takes more than a page may; the message says of what."""


class OwnSandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox without numbers so large that a single product or power of them takes hours, which no timer ends."""

    intercepted_binops = frozenset({"*", "**"})

    def compile(self, *values: Any, **more: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Return a compiled template. What consists of constants is computed here already."""
        with _bounded():
            return super().compile(*values, **more)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Return a product or power."""
        refuse_huge(operator, left, right)
        return self.binop_table[operator](left, right)


def refuse_huge(operator: str, left: object, right: object) -> None:
    """Refuse a product or power that is a number with thousands of digits.

    Raises:
        TooMuch: it is.
    """
    if operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * max(1, abs(right)) if operator == "**" else left.bit_length() + right.bit_length()
        if bits > MAX_TEMPLATE_BITS:
            raise TooMuch("it makes a number larger than any page shows")


class LimitedTemplate(Template):
    """A template that is stopped."""

    def render(self, *values: object, **more: object) -> str:
        """Return the page.

        Raises:
            TooMuch: it takes too long, or is too long.
            MemoryError: it takes too much memory.
        """
        with _bounded():
            page = super().render(*values, **more)
            if len(page) > MAX_TEMPLATE_PAGE:
                raise TooMuch(f"its page has more than {MAX_TEMPLATE_PAGE:,} characters")
            return page


def _bounded() -> contextlib.AbstractContextManager[None]:
    return bounded(MAX_TEMPLATE_SECONDS, MAX_TEMPLATE_MEMORY)


@contextlib.contextmanager
def bounded(seconds: float, memory: int) -> Iterator[None]:
    """Bound the block; what is done within a bounded one counts for that.

    Args:
        seconds: of work.
        memory: bytes more than there are now.

    Raises:
        TooMuch: it takes too long.
        MemoryError: it takes too much memory.
    """
    if getattr(_NOW, "bounded", False):
        yield
        return
    _NOW.bounded = True
    try:
        with _in_memory(memory), _in_time(seconds):
            yield
    finally:
        _NOW.bounded = False


@contextlib.contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """Raise ``TooMuch`` in the block once it has worked for too long."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    late: list[TooMuch] = []

    def stop(number: int, frame: FrameType | None) -> None:
        late.append(TooMuch(f"it takes more than {seconds:g} seconds"))
        raise late[-1]

    told = sys.unraisablehook

    def lost(what: sys.UnraisableHookArgs) -> None:
        if what.exc_type is not TooMuch:
            told(what)

    before = signal.signal(signal.SIGVTALRM, stop)
    # Again and again: what is raised where the interpreter clears an object away is lost, and of ours nothing is said then.
    sys.unraisablehook = lost
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        sys.unraisablehook = told
    if late:  # a library swallowed it, and what it made lacks something
        raise late[-1]


@contextlib.contextmanager
def _in_memory(memory: int) -> Iterator[None]:
    """Let the block have so much memory more than there is now, where Linux keeps account of it."""
    try:
        import resource

        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = now + memory
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
