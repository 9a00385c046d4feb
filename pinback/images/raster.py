"""The one door to resvg, which turns SVG into pixels. Nothing of the computer's own fonts or files takes part.

Beside CairoSVG (``draw``), which draws the SVG files of clubs when they are frozen: those must not change with another library. Here
designs are drawn, once, when they are frozen, and for cards the pictures that are not frozen yet (docs/decisions/0014 and 0021).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import resvg_py

from pinback.errors import PictureError
from pinback.limits import MAX_DRAWING_MEMORY, MAX_DRAWING_SECONDS

_OUTSIDE = re.compile(r"""href\s*=\s*["'](?!data:image/|#)|<!DOCTYPE""")
"""NOTE: resvg opens any file of the computer that an ``<image>`` names, so that none may come this far."""
_ASIDE = """
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
except (ImportError, OSError, ValueError):
    pass
import resvg_py
try:
    drawn = resvg_py.svg_to_bytes(**json.load(sys.stdin))
except BaseException as error:
    sys.exit(str(error))
sys.stdout.buffer.write(drawn)
"""


def svg_to_png(svg: str, width: int, height: int, font_files: Sequence[Path] = (), *, ours: bool = False) -> bytes:
    """Return the drawing as PNG, in its own shape, as large as it fits into this many pixels.

    Args:
        svg: our own or from clean_svg; pictures in it are data URIs.
        width: in pixels.
        height: in pixels.
        font_files: for text in it; without them text is left out.
        ours: whether the drawing is known to take little; any other is drawn in a process of its own, which costs twenty milliseconds.

    Raises:
        PictureError: it cannot be drawn.
    """
    if _OUTSIDE.search(svg):
        raise PictureError("the SVG refers to something outside the file", "put what it needs into it")
    asked: dict[str, Any] = {
        "svg_string": svg,
        "width": width,
        "height": height,
        "skip_system_fonts": True,
        "font_files": [str(path) for path in font_files],
        "font_family": "Noto Sans",
        "serif_family": "Noto Sans",
        "sans_serif_family": "Noto Sans",
        "languages": ["en"],
    }
    if not ours:
        return _aside(asked)
    try:
        return resvg_py.svg_to_bytes(**asked)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a fault of resvg itself comes as PanicException, which is no Exception
        raise _cannot(error) from error


def _aside(asked: dict[str, Any]) -> bytes:
    """Return what resvg draws in a process of its own.

    NOTE: resvg ends the process in which it runs where it gets no memory, as for a pattern that is a million units wide, and no timer of
    Python's interrupts it.
    """
    command = [sys.executable, "-P", "-c", _ASIDE, str(MAX_DRAWING_MEMORY)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asked).encode("ascii"),
            capture_output=True,
            timeout=MAX_DRAWING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    if done.returncode == 1:
        raise _cannot(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    if done.returncode:
        raise _too_much()
    return done.stdout


def _cannot(error: object) -> PictureError:
    return PictureError(f"the SVG cannot be drawn ({error})", "save it again as plain SVG")


def _too_much() -> PictureError:
    return PictureError(
        f"the SVG takes more than {MAX_DRAWING_SECONDS:g} seconds or {MAX_DRAWING_MEMORY >> 20} MB to draw",
        "make it simpler: smaller patterns, fewer masks, clips, gradients and see-through parts",
    )
