"""The door to the network, tried with a real server on this machine; and the doors that open nothing."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import ssl
import time
import tracemalloc
from pathlib import Path

import pytest
from servers import Server, plain, serving, trusting

from pinback.errors import FetchError, UsageError
from pinback.verify import limits
from pinback.verify.fetch import Door, OfflineDoor, SnapshotDoor, _Connection, guarded
from pinback.verify.public import is_public


def door(folder: Path, *servers: Server) -> Door:
    return Door(context=trusting(folder), permitted={server.place for server in servers})


def path_of(head: bytes) -> str:
    return head.split(b" ", 2)[1].decode()


def test_answer_has_status_type_body_and_address(tmp_path: Path) -> None:
    with serving(
        tmp_path, lambda head, out: out.sendall(plain("404 Not Found", b"no", "Content-Type: Text/HTML; x=y"))
    ) as server:
        answer = door(tmp_path, server).get(f"{server.url}/a?b=c#d")
    assert (answer.status, answer.media_type, answer.body) == (404, "text/html", b"no")
    assert answer.url == f"{server.url}/a?b=c"
    assert server.asked[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: {server.place}".encode() in server.asked[0]
    assert b"ookie" not in server.asked[0]


def test_usual_port_is_not_said_to_the_host() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for port, host in ((443, b"club.example"), (444, b"club.example:444")):
            connection = _Connection("club.example", port)
            connection.sock = ours
            connection.request("GET", "/")
            assert b"\r\nHost: %b\r\n" % host in theirs.recv(4096)


def test_answer_of_a_byte_a_piece_takes_no_more_memory_than_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ANSWER", 200_000)
    monkeypatch.setattr(limits, "MAX_SECONDS", 60)  # counting memory takes time, and a busy machine more

    def chunks(head: bytes, out: ssl.SSLSocket) -> None:
        out.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(200):
            out.sendall(b"1\r\nx\r\n" * 1_000)
        out.sendall(b"0\r\n\r\n")

    with serving(tmp_path, chunks) as server:
        asked = door(tmp_path, server)
        tracemalloc.start()
        try:
            assert asked.get(f"{server.url}/").body == b"x" * 200_000
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 10 * limits.MAX_ANSWER


def test_private_network_is_not_asked_without_permission(tmp_path: Path) -> None:
    with serving(tmp_path, lambda head, out: out.sendall(plain())) as server:
        port = server.place.partition(":")[2]
        with pytest.raises(FetchError, match="no public host"):
            Door(context=trusting(tmp_path)).get(f"{server.url}/")
        with pytest.raises(FetchError, match="no public host"):
            door(tmp_path, server).get(f"https://127.0.0.1:{port}/")
    assert not server.asked


def test_name_that_resolves_to_this_machine_is_not_asked() -> None:
    with pytest.raises(FetchError, match=r"private network|there is no host"):
        Door().get(f"https://{socket.gethostname()}/")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *(
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fec0::1",
            "ff02::1",
        ),
        *(
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2001:db8::1",
        ),
        "2001:0:7f00:1::1",
    ],
)
def test_address_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://a.example/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "//a.example/",
            "a.example",
            "https:///x",
            "https://",
        ),
        *(
            "https://user@a.example/",
            "https://user:word@a.example/",
            "https://a.example/ b",
            "https://a.example/\n",
            "https://é.example/",
        ),
        *(
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://127.1/",
        ),
        *(
            "https://localhost/",
            "https://localhost./",
            "https://a.localhost/",
            "https://printer.local/",
            "https://a.example:99999/",
        ),
        *("https://a.example\\@b.example/", "https://a.example:x/", "https://169.254.169.254/latest"),
    ],
)
def test_address_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(FetchError):
        guarded(url)


def test_address_of_the_longest_length_is_taken_and_one_beyond_refused() -> None:
    url = "https://a.example/".ljust(limits.MAX_URL, "x")
    assert guarded(url).netloc == "a.example"
    with pytest.raises(FetchError, match="at most"):
        guarded(url + "x")


def test_certificate_of_another_name_or_unknown_maker_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path, lambda head, out: out.sendall(plain()), host="other.example") as server:
        with pytest.raises(FetchError, match="no certificate"):
            Door(context=trusting(tmp_path, "other.example"), permitted={server.place}).get(server.url)
        with pytest.raises(FetchError, match="no certificate"):
            Door(permitted={server.place}).get(server.url)
    assert not server.asked


def test_redirects_are_followed_to_the_limit_and_not_beyond(tmp_path: Path) -> None:
    def answer(head: bytes, out: ssl.SSLSocket) -> None:
        left = int(path_of(head)[1:])
        out.sendall(
            plain(f"{301 if left % 2 else 307} Moved", b"", f"Location: /{left - 1}") if left else plain(body=b"end")
        )

    with serving(tmp_path, answer) as server:
        one = door(tmp_path, server)
        assert one.get(f"{server.url}/{limits.MAX_REDIRECTS}").body == b"end"
        with pytest.raises(FetchError, match="redirects"):
            one.get(f"{server.url}/{limits.MAX_REDIRECTS + 1}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_way_to_say_that_a_page_has_moved_is_followed(tmp_path: Path, status: int) -> None:
    def answer(head: bytes, out: ssl.SSLSocket) -> None:
        out.sendall(plain(body=b"end") if path_of(head) == "/end" else plain(f"{status} Moved", b"", "Location: /end"))

    with serving(tmp_path, answer) as server:
        assert door(tmp_path, server).get(f"{server.url}/").body == b"end"


@pytest.mark.parametrize(
    "place", ["http://a.example/", "https://127.0.0.1/", "file:///etc/passwd", "https://localhost:1/", "https://[x"]
)
def test_redirect_passes_the_guard_again(tmp_path: Path, place: str) -> None:
    moved = plain("302 Found", b"", f"Location: {place}")
    with serving(tmp_path, lambda head, out: out.sendall(moved)) as server, pytest.raises(FetchError):
        door(tmp_path, server).get(server.url)
    assert len(server.asked) == 1


def test_own_headers_go_to_no_other_place_after_a_redirect(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        second = stack.enter_context(serving(tmp_path, lambda head, out: out.sendall(plain())))
        first = stack.enter_context(
            serving(tmp_path, lambda head, out: out.sendall(plain("302 Found", b"", f"Location: {second.url}/x")))
        )
        door(tmp_path, first, second).get(first.url, {"Authorization": "Bearer abc"})
    assert b"Authorization: Bearer abc" in first.asked[0]
    assert b"Authorization" not in second.asked[0]


def test_answer_at_the_size_limit_is_taken_and_one_beyond_refused(tmp_path: Path) -> None:
    with serving(tmp_path, lambda head, out: out.sendall(plain(body=b"x" * int(path_of(head)[1:])))) as server:
        one = door(tmp_path, server)
        assert len(one.get(f"{server.url}/{limits.MAX_ANSWER}").body) == limits.MAX_ANSWER
        with pytest.raises(FetchError, match="more than"):
            one.get(f"{server.url}/{limits.MAX_ANSWER + 1}")


def test_endless_answer_without_a_length_is_cut(tmp_path: Path) -> None:
    def answer(head: bytes, out: ssl.SSLSocket) -> None:
        out.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            out.sendall(b"x" * 65536)

    with serving(tmp_path, answer) as server, pytest.raises(FetchError, match="more than"):
        door(tmp_path, server).get(server.url)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_slow_answer_ends_with_the_time_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.4)

    def answer(_: bytes, out: ssl.SSLSocket) -> None:
        out.sendall(head)
        for _ in range(100):
            out.sendall(b"x")
            time.sleep(0.05)

    started = time.monotonic()
    with serving(tmp_path, answer) as server, pytest.raises(FetchError, match="longer than"):
        door(tmp_path, server).get(server.url)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail.example ready\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
)
def test_broken_answer_is_told_plainly(tmp_path: Path, answer: bytes) -> None:
    with serving(tmp_path, lambda head, out: out.sendall(answer)) as server, pytest.raises(FetchError):
        door(tmp_path, server).get(server.url)


def test_requests_of_a_run_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REQUESTS", 2)
    with serving(tmp_path, lambda head, out: out.sendall(plain())) as server:
        one = door(tmp_path, server)
        one.get(server.url)
        one.get(server.url)
        with pytest.raises(FetchError, match="more than 2 addresses"):
            one.get(server.url)


def test_proxies_and_cookies_of_the_environment_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    cookie = plain(headers="Set-Cookie: a=b")
    with serving(tmp_path, lambda head, out: out.sendall(cookie)) as server:
        one = door(tmp_path, server)
        one.get(server.url)
        one.get(server.url)
    assert all(b"Cookie" not in head for head in server.asked)


def test_closed_port_and_unknown_host_are_told_plainly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"localhost:{free.getsockname()[1]}"
    with pytest.raises(FetchError, match="cannot be asked"):
        Door(permitted={place}).get(f"https://{place}/")
    with pytest.raises(FetchError):
        Door().get("https://nobody.invalid/")


def test_offline_door_opens_nothing() -> None:
    with pytest.raises(FetchError, match="not asked"):
        OfflineDoor().get("https://a.example/")


def saved(folder: Path, text: str) -> SnapshotDoor:
    (folder / "a.json").write_bytes(b"{}")
    (folder / "map.tsv").write_text(text, encoding="utf-8")
    return SnapshotDoor(folder)


def test_snapshot_answers_what_is_in_its_map_and_nothing_else(tmp_path: Path) -> None:
    one = saved(
        tmp_path, "URL\tstatus\ttype\tfile\n# remark\nhttps://a.example/a\t200\tApplication/JSON; x=y\ta.json\n"
    )
    answer = one.get("https://a.example/a#x")
    assert (answer.status, answer.media_type, answer.body) == (200, "application/json", b"{}")
    assert SnapshotDoor(tmp_path / "map.tsv").get("https://a.example/a") == answer
    with pytest.raises(FetchError, match="not in the snapshot"):
        one.get("https://a.example/b")


def test_snapshot_gives_back_errors_and_redirects(tmp_path: Path) -> None:
    one = saved(
        tmp_path,
        "https://a.example/gone\t410\t\t\nhttps://a.example/1\t302\t\t/2\nhttps://a.example/2\t200\t\ta.json\nhttps://a.example/r\t302\t\t/r\n",
    )
    assert one.get("https://a.example/gone").status == 410
    assert one.get("https://a.example/1").url == "https://a.example/2"
    with pytest.raises(FetchError, match="redirects"):
        one.get("https://a.example/r")


def test_snapshot_folder_without_a_map_holds_hosts(tmp_path: Path) -> None:
    (tmp_path / "a.example" / "b").mkdir(parents=True)
    (tmp_path / "a.example" / "b" / "index.html").write_bytes(b"<p>")
    (tmp_path / "secret").write_bytes(b"no")
    one = SnapshotDoor(tmp_path)
    assert one.get("https://a.example/b/").media_type == "text/html"
    assert one.get("https://a.example/c").status == 404
    for url in ("https://a.example/../secret", "https://a.example//b/", "https://other.example/"):
        with pytest.raises(FetchError, match="not in the snapshot"):
            one.get(url)


@pytest.mark.parametrize(
    "text",
    ["https://a.example/\tx\t\ta.json\n", "a\tb\tc\td\te\n", "plain\n", "https://a.example/\t200\t\ta\n" * 2, "\udcff"],
)
def test_broken_map_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "map.tsv").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=r"map\.tsv"):
        SnapshotDoor(tmp_path)


def test_map_at_its_line_limit_is_read_and_one_beyond_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MAP_LINES", 2)
    saved(tmp_path, "https://a.example/1\t200\t\ta.json\nhttps://a.example/2\t200\t\ta.json\n")
    with pytest.raises(UsageError, match="at most 2"):
        saved(tmp_path, "#\n#\n#\n")


def test_map_past_its_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "https://a.example/\t200\t\ta.json\n"
    monkeypatch.setattr(limits, "MAX_MAP", len(text))
    saved(tmp_path, text)
    with pytest.raises(UsageError, match="map of the snapshot"):
        saved(tmp_path, text + "#")


def test_pipe_in_the_place_of_a_snapshot_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "map.tsv")
    with pytest.raises(UsageError, match="cannot be read; save it again"):
        SnapshotDoor(tmp_path / "map.tsv")
