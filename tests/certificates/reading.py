"""What a reader finds in a PDF: its words, what is attached, and what a telephone sees in the codes."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import zxingcpp


def pages(data: bytes) -> int:
    """Return how many pages there are."""
    return len(pypdf.PdfReader(io.BytesIO(data)).pages)


def words(data: bytes) -> str:
    """Return all words, page after page, with single blanks between them."""
    found = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    return " ".join(" ".join(found).split())


def attached(data: bytes) -> dict[str, bytes]:
    """Return the attached files by name."""
    return {name: found[0] for name, found in pypdf.PdfReader(io.BytesIO(data)).attachments.items()}


def codes(data: bytes, dots: int = 300) -> list[str]:
    """Return what the QR codes say, page after page, on paper printed with so many dots an inch."""
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            picture = page.render(scale=dots / 72).to_pil()
            found += [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def outside(data: bytes, margin_mm: float = 8) -> list[tuple[float, float, float, float]]:
    """Return the boxes of letters (left, bottom, right, top, in points) that stand nearer to the edge than a margin."""
    edge = margin_mm / 25.4 * 72
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            for number in range(text.count_chars()):
                left, bottom, right, top = box = text.get_charbox(number)
                if left < right and (left < edge or bottom < edge or right > width - edge or top > height - edge):
                    found.append(box)
    return found
