"""The site that stays at an old address after a move: every document as it was, every page sends people on."""

from __future__ import annotations

from collections.abc import Iterator

from pinback import addresses
from pinback.addresses import Addresses
from pinback.assemble.material import Material, Output
from pinback.assemble.site import site_files
from pinback.pages.own import forward_page

SCRIPT = b"""// The part after # carries a holder's name and secret; it is never sent to a server, so the page takes it along.
location.replace(document.querySelector('link[rel="canonical"]').href + location.hash);
"""


def forwarding_site(material: Material, old: str) -> Iterator[Output]:
    """Yield the files of the site at an old address.

    The sitemap stays away, since search engines shall find the new pages; ``index.json`` names the new addresses.

    Args:
        material: of the site as it is now.
        old: the old ``base_url``.
    """
    where = Addresses(old)
    faces = {pages.folder: pages for pages in reversed(material.faces)}
    yield addresses.FORWARD_SCRIPT, SCRIPT
    for path, data in site_files(material, base_url=old):
        if path.endswith(".html"):
            folder, _, below = path.partition("/")
            pages, path_in = (faces[folder], below) if folder in faces else (faces[""], path)
            yield path, forward_page(pages, path_in, where)
        elif path != addresses.SITEMAP:
            yield path, data
