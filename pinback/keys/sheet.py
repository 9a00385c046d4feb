"""The recovery sheet: what is printed once when keys are made, to be kept on paper.

It goes to the screen or straight to a printer, never to a file (TRUST §1). The QR holds the code alone.
"""

from __future__ import annotations

import io
import textwrap

from pinback.proofs.keys import PublicKey

TITLE = "RECOVERY SHEET"
OPENS = (
    "This code opens the club's keys, the file %(file)s in its repository. Whoever has both can issue badges in the club's "
    "name. pinback seal and the commands for keys ask for it."
)
KEEP = (
    "Keep this sheet with the club's papers, and a second copy with another person. Never photograph it, never send it by "
    "e-mail or chat, never type it into a web page but the club's own repository settings and the page admin/start/ of its "
    "own badge site."
)
KEEP_RECOVERY = (
    "Keep this sheet with the club's papers, and a second copy with another person. Never photograph it, never send it by "
    "e-mail or chat, never type it into a web page."
)
LOST = (
    "If this sheet is lost: another copy still opens the keys; make a new copy of that one. Without any copy the recovery "
    "key makes new keys, if the club has one; otherwise nothing new can be signed. Badges that are published stay valid."
)
STOLEN = (
    "If it may be stolen: make new keys at once (pinback key rotate), then revoke these with the moment of the theft "
    "(pinback key revoke), and follow what is said then."
)
"""The words of the sheet; the page ``admin/start/`` prints them in its own language."""

_WIDTH = 72
_QUIET = 4
"""Light modules that a QR needs around it (ISO/IEC 18004)."""


def recovery_sheet(
    issuer: str, did: str, site: str, code: str, key: PublicKey, day: str, file: str, only: str = "", ink: bool = False
) -> str:
    """Return the sheet as text of at most 72 columns.

    Args:
        issuer: the issuer's name.
        did: its DID.
        site: the address of its badge site.
        code: the code, printed form.
        key: the Ed25519 key, whose name is the fingerprint.
        day: when it was made.
        file: the encrypted keys that the code opens, as a path in the club's folder.
        only: ``recovery`` where it opens the recovery key alone.
        ink: draw the QR as dark ink on white paper; otherwise in light on a dark terminal.
    """
    rule = "─" * _WIDTH
    title, opens, lost, stolen = _recovery_words(file) if only else _words(file)
    parts = [
        rule,
        f"{title}   {issuer}",
        rule,
        "",
        f"    {code}",
        "",
        *(line for text in opens for line in (_paragraph(text), "")),
        _paragraph(KEEP_RECOVERY if only else KEEP),
        "",
        f"Site    {site}",
        f"Issuer  {did}",
        f"Key     {key.id}",
        f"Made    {day}",
        "",
        _paragraph(lost),
        "",
        _paragraph(stolen),
        "",
        _ink(code) if ink else _light(code),
        rule,
    ]
    return "\n".join(parts) + "\n"


def _words(file: str) -> tuple[str, tuple[str, ...], str, str]:
    """Return title, what the code is for, and what to do if the sheet is lost or stolen."""
    return TITLE, (OPENS % {"file": file},), LOST, STOLEN


def _recovery_words(file: str) -> tuple[str, tuple[str, ...], str, str]:
    """Return the same for a recovery key."""
    return (
        "SHEET OF THE RECOVERY KEY",
        (
            f"This code opens the recovery key, the file {file} in the club's repository.",
            "What it can do: make new keys for the club (pinback key rotate). It signs no badges.",
            "When to use it: only where the codes of all other sheets are lost, or where keys were stolen and nobody else can exchange them. It retires the keys of every steward, and their sheets are worthless then.",
            "Who keeps it: somebody who holds none of the other sheets.",
        ),
        f"If this sheet is lost: the other sheets go on as before, and their holders make another recovery key: delete the file {file}, then pinback key new --recovery, then retire this one (pinback key retire, with the name that stands after Key).",
        "If it may be stolen: whoever has it can exchange the club's keys. Do the same at once.",
    )


def _paragraph(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False)


def _light(code: str) -> str:
    """Return the QR for a dark terminal: what is printed is the light modules."""
    import segno

    stream = io.StringIO()
    segno.make(code, error="m", micro=False).terminal(stream, compact=True)
    return stream.getvalue().rstrip("\n")


def _ink(code: str) -> str:
    """Return the QR for white paper: what is printed is the dark modules, two rows a line."""
    import segno

    rows = [bytes(row) for row in segno.make(code, error="m", micro=False).matrix_iter(border=_QUIET)]
    rows += [bytes(len(rows[0]))] * (len(rows) % 2)
    signs = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
    return "\n".join(
        "".join(signs[above, below] for above, below in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
