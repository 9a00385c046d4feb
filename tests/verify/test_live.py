"""The live site as evidence, asked through the door."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from conftest import ClubFolder
from servers import plain, serving, trusting

from pinback import against, deployed
from pinback.cli.online import live
from pinback.errors import FetchError
from pinback.verify.fetch import Door


def test_live_site_is_asked_through_the_door(sealed_club: ClubFolder, tmp_path: Path) -> None:
    site = sealed_club.build()

    def answer(request: bytes, connection: ssl.SSLSocket) -> None:
        path = site / request.split(b" ")[1].decode().lstrip("/")
        found = path.is_file() and "gone" not in path.name
        connection.sendall(plain(body=path.read_bytes()) if found else plain("404 Not Found", b"nothing"))

    with serving(tmp_path, answer) as server:
        get = live(Door(context=trusting(tmp_path), permitted=[server.place]))
        earlier = deployed.earlier(f"https://{server.place}/", sealed_club.root, get)
        assert against.check(sealed_club.root, earlier).lines == 8
        assert get(f"https://{server.place}/nothing") is None
    broken = plain("500 Internal Server Error", b"no")
    with serving(tmp_path, lambda request, connection: connection.sendall(broken)) as server:
        get = live(Door(context=trusting(tmp_path), permitted=[server.place]))
        with pytest.raises(FetchError, match="answers with status 500; try again later"):
            get(f"https://{server.place}/index.json")
