"""Every file of a site, as path and bytes, one after the other; nothing is written here.

``site`` the whole, ``issuers`` the documents of one issuer, ``forwarding`` the site that stays at an old address.
Sealed bytes are copied, pictures baked by splicing, pages drawn around them. No key, no clock and no network
(DESIGN §4). What is derived at each build: pages, DID documents, OB 2.0 profiles, keys and
RevocationLists, the hosted Assertion of a withdrawn award, and the indexes.
"""

from pinback.assemble.forwarding import forwarding_site
from pinback.assemble.issuers import Sealed
from pinback.assemble.site import HEADERS, Assembly, Output, Pictures, waiting_awards

__all__ = ["HEADERS", "Assembly", "Output", "Pictures", "Sealed", "forwarding_site", "waiting_awards"]
