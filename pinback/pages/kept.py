"""What is made of the default theme at some cost, compiled templates and catalogues, kept for the next run.

It lies where Python keeps our own modules as it has compiled them, in ``__pycache__`` beside this one (or wherever
``PYTHONPYCACHEPREFIX`` says), and is as trusted as they are: whoever can write there can change Pinback itself. Nothing of a club's own
theme is ever kept, because code that is kept runs as it is, outside of Jinja's sandbox. Where Python writes no bytecode, or may not,
nothing is written here either.

A file begins with a digest over what it was made from, by what, and over itself; one that does not fit counts as none.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

from pinback.files import FileProblem, read_regular, replace_cache
from pinback.limits import MAX_THEME_FILE

_DIGEST = 32


def kept(name: str, made_by: str, source: bytes, make: Callable[[], bytes]) -> bytes:
    """Return what *make* makes of a file of the default theme, or has made of the same file in an earlier run.

    Args:
        name: of the file in the theme.
        made_by: by what and how: versions of libraries, settings.
        source: the file.
        make: makes it.
    """
    place = _place(name)
    from_ = hashlib.sha256(f"{sys.version}\0{made_by}\0{name}\0".encode() + source).digest()
    if place is None:
        return make()
    try:
        data = read_regular(place, MAX_THEME_FILE)
    except FileProblem:
        data = b""
    if data and data[:_DIGEST] == hashlib.sha256(from_ + data[_DIGEST:]).digest():
        return data[_DIGEST:]
    made = make()
    if not sys.dont_write_bytecode:
        replace_cache(place, hashlib.sha256(from_ + made).digest() + made)
    return made


def _place(name: str) -> Path | None:
    """Return where what is made of a file is kept, or None where Python keeps nothing."""
    try:
        return Path(cache_from_source(str(Path(__file__).with_name(f"theme-{name.replace('/', '-')}.py"))))
    except NotImplementedError:
        return None
