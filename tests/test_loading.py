"""Libraries that are loaded in part work, and whoever wants all of one gets it."""

from __future__ import annotations

import subprocess
import sys

import pytest

AFTER = {
    "pinback.proofs.rdf": "from pinback.proofs.rdf import canonical_quads\n"
    "said = {'@context': 'https://www.w3.org/ns/credentials/v2', 'id': 'urn:x:1', 'type': 'VerifiableCredential'}\n"
    "assert canonical_quads(said).startswith(b'<urn:x:1> ')",
    "pinback.pages.qr": "from pinback.pages.qr import qr_code\nassert qr_code('https://club.example.org/')['path']",
}
AWAY = {
    "pinback.proofs.rdf": ("lxml.etree", "asyncio.events", "urllib.request", "requests"),
    "pinback.pages.qr": ("urllib.request", "http.client"),
}
WHOLE = {
    "pyld": "import pyld\nassert pyld.FrozenDocumentLoader and pyld.jsonld.JsonLdProcessor is sys.modules['pyld.jsonld'].JsonLdProcessor",
    "asyncio": "import asyncio\nasyncio.run(asyncio.sleep(0))",
    "lxml.html": "import lxml.html\nassert lxml.html.fromstring('<p>x</p>').tag == 'p'",
    "segno": "import io, segno\nout = io.BytesIO()\nsegno.make('A').save(out, kind='svg')\nassert b'<svg' in out.getvalue()",
}


def run(*lines: str) -> None:
    done = subprocess.run([sys.executable, "-c", "\n".join(("import sys", *lines))], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", AFTER)
def test_what_is_never_used_stays_away(module: str) -> None:
    run(AFTER[module], f"assert not set({AWAY[module]}) & set(sys.modules)")


@pytest.mark.parametrize("library", WHOLE)
def test_whole_library_can_be_had_before_and_afterwards(library: str) -> None:
    run(*AFTER.values(), WHOLE[library], *AFTER.values())
    run(WHOLE[library], *AFTER.values(), WHOLE[library])
