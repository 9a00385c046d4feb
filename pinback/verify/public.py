"""Which addresses of the internet may be asked: public ones, looked up once.

A badge from a stranger names addresses; none of them may make this computer ask itself, its neighbours or a cloud's
own services. IANA IPv4 and IPv6 Special-Purpose Address Registries, as Python's ``ipaddress`` knows them.
"""

from __future__ import annotations

import ipaddress
import socket
import threading

from pinback.errors import FetchError, quoted

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def is_public(address: IPAddress) -> bool:
    """Say whether an address is one of the public internet, also where it wraps an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64[0]:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address in _NAT64[1] or address.is_site_local or int(address) >> 32 == 0:
            return False
        found = [one for one in inner if one is not None]
        if found:
            return all(is_public(one) for one in found)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    )


def addresses_of(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host by one look-up, in the system's order.

    Raises:
        FetchError: the look-up fails or takes longer than *seconds*.
    """
    found: list[str] = []
    failed: list[Exception] = []

    def look_up() -> None:
        try:
            for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                if str(place[0]) not in found:
                    found.append(str(place[0]))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    # NOTE: the system's look-up knows no time limit; the thread is left behind where it hangs.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise FetchError(f"looking up {quoted(host)} takes too long; try again later")
    if failed or not found:
        cause = failed[0] if failed else None
        raise FetchError(f"there is no host {quoted(host)}, or no network; check the address") from cause
    return found


def public_addresses(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host, every one of which is public.

    Raises:
        FetchError: one of them is not, or there is none.
    """
    found = addresses_of(host, port, seconds)
    for text in found:
        if "%" in text or not is_public(ipaddress.ip_address(text)):
            raise FetchError(f"{quoted(host)} lies in a private network, which is not asked; use a public address")
    return found
