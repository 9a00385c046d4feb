"""Draw in a process of its own, within limits: what a drawing makes of a library in C or Rust ends nobody's run.

Such a library is interrupted by no timer of Python's, and may end the process in which it runs where it gets no memory. The
process imports from where this one does, knows nothing else of it, and takes some hundredths of a second.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys

from pinback.errors import PictureError
from pinback.limits import MAX_DRAWING_MEMORY, MAX_DRAWING_SECONDS

_WAITING = 12
"""How many times as long a busy machine may take for as many seconds of work."""
_PROGRAM = """
import json, sys
asked = json.load(sys.stdin)
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"],) * 2)
except (ImportError, OSError, ValueError):
    pass
sys.path[:] = asked["path"]
from importlib import import_module
draw = getattr(import_module(asked["module"]), asked["function"])
try:
    drawn = draw(**asked["given"])
except BaseException as error:
    sys.exit(str(error))
sys.stdout.buffer.write(drawn)
"""


def drawn_aside(module: str, function: str, **given: str | int | list[str]) -> bytes:
    """Return what a function of a module returns for values that JSON can hold.

    Raises:
        PictureError: the drawing cannot be drawn, or takes too much.
    """
    asked = {
        "module": module,
        "function": function,
        "given": given,
        "path": sys.path,
        "seconds": math.ceil(MAX_DRAWING_SECONDS),
        "memory": MAX_DRAWING_MEMORY,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM],
            input=json.dumps(asked).encode("ascii"),
            capture_output=True,
            timeout=MAX_DRAWING_SECONDS * _WAITING,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    if done.returncode == 1:
        raise cannot(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    if done.returncode:
        raise _too_much()
    return done.stdout


def cannot(error: object) -> PictureError:
    """Return what is said of a drawing at which a library stumbles."""
    return PictureError(f"the SVG cannot be drawn ({error})", "save it again as plain SVG")


def _too_much() -> PictureError:
    return PictureError(
        f"the SVG takes more than {MAX_DRAWING_SECONDS:g} seconds or {MAX_DRAWING_MEMORY >> 20} MB to draw",
        "make it simpler: smaller patterns, fewer masks, clips, gradients and see-through parts, no numbers near nothing",
    )
