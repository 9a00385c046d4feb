"""Parts of addresses from strangers; what is none gives "" and never stops anything."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def bare(url: str) -> str:
    """Return an address without its fragment."""
    return url.partition("#")[0]


def host_of(url: str) -> str:
    """Return the authority of an address: host, and port where it names one, in small letters."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def joined(base: str, link: str) -> str:
    """Return the address that a link on a page leads to, without fragment."""
    try:
        return bare(urljoin(base, link))
    except ValueError:
        return ""
