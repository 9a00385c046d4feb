"""The only door to the network: one address, one answer, behind a guard.

https alone, public hosts alone (looked up once, and connected to at exactly the address that was checked), the
certificate checked for the host's name; no cookies, no credentials in addresses, no proxies from the environment.
Size, time, redirects and number of requests are limited (``limits``); every redirect passes the same guard.

``OfflineDoor`` opens nothing; ``SnapshotDoor`` answers from saved copies and nothing else.

Not here: what an answer means. Nothing is kept between requests.
RFC 9110; RFC 9112 by ``http.client``.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from pinback import __version__
from pinback.dataclass import dataclass
from pinback.errors import FetchError, UsageError, quoted
from pinback.verify import limits
from pinback.verify.public import addresses_of, public_addresses
from pinback.verify.urls import bare, joined

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_SIGNS = re.compile(r"[!-~]+")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LAST_LABEL_IS_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered.

    Attributes:
        status: HTTP status, never a redirect.
        media_type: small letters, without parameters; "" where none was said.
        body: at most ``limits.MAX_ANSWER`` bytes.
        url: the address that answered at last, after redirects, without fragment.
    """

    status: int
    media_type: str
    body: bytes
    url: str


class Opener(Protocol):
    """Something that answers addresses."""

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Return what *url* answers, whatever its status; the fragment is not sent.

        Raises:
            FetchError: it was not asked, or gave no usable answer.
        """


class NotSaved(FetchError):
    """A saved copy does not hold the address."""


class OfflineDoor:
    """Opens nothing."""

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Say that nothing is asked."""
        raise FetchError(f"{quoted(url, limit=200)} was not asked, because nothing is asked of the network in this run")


class Door:
    """The network, behind the guard.

    Args:
        context: TLS settings; otherwise the system's, with certificates and host names checked. For tests.
        permitted: ``host:port`` pairs that may lie in a private network. For tests on this very machine; no
            command can reach it.
    """

    def __init__(self, *, context: ssl.SSLContext | None = None, permitted: Collection[str] = ()) -> None:
        self._context = context or ssl.create_default_context()
        self._permitted = frozenset(permitted)
        self._left = limits.MAX_REQUESTS

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Return what *url* answers.

        Args:
            url: absolute.
            headers: sent along, but to no other host or port after a redirect.

        Raises:
            FetchError: see the guard above.
        """
        until = time.monotonic() + limits.MAX_SECONDS
        first = ""
        for _ in range(limits.MAX_REDIRECTS + 1):
            parts = guarded(url, self._permitted)
            first = first or parts.netloc
            if self._left <= 0:
                raise FetchError(f"more than {limits.MAX_REQUESTS:,} addresses were to be asked; check fewer at once")
            self._left -= 1
            status, location, answer = self._ask(parts, headers if parts.netloc == first else NO_HEADERS, until)
            if status not in _REDIRECTS or not location:
                return answer
            url = joined(answer.url, location)
        raise FetchError(
            f"{quoted(url, limit=200)} was reached by more than {limits.MAX_REDIRECTS} redirects; name the last address"
        )

    def post(self, url: str, body: bytes) -> Answer:
        """Send bytes and return what *url* answers; a redirect is an answer like others and is not followed.

        Raises:
            FetchError: see the guard above.
        """
        until = time.monotonic() + limits.MAX_SECONDS
        parts = guarded(url, self._permitted)
        if self._left <= 0:
            raise FetchError(f"more than {limits.MAX_REQUESTS:,} addresses were to be asked; check fewer at once")
        self._left -= 1
        return self._ask(parts, {"Content-Type": "text/plain; charset=utf-8"}, until, body)[2]

    def _ask(
        self, parts: SplitResult, headers: Mapping[str, str], until: float, body: bytes | None = None
    ) -> tuple[int, str, Answer]:
        host, port = parts.hostname or "", parts.port or 443
        try:
            with self._connected(host, port, until) as secure:
                connection = _Connection(host, port)
                connection.sock = _Timed(secure, until)
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                method = "GET" if body is None else "POST"
                connection.request(method, target, body, headers={**_ASKING, **headers})
                return _read(connection.getresponse(), parts)
        except TimeoutError as error:
            raise FetchError(
                f"{quoted(host)} took longer than {limits.MAX_SECONDS:g} seconds; try again later"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise FetchError(
                f"{quoted(host)} has no certificate for this name that is trusted here; do not rely on it"
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchError(f"{quoted(host)} cannot be asked ({_why(error)}); try again later") from error

    def _connected(self, host: str, port: int, until: float) -> ssl.SSLSocket:
        look_up = addresses_of if f"{host}:{port}" in self._permitted else public_addresses
        failed: OSError | None = None
        for address in look_up(host, port, _left(until)):
            try:
                plain = socket.create_connection((address, port), _left(until))
            except OSError as error:
                failed = error
                continue
            try:
                plain.settimeout(_left(until))
                return self._context.wrap_socket(plain, server_hostname=host)
            except BaseException:
                plain.close()
                raise
        raise failed or OSError("no address")


class _Connection(http.client.HTTPConnection):
    """Speaks HTTP over a TLS connection that exists already."""

    default_port = 443
    auto_open = 0


_ASKING = {
    "Accept": "application/json, application/ld+json, application/vc, */*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": f"pinback/{__version__}",
}


def guarded(url: str, permitted: Collection[str] = ()) -> SplitResult:
    """Return the parts of an address that may be asked, host in small letters, without its fragment.

    Raises:
        FetchError: not https, credentials, a number for a host, or signs that no address has.
    """
    url = bare(url)
    if len(url) > limits.MAX_URL:
        raise FetchError(f"an address has {len(url):,} signs, at most {limits.MAX_URL:,} are read; use a shorter one")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port or 443
    except ValueError as error:
        raise FetchError(f"{quoted(url, limit=200)} is no address; check it") from error
    if parts.scheme != "https" or not host:
        raise FetchError(
            f"{quoted(url, limit=200)} does not begin with https://, and nothing else is asked; use an https address"
        )
    if parts.username is not None or parts.password is not None:
        raise FetchError("an address carries a user name or password, which are never sent; take them out")
    if not _SIGNS.fullmatch(url) or "\\" in url:
        raise FetchError(
            f"{quoted(url, limit=200)} holds signs that an address does not have; write them percent-encoded"
        )
    if f"{host}:{port}" not in permitted and (_is_number(host) or host.rstrip(".").rpartition(".")[2] in _LOCAL):
        raise FetchError(f"{quoted(url, limit=200)} names no public host; use an address with a host's name")
    return parts._replace(netloc=host if port == 443 else f"{host}:{port}")


_LOCAL = frozenset({"localhost", "local", "internal", "localdomain", "home", "lan"})


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_LAST_LABEL_IS_NUMBER.fullmatch(host))
    return True


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Stream(io.RawIOBase):
    """Reads a socket until a moment, however slowly bytes come."""

    def __init__(self, plain: ssl.SSLSocket, until: float) -> None:
        self._plain, self._until = plain, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._plain.settimeout(_left(self._until))
        return self._plain.recv_into(buffer)


class _Timed:
    """The parts of a socket that ``http.client`` uses, bound to a moment."""

    def __init__(self, plain: ssl.SSLSocket, until: float) -> None:
        self._plain, self._until = plain, until

    def sendall(self, data: bytes) -> None:
        self._plain.settimeout(_left(self._until))
        self._plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self._plain, self._until))

    def close(self) -> None:
        """Leave it open: the door closes it when the answer is read."""


def _read(response: http.client.HTTPResponse, parts: SplitResult) -> tuple[int, str, Answer]:
    """Return status, where it redirects to, and the answer."""
    url = parts.geturl()
    if response.status in _REDIRECTS:
        return response.status, response.getheader("Location", ""), Answer(response.status, "", b"", url)
    if response.getheader("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise FetchError(f"{quoted(url, limit=200)} answers packed though it was asked not to; try again later")
    # NOTE: read() keeps each chunk as an object until the end, and a server may send every byte in one.
    room, length = memoryview(bytearray(limits.MAX_ANSWER + 1)), 0
    while length < len(room) and (more := response.readinto(room[length:])):
        length += more
    body = bytes(room[:length])
    if len(body) > limits.MAX_ANSWER:
        raise FetchError(
            f"{quoted(url, limit=200)} answers with more than {limits.MAX_ANSWER:,} bytes, which are not read"
        )
    said = response.getheader("Content-Length", "")
    if said.isdecimal() and int(said) != len(body):
        raise FetchError(f"{quoted(url, limit=200)} broke off its answer; try again later")
    media_type = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return response.status, "", Answer(response.status, media_type, body, url)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it does not speak as web servers do" if isinstance(error, http.client.HTTPException) else "no connection"


class SnapshotDoor:
    """Answers addresses from saved copies and nothing else.

    Args:
        place: a map, or a folder. A map has a line for each address: URL, status, media type, file, parted by
            tabs; the file is found from the map's own folder, and with a redirect status it is the address that
            is redirected to. A folder holds ``map.tsv``, or whole saved sites as ``host/path``, where what is not
            there is 404 as on a plain host.

    Raises:
        UsageError: the map cannot be read.
    """

    def __init__(self, place: Path) -> None:
        self._answers: dict[str, tuple[int, str, str]] | None = None
        self._folder = place
        found = next((place / name for name in ("map.tsv", "MAP.tsv") if (place / name).is_file()), None)
        if not place.is_dir():
            self._folder, found = place.parent, place
        if found is not None:
            try:
                data = _bytes(found, limits.MAX_MAP)
            except FetchError as error:
                raise UsageError(f"the map of the snapshot cannot be used: {error}") from error
            self._answers = {line[0]: line[1:] for line in map_lines(data, str(found))}

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Return the saved answer of *url*."""
        url = bare(url)
        for _ in range(limits.MAX_REDIRECTS + 1):
            status, media_type, file = self._answer(url)
            if status not in _REDIRECTS:
                return Answer(status, media_type, _bytes(self._folder / file, limits.MAX_ANSWER) if file else b"", url)
            url = joined(url, file)
        raise FetchError(
            f"{quoted(url, limit=200)} was reached by more than {limits.MAX_REDIRECTS} redirects; mend the snapshot"
        )

    def _answer(self, url: str) -> tuple[int, str, str]:
        if self._answers is not None:
            if url not in self._answers:
                raise NotSaved(f"{quoted(url, limit=200)} is not in the snapshot, and nothing else is asked")
            return self._answers[url]
        parts = guarded(url)
        path = f"{parts.netloc}{parts.path or '/'}" + (
            "index.html" if parts.path.endswith("/") or not parts.path else ""
        )
        if any(part in ("", ".", "..") for part in path.split("/")) or not (self._folder / parts.netloc).is_dir():
            raise NotSaved(f"{quoted(url, limit=200)} is not in the snapshot, and nothing else is asked")
        if not (self._folder / path).is_file():
            return 404, "", ""
        return 200, _TYPES.get(Path(path).suffix, ""), path


_TYPES = {
    ".json": "application/json",
    ".html": "text/html",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}


def map_lines(data: bytes, name: str) -> Iterator[tuple[str, int, str, str]]:
    """Yield URL, status, media type and file of each line of a snapshot's map; ``#`` begins a remark.

    Raises:
        UsageError: the map is not one.
    """
    try:
        lines = data.decode("utf-8-sig").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: the map is not UTF-8 text; save it as such") from error
    if len(lines) > limits.MAX_MAP_LINES:
        raise UsageError(f"{name}: the map has {len(lines):,} lines, at most {limits.MAX_MAP_LINES:,} are read")
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        columns = [column.strip() for column in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and columns[0].lower() == "url"):
            continue
        columns += [""] * (4 - len(columns))
        url, status, media_type, file = columns[0], columns[1] or "200", columns[2], columns[3]
        if len(columns) != 4 or not re.fullmatch("[1-5][0-9][0-9]", status) or "://" not in url:
            raise UsageError(
                f"{name}:{number}: a line of the map is URL, status, type and file, parted by tabs; mend it"
            )
        if url in seen:
            raise UsageError(f"{name}:{number}: {quoted(url, limit=200)} stands in the map twice; leave one")
        seen.add(url)
        yield url, int(status), media_type.partition(";")[0].lower(), file


def _bytes(path: Path, limit: int) -> bytes:
    try:
        if not path.is_file():  # a pipe would be waited for
            raise FileNotFoundError(str(path))
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise FetchError(f"the saved copy {quoted(str(path))} cannot be read; save it again") from error
    if len(data) > limit:
        raise FetchError(f"the saved copy {quoted(str(path))} has more than {limit:,} bytes, which are not read")
    return data
