"""The local server: types as GitHub Pages sends them, base path, reload after a change. Real requests on loopback."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, ClubFolder

from pinback import serve
from pinback.errors import PublishError
from pinback.limits import LISTENER_SECONDS, MAX_CONNECTIONS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[serve.SiteServer]:
    """A server over a few files, on a free port."""
    site = tmp_path / "site"
    for name, text in (
        ("index.html", "<head><meta content=\"default-src 'none'; img-src 'self'\"></head><body>home</body>"),
        ("404.html", "<body>nothing</body>"),
        ("awards/x/index.html", "<body>award</body>"),
        ("awards/x/credential.json", "{}"),
        ("awards/x/credential.jwt.txt", "e30"),
        ("awards/x/badge.svg", "<svg/>"),
        ("awards/x/noending", "?"),
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    (tmp_path / "secret.txt").write_text("outside")
    running = serve.SiteServer(site, "/badges/", 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join(timeout=10)


def ask(server: serve.SiteServer, path: str, host: str = "") -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def get(server: serve.SiteServer, path: str, host: str = "") -> tuple[int, str, bytes]:
    status, headers, body = ask(server, path, host)
    return status, headers.get("Content-Type", "") or "", body


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("awards/x/credential.json", "application/json; charset=utf-8"),
        ("awards/x/credential.jwt.txt", "text/plain; charset=utf-8"),
        ("awards/x/badge.svg", "image/svg+xml"),
        ("awards/x/noending", "application/octet-stream"),
    ],
)
def test_types_are_those_of_github_pages(server: serve.SiteServer, name: str, kind: str) -> None:
    status, found, _ = get(server, f"/badges/{name}")
    assert (status, found) == (200, kind)


def test_folder_answers_its_page_and_moves_without_slash(server: serve.SiteServer) -> None:
    assert b"award" in get(server, "/badges/awards/x/")[2]
    assert get(server, "/badges/awards/x")[0] == 301


def test_root_leads_to_the_base_path(server: serve.SiteServer) -> None:
    assert get(server, "/")[0] == 302


def test_unknown_address_shows_the_page_404(server: serve.SiteServer) -> None:
    status, _, body = get(server, "/badges/nowhere")
    assert status == 404
    assert b"nothing" in body


@pytest.mark.parametrize(
    "path", ["/badges/../secret.txt", "/badges/%2e%2e/secret.txt", "/badges/..%2fsecret.txt", "/badges//../secret.txt"]
)
def test_nothing_outside_the_site_is_served(server: serve.SiteServer, path: str) -> None:
    assert b"outside" not in get(server, path)[2]


@pytest.mark.parametrize("before", ["/", "%2F", "//", "./", ".//", "awards//", "awards/x/", "%5C", "C:", "C:/", "%00"])
def test_no_absolute_path_leads_out_of_the_site(server: serve.SiteServer, before: str) -> None:
    """A path that begins with a slash replaces the folder it is joined to."""
    secret = str(server.site.with_name("secret.txt")).removeprefix("/")
    for address in (f"/badges/{before}{secret}", f"/badges/{before}{secret.replace('/', '%2F')}"):
        status, _, body = get(server, address)
        assert status == 404, address
        assert b"outside" not in body, address


@pytest.mark.parametrize("name", ["awards/C:/x.txt", "C:x.txt", "a\\b.txt"])
def test_names_that_are_paths_elsewhere_are_refused_though_they_are_files_here(
    server: serve.SiteServer, name: str
) -> None:
    path = server.site / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("here")
    assert get(server, "/badges/" + name.replace("\\", "%5C"))[0] == 404
    assert serve.within(server.site, name) is None


def test_links_in_the_site_that_point_outside_are_not_followed(server: serve.SiteServer, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private/index.html").write_text("outside")
    (server.site / "link.txt").symlink_to(tmp_path / "secret.txt")
    (server.site / "folder").symlink_to(tmp_path / "private")
    (server.site / "page").mkdir()
    (server.site / "page/index.html").symlink_to(tmp_path / "private/index.html")
    (server.site / "circle").symlink_to(server.site / "circle")
    for name in ("link.txt", "folder", "folder/", "folder/index.html", "page/", "page/index.html", "circle", "x" * 300):
        status, _, body = get(server, f"/badges/{name}")
        assert status == 404, name
        assert b"outside" not in body, name


def test_page_404_is_not_taken_from_outside_either(server: serve.SiteServer, tmp_path: Path) -> None:
    (server.site / "404.html").unlink()
    (server.site / "404.html").symlink_to(tmp_path / "secret.txt")
    assert get(server, "/badges/nowhere")[2] == b"not found\n"


def test_link_inside_the_site_and_a_site_behind_a_link_are_served(server: serve.SiteServer, tmp_path: Path) -> None:
    (server.site / "same.json").symlink_to("awards/x/credential.json")
    server.site.rename(tmp_path / "elsewhere")
    server.site.symlink_to(tmp_path / "elsewhere")
    assert get(server, "/badges/awards/x/credential.json")[0] == 200
    assert get(server, "/badges/same.json") == (200, serve.TYPES[".json"], b"{}")


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        ("", False),
        ("index.html", False),
        ("awards/x/", False),
        ("nowhere", False),
        ("awards/x/noending", False),
        ("awards/x/credential.json", True),
        ("awards/x/credential.jwt.txt", True),
        ("awards/x/badge.svg", True),
    ],
)
def test_only_files_for_machines_may_be_read_by_pages_elsewhere(
    server: serve.SiteServer, name: str, shared: bool
) -> None:
    headers = ask(server, f"/badges/{name}")[1]
    assert headers.get("Access-Control-Allow-Origin") == ("*" if shared else None)


def test_mistake_of_pinback_does_not_end_the_watching(server: serve.SiteServer) -> None:
    said: list[str] = []
    faults = [ZeroDivisionError("one\nline\x1b[2J"), RecursionError(), PublishError("the disk is full"), None]

    def build() -> None:
        fault = faults.pop(0)
        if fault is not None:
            raise fault

    waiting = server.changes.listen()
    rebuild = serve.rebuilt(build, server, said.append)
    for _ in range(3):
        rebuild()
    assert waiting.empty()
    rebuild()
    assert waiting.get(timeout=5) == "built"
    assert said[0] == ("could not build: ZeroDivisionError: one line\\x1b[2J; this may be a mistake in pinback")
    assert said[1].startswith("could not build: RecursionError")
    assert said[2:] == ["the disk is full", "built"]


def test_other_host_names_are_refused(server: serve.SiteServer) -> None:
    """A page elsewhere that points a name of its own at this computer learns nothing."""
    assert get(server, "/badges/", host="evil.example.org")[0] == 403


def test_reload_script_is_added_with_its_permission(server: serve.SiteServer) -> None:
    body = get(server, "/badges/")[2]
    assert b'<script src="/-/reload.js"></script></body>' in body
    assert b"script-src 'self'" in body
    assert b"EventSource" in get(server, "/-/reload.js")[2]


def watching(root: Path, rebuild: Callable[[], None]) -> Callable[[], None]:
    """Watch beside the test; return a function that stops."""
    watch = serve.Watch(root, rebuild)
    beside = threading.Thread(target=watch.run, daemon=True)
    beside.start()

    def stop() -> None:
        watch.stop()
        beside.join(timeout=30)
        assert not beside.is_alive()

    return stop


def test_change_in_the_folder_rebuilds_and_tells_the_open_page(sealed_club: ClubFolder) -> None:
    """A real change on disk, seen by the real watcher, reaches a page that is listening."""
    site = sealed_club.root / ".pinback" / "preview"

    def build() -> None:
        from pinback import pipeline

        pipeline.build(sealed_club.root, site, preview=True)

    build()
    said: list[str] = []
    server = serve.SiteServer(site, "/", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stop = watching(sealed_club.root, serve.rebuilt(build, server, said.append))
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    try:
        connection.request("GET", "/-/changes")
        answer = connection.getresponse()
        assert answer.readline() == b": listening\n"
        answer.readline()
        sealed_club.award("2026-05-19-new", "issued_on: 2026-05-19\nhandle: stoat-5\n")
        line = answer.readline()
        while line.startswith(b":") or line == b"\n":
            line = answer.readline()
        assert line == b"data: built\n"
        assert any(path.name.startswith("not-issued") for path in (site / "awards").iterdir())
        sealed_club.award("2026-05-20-bad", "issued_on: soon\n")
        for _ in range(300):
            if any("2026-05-20-bad.yaml:1" in text for text in said):
                break
            threading.Event().wait(0.1)
        assert any("2026-05-20-bad.yaml:1" in text for text in said)
    finally:
        stop()
        server.shutdown()
        connection.close()
        server.server_close()
        thread.join(timeout=10)


def test_request_that_is_no_address_is_answered_and_a_browser_that_goes_away_is_no_news(
    server: serve.SiteServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for words in (b"GET http://x[/ HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /badges/ HTTP/1.1\r\nHost: local"):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as browser:
            browser.sendall(words)
            if words.endswith(b"\r\n\r\n"):
                assert browser.recv(100).startswith(b"HTTP/1.1 400 ")
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert get(server, "/badges/")[0] == 200
    assert capfd.readouterr().err == ""


def test_more_connections_than_are_answered_are_hung_up_on_and_idle_ones_make_room(
    server: serve.SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``MAX_CONNECTIONS`` are held open and asked nothing; after ``LISTENER_SECONDS`` they are closed."""
    monkeypatch.setattr(serve._Handler, "timeout", 0.5)
    held = [socket.create_connection(("127.0.0.1", server.server_port), timeout=10) for _ in range(MAX_CONNECTIONS)]
    try:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as further:
            assert further.recv(1) == b""
        assert [one.recv(1) for one in held] == [b""] * MAX_CONNECTIONS
    finally:
        for one in held:
            one.close()
    for _ in range(300):
        try:
            assert get(server, "/badges/")[0] == 200
            break
        except (ConnectionError, http.client.HTTPException):
            threading.Event().wait(0.02)  # the last of them is just being closed
    else:
        raise AssertionError("no room was made")
    assert serve._Handler.timeout < LISTENER_SECONDS


def test_files_that_cannot_be_read_are_not_there(server: serve.SiteServer, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("404.html", "endless.html", "endless.json"):
        (server.site / name).unlink(missing_ok=True)
        with (server.site / name).open("wb") as stream:
            stream.truncate(1 << 40)
        assert get(server, f"/badges/{name}") == (404, "text/plain", b"not found\n")
    (server.site / "404.html").unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(server.site / "pipe.html")
        assert get(server, "/badges/pipe.html")[0] == 404
    assert capfd.readouterr().err == ""


def test_mistake_of_pinback_in_an_answer_is_one_line(server: serve.SiteServer) -> None:
    said: list[str] = []
    server.say = said.append
    for mistake in (ZeroDivisionError("one\nline\x1b[2J"), BrokenPipeError("gone")):
        try:
            raise mistake
        except (ArithmeticError, OSError):
            server.handle_error(None, None)
    assert said == ["could not answer a browser: ZeroDivisionError: one line\\x1b[2J; load the page again"]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_where_the_system_tells_of_no_more_changes_they_are_looked_for(sealed_club: ClubFolder) -> None:
    """In a user namespace of its own, where no program may be told of changes."""
    script = 'echo 0 > /proc/sys/user/max_inotify_instances || exit 77; exec "$@"'
    watching = (
        "import sys, threading; from pathlib import Path; from pinback import serve; told = threading.Event()\n"
        "root = Path(sys.argv[1]); watch = serve.Watch(root, told.set)\n"
        "threading.Thread(target=watch.run).start()\n"
        "(root / 'site_src/new.md').write_text('x'); print(told.wait(60)); watch.stop()"
    )
    words = ["unshare", "-Ur", "sh", "-c", script, "sh", sys.executable, "-c", watching, str(sealed_club.root)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no namespace can be made here")
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_folder_that_is_made_or_replaced_later_is_watched_too(sealed_club: ClubFolder, tmp_path: Path) -> None:
    root = sealed_club.root
    told = threading.Semaphore(0)

    def settled() -> None:
        """Wait for a rebuilding, and until no more come."""
        assert told.acquire(timeout=30)
        while told.acquire(timeout=1.5):
            pass

    stop = watching(root, told.release)
    try:
        (root / "theme").mkdir()
        settled()
        (root / "theme/style.css").write_text("a{}")
        settled()
        (root / "site_src").rename(tmp_path / "aside")
        (root / "site_src").symlink_to(tmp_path / "aside")
        settled()
        (tmp_path / "aside/index.md").write_text("x")  # behind a link, where nobody looks
        assert not told.acquire(timeout=1.5)
        (root / "site_src").unlink()
        (tmp_path / "aside").rename(root / "site_src")
        settled()
        (root / "site_src/index.md").write_text("y")
        settled()
    finally:
        stop()


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="a timer of POSIX stops templates")
def test_template_that_never_ends_is_told_and_the_next_one_is_built(sealed_club: ClubFolder) -> None:
    """The command itself, ended by Ctrl-C."""
    template = sealed_club.root / "theme/home.html"
    template.parent.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "pinback", "serve", "--port", "0", "-C", str(sealed_club.root)]

    def heeds_signals() -> None:
        """A shell that runs the tests in the background has Ctrl-C ignored, by all that is begun from there."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=ROOT, preexec_fn=heeds_signals, **pipes) as program:
        assert program.stdout and program.stderr
        at_the_latest = threading.Timer(120, program.kill)
        at_the_latest.start()
        try:
            assert program.stdout.readline().startswith("http://127.0.0.1:")
            template.write_text("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
            assert any("home.html:1: this template cannot be used (it takes" in line for line in program.stderr)
            template.unlink()
            assert "built\n" in program.stderr
        finally:
            program.send_signal(signal.SIGINT)
            rest = program.stderr.read()
            at_the_latest.cancel()
        assert rest == ""
        assert program.wait(30) == 0
