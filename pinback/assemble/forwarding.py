"""The site that stays at an old address after a move: every document as it was, every page sends people on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pinback import addresses
from pinback.assemble.site import Assembly, Output

SCRIPT = b"""// The part after # carries a holder's name and secret; it is never sent to a server, so the page takes it along.
location.replace(document.querySelector('link[rel="canonical"]').href + location.hash);
"""
_NOT_HERE = (addresses.SITEMAP, addresses.INDEX)


def forwarding_site(assembly: Assembly, old: str) -> Iterator[Output]:
    """Yield the files of the site at an old address.

    Args:
        assembly: the site as it is now.
        old: the old ``base_url``.
    """
    yield addresses.FORWARD_SCRIPT, SCRIPT
    yield from _replaced(assembly, assembly.outputs(old))


def _replaced(assembly: Assembly, outputs: Iterable[Output]) -> Iterator[Output]:
    for path, data in outputs:
        if path in _NOT_HERE:
            continue
        yield path, assembly.pages.forward(path) if path.endswith(".html") else data
