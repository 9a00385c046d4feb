"""Every file of a site, as path and bytes, one after the other; nothing is written here.

``site`` the whole, ``material`` what the rooms share, then a room for each kind: ``awards``, ``badges``, ``issuer_pages``,
``issuers`` (the documents of one), ``papers`` (PDF), ``checking`` (the data of the page that checks), ``indexes``; ``forwarding`` the site that stays
at an old address. Sealed bytes are copied, pictures baked by splicing, pages drawn around them. No key, no clock and no network
(DESIGN §4). What is derived at each build: pages, DID documents, OB 2.0 profiles, keys and
RevocationLists, the hosted Assertion of a withdrawn award, and the indexes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pinback.assemble.awards import waiting_awards
    from pinback.assemble.forwarding import forwarding_site
    from pinback.assemble.indexes import HEADERS
    from pinback.assemble.material import Material, Output
    from pinback.assemble.pictures import Pictures
    from pinback.assemble.sealed import Sealed
    from pinback.assemble.site import site_files

__all__ = ["HEADERS", "Material", "Output", "Pictures", "Sealed", "forwarding_site", "site_files", "waiting_awards"]

_ROOMS = {
    "HEADERS": "indexes",
    "Material": "material",
    "Output": "material",
    "Pictures": "pictures",
    "Sealed": "sealed",
    "forwarding_site": "forwarding",
    "site_files": "site",
    "waiting_awards": "awards",
}
"""Which room has what; each is loaded when it is asked for, so that a sealing does not load what draws pages."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the room has
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
