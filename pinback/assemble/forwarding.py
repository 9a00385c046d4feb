"""The site that stays at an old address after a move: every document as it was, every page sends people on."""

from __future__ import annotations

from collections.abc import Iterator

from pinback import addresses
from pinback.addresses import Addresses
from pinback.assemble.site import Assembly, Output

SCRIPT = b"""// The part after # carries a holder's name and secret; it is never sent to a server, so the page takes it along.
location.replace(document.querySelector('link[rel="canonical"]').href + location.hash);
"""


def forwarding_site(assembly: Assembly, old: str) -> Iterator[Output]:
    """Yield the files of the site at an old address.

    The sitemap stays away, since search engines shall find the new pages; ``index.json`` names the new addresses.

    Args:
        assembly: the site as it is now.
        old: the old ``base_url``.
    """
    where = Addresses(old)
    yield addresses.FORWARD_SCRIPT, SCRIPT
    for path, data in assembly.outputs(old):
        if path != addresses.SITEMAP:
            yield path, assembly.pages.forward(path, where) if path.endswith(".html") else data
