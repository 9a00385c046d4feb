"""A web server with TLS on this machine, for as long as a test runs."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Handler = Callable[[bytes, ssl.SSLSocket], None]


@cache
def certificate(host: str = "localhost") -> bytes:
    """Return key and self-signed certificate as PEM, made once a run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def trusting(folder: Path, host: str = "localhost") -> ssl.SSLContext:
    """Return settings of a client that trusts the test certificate alone."""
    path = folder / "trusted.pem"
    path.write_bytes(certificate(host))
    return ssl.create_default_context(cafile=str(path))


def plain(status: str = "200 OK", body: bytes = b"{}", headers: str = "Content-Type: application/json") -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"] + ([headers] if headers else [])
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Server:
    """What a running server is asked; ``place`` is its ``host:port``."""

    def __init__(self, listening: socket.socket) -> None:
        self.place = f"localhost:{listening.getsockname()[1]}"
        self.asked: list[bytes] = []

    @property
    def url(self) -> str:
        return f"https://{self.place}"


@contextlib.contextmanager
def serving(folder: Path, handler: Handler, host: str = "localhost") -> Iterator[Server]:
    """Answer each connection with *handler*, which gets the request's head and the connection."""
    path = folder / "server.pem"
    path.write_bytes(certificate(host))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    server, stop = Server(listening), threading.Event()

    def answer(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(5)
            with context.wrap_socket(connection, server_side=True) as secure:
                head = b""
                while b"\r\n\r\n" not in head:
                    part = secure.recv(4096)
                    if not part:
                        return
                    head += part
                server.asked.append(head)
                handler(head, secure)

    def accept() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listening.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stop.set()
        thread.join(5)
        listening.close()
