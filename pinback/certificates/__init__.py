"""Paper that can be checked: a certificate for one award, and one sheet for all badges of a holder, as PDF.

Pure functions from plain values and templates to bytes. WeasyPrint draws, and is imported only where something is drawn: it comes
with the extra ``pinback[pdf]`` and needs the system library pango. Nothing here knows records, registers or the network.

ISO 32000-1 (PDF 1.7), ISO 14289-1 (PDF/UA-1), ISO/IEC 18004 (QR).
"""

from pinback.certificates.certificate import Certificate, Picture, certificate_pdf
from pinback.certificates.printing import PAPERS, Font, Paper, Printer
from pinback.certificates.sheet import Entry, Sheet, sheet_pdf

__all__ = [
    "PAPERS",
    "Certificate",
    "Entry",
    "Font",
    "Paper",
    "Picture",
    "Printer",
    "Sheet",
    "certificate_pdf",
    "sheet_pdf",
]
