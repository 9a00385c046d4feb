"""Parts of addresses from strangers; what is none gives "" and never stops anything."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit


def bare(url: str) -> str:
    """Return an address without its fragment."""
    return url.partition("#")[0]


def host_of(url: str) -> str:
    """Return the authority of an address: host, and port where it names one, in small letters."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def climbs(url: str) -> bool:
    """Say whether the path of an address holds ``.`` or ``..``, in whatever spelling.

    Servers follow these, so it leads elsewhere than its beginning says. Some decode twice, and some leave out of each part
    what stands behind a semicolon.
    """
    # The first three are the scheme, nothing, and the host.
    parts = re.split(r"[/\\]", unquote(unquote(bare(url).partition("?")[0])))[3:]
    return any(part.partition(";")[0] in (".", "..") for part in parts)


def joined(base: str, link: str) -> str:
    """Return the address that a link on a page leads to, without fragment."""
    try:
        return bare(urljoin(base, link))
    except ValueError:
        return ""
