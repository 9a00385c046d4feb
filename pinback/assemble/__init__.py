"""Every file of a site, as path and bytes, one after the other; nothing is written here.

``site`` the whole, ``material`` what the rooms share, then a room for each kind: ``awards``, ``badges``, ``issuer_pages``,
``issuers`` (the documents of one), ``papers`` (PDF), ``checking`` (the data of the page that checks), ``indexes``; ``forwarding`` the site that stays
at an old address. Sealed bytes are copied, pictures baked by splicing, pages drawn around them. No key, no clock and no network
(DESIGN §4). What is derived at each build: pages, DID documents, OB 2.0 profiles, keys and
RevocationLists, the hosted Assertion of a withdrawn award, and the indexes.
"""

from pinback.assemble.awards import waiting_awards
from pinback.assemble.forwarding import forwarding_site
from pinback.assemble.indexes import HEADERS
from pinback.assemble.issuers import Sealed
from pinback.assemble.material import Material, Output, Pictures
from pinback.assemble.site import site_files

__all__ = ["HEADERS", "Material", "Output", "Pictures", "Sealed", "forwarding_site", "site_files", "waiting_awards"]
