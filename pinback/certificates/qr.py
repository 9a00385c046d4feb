"""QR codes as vector pictures, and how large they are printed (ISO/IEC 18004)."""

from __future__ import annotations

import io

from pinback.dataclass import dataclass

QUIET = 4
"""Light modules that a QR needs around it."""
_MODULE = 0.42
"""Millimetres of a module on paper, so that a telephone reads it from an arm's length."""
_SMALLEST, _LARGEST = 28.0, 38.0
"""Millimetres of the whole code, its light rim included."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR: the SVG, and how wide it is printed, in millimetres with its light rim."""

    svg: bytes
    side: float


def code(text: str) -> Code:
    """Return the QR of a text.

    It repairs a quarter of itself where that keeps it small, else less: a link with a long Arabic name has a thousand signs.
    """
    import segno

    made = next((one for level in "QM" if (one := _made(text, level)) and one.symbol_size(border=0)[0] <= 69), None)
    made = made or segno.make(text, error="l", micro=False, boost_error=True)
    modules = made.symbol_size(border=QUIET)[0]
    stream = io.BytesIO()
    made.save(
        stream, kind="svg", border=QUIET, xmldecl=False, svgns=True, nl=False, omitsize=True, light="#fff", dark="#000"
    )
    return Code(stream.getvalue(), round(min(_LARGEST, max(_SMALLEST, modules * _MODULE)), 1))


def _made(text: str, level: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - segno has no types
    import segno

    try:
        return segno.make(text, error=level, micro=False, boost_error=False)
    except segno.DataOverflowError:
        return None
