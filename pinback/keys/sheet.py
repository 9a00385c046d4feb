"""The recovery sheet: what is printed once when keys are made, to be kept on paper.

It goes to the screen or straight to a printer, never to a file (TRUST §1). The QR holds the code alone.
"""

from __future__ import annotations

import io
import textwrap

from pinback.proofs.keys import PublicKey

_WIDTH = 72


def recovery_sheet(issuer: str, did: str, code: str, key: PublicKey, day: str) -> str:
    """Return the sheet as text of at most 72 columns.

    Args:
        issuer: the issuer's name.
        did: its DID.
        code: the code, printed form.
        key: the Ed25519 key, whose name is the fingerprint.
        day: when it was made.
    """
    rule = "─" * _WIDTH
    parts = [
        rule,
        f"RECOVERY SHEET   {issuer}",
        rule,
        "",
        f"    {code}",
        "",
        _paragraph(
            "This code opens the club's keys, the file keys.age in its repository. Whoever has both can issue badges in the club's name."
        ),
        "",
        _paragraph(
            "Keep this sheet with the club's papers, and a second copy with another person. Never photograph it, never send it by e-mail or chat, never type it into a web page but the club's own repository settings."
        ),
        "",
        f"Issuer  {did}",
        f"Key     {key.id}",
        f"Made    {day}",
        "",
        "If this sheet is lost    make new keys while the old ones still open.",
        "If it may be stolen      withdraw the keys at once, then make new ones.",
        "",
        _qr(code),
        rule,
    ]
    return "\n".join(parts) + "\n"


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH)


def _qr(code: str) -> str:
    import segno

    stream = io.StringIO()
    segno.make(code, error="m", micro=False).terminal(stream, compact=True)
    return stream.getvalue().rstrip("\n")
