"""A local look at the site: built anew on every change, the open page reloads, types as GitHub Pages sends them.

Loopback only. Waiting awards are shown as "not issued yet". The pages are served as they are built; only
the reload script is put in on the way out, with its own permission in the page's policy. Whoever asks too often, or
asks and does not listen, is hung up on.
"""

from __future__ import annotations

import contextlib
import os
import queue
import stat
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from pinback.errors import PinbackError, printable
from pinback.files import FileProblem, read_regular
from pinback.limits import LISTENER_SECONDS, MAX_CONNECTIONS

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "application/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
}
"""Types by ending, as GitHub Pages derives them; anything else is sent as a stream of bytes there too."""

FOR_MACHINES = frozenset([".json", ".txt", ".png", ".svg"])
"""Endings that a checker's page elsewhere may fetch, as it may from GitHub Pages; a preview's pages are nobody else's."""

_RELOAD = b"""new EventSource("/-/changes").onmessage = () => location.reload();
"""
_SCRIPT = b'<script src="/-/reload.js"></script>'
_BEAT = 1.0
"""Seconds after which a page that waits is told that nothing has changed; one that was left takes a connection until then."""
WATCHED = ("site_src", "issuers", "badges", "theme")


def within(site: Path, name: str) -> Path | None:
    """Return what *name* stands for inside *site*, or None where it is nothing of the site.

    An empty first part would make the path absolute, a drive letter or a backslash does the same on
    Windows, and a link in the site may point anywhere; none of them may show a file of this computer.
    """
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or any(sign in name for sign in "\\\0:"):
        return None
    target = site.joinpath(*parts)
    try:
        real = target.resolve(strict=True)
        return target if real.is_relative_to(site.resolve()) else None
    except (OSError, RuntimeError):  # not there, a name too long, or links in a circle
        return None


class Changes:
    """Tells every open page that the site was built anew."""

    def __init__(self) -> None:
        self._waiting: set[queue.Queue[str]] = set()
        self._lock = threading.Lock()

    def listen(self) -> queue.Queue[str]:
        """Return a queue that gets a word at each change."""
        waiting: queue.Queue[str] = queue.Queue()
        with self._lock:
            self._waiting.add(waiting)
        return waiting

    def leave(self, waiting: queue.Queue[str]) -> None:
        """Stop listening."""
        with self._lock:
            self._waiting.discard(waiting)

    def tell(self, word: str = "built") -> None:
        """Wake every listener."""
        with self._lock:
            for waiting in self._waiting:
                waiting.put(word)


class SiteServer(ThreadingHTTPServer):
    """Serves one site under its base path."""

    daemon_threads = True
    request_queue_size = MAX_CONNECTIONS

    def __init__(self, site: Path, base_path: str, port: int, say: Callable[[str], None] = lambda words: None) -> None:
        self.site, self.base_path, self.changes, self.say = site, base_path, Changes(), say
        self._free = threading.Semaphore(MAX_CONNECTIONS)
        self.ending = threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """The address to open."""
        return f"http://127.0.0.1:{self.server_port}{self.base_path}"

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's names
        """Say nothing of a browser that went away in the middle of an answer, and a line of anything else."""
        error = sys.exception()
        if not isinstance(error, OSError):
            what = printable(" ".join(f"{type(error).__name__}: {error}".split()))
            self.say(f"could not answer a browser: {what}; load the page again")

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's names
        """Answer in a thread of its own, if not too many are at work."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # the system has no thread left
            self._free.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's names
        """Answer, and make room for the next one."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def shutdown(self) -> None:
        """Stop serving, and let waiting pages go."""
        self.ending.set()
        self.changes.tell("end")
        super().shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    timeout = LISTENER_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - the library's names
        """Keep quiet; the terminal shows builds."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        """Answer a file, a folder's page, the page 404, or our own two addresses."""
        try:
            path = urlsplit(self.path).path
        except ValueError:  # no address at all, like http://[/
            self._send(HTTPStatus.BAD_REQUEST, "text/plain", b"this is no address\n")
            return
        if self.headers.get("Host", "").partition(":")[0] not in ("127.0.0.1", "localhost"):
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"this server answers 127.0.0.1 only\n")
        elif path == "/-/reload.js":
            self._send(HTTPStatus.OK, TYPES[".js"], _RELOAD)
        elif path == "/-/changes":
            self._stream()
        elif not path.startswith(self.server.base_path):
            self._send(HTTPStatus.FOUND, "text/plain", b"", {"Location": self.server.base_path})
        else:
            self._file(unquote(path[len(self.server.base_path) :]))

    def _file(self, name: str) -> None:
        is_folder = not name or name.endswith("/")
        target = within(self.server.site, f"{name}index.html" if is_folder else name)
        if target is None:
            self._missing()
        elif target.is_dir():
            address = f"{self.server.base_path}{quote(name)}/"
            self._send(HTTPStatus.MOVED_PERMANENTLY, "text/plain", b"", {"Location": address})
        elif not self._page(HTTPStatus.OK, target):
            self._missing()

    def _missing(self) -> None:
        page = within(self.server.site, "404.html")
        if page is None or not self._page(HTTPStatus.NOT_FOUND, page):
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")

    def _page(self, status: HTTPStatus, path: Path) -> bool:
        """Answer a file; return whether there is one that can be read."""
        try:
            data = read_regular(path.resolve())
        except (FileProblem, OSError, RuntimeError):
            return False
        if path.suffix == ".html":
            data = data.replace(
                b"default-src 'none';", b"default-src 'none'; script-src 'self'; connect-src 'self';", 1
            )
            data = data.replace(b"</body>", _SCRIPT + b"</body>", 1)
        headers = {"Access-Control-Allow-Origin": "*"} if path.suffix in FOR_MACHINES else {}
        self._send(status, TYPES.get(path.suffix, "application/octet-stream"), data, headers)
        return True

    def _send(self, status: HTTPStatus, kind: str, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _stream(self) -> None:
        """Send a server-sent event at each change (HTML Living Standard, "Server-sent events")."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        waiting = self.server.changes.listen()
        try:
            self.wfile.write(b": listening\n\n")
            while not self.server.ending.is_set():
                try:
                    word = waiting.get(timeout=_BEAT)
                except queue.Empty:
                    word = ""
                self.wfile.write(f"data: {word}\n\n".encode("ascii") if word else b": still here\n\n")
                self.wfile.flush()
        except OSError:
            pass  # the page was closed
        finally:
            self.server.changes.leave(waiting)


class Watch:
    """Calls a function after changes in the club's folder have come to rest.

    It is called by whoever calls ``run``: in the main thread of a process, a page of a club's own template has its limits of time
    (``pages.limited``).
    """

    def __init__(self, root: Path, rebuild: Callable[[], None], pause: float = 0.15) -> None:
        """Begin to look for changes.

        Args:
            root: the club's folder.
            rebuild: builds the site; problems are its own to show.
            pause: seconds without a further change before it is called.
        """
        self._root, self._rebuild, self._pause = root, rebuild, pause
        self._changed, self._ending = threading.Event(), threading.Event()
        self._seen = _folders(root)
        self._observer = self._observing()

    def run(self) -> None:
        """Wait for changes until ``stop`` is called."""
        try:
            while not self._ending.is_set():
                if not self._changed.wait(timeout=0.5) and _folders(self._root) == self._seen:
                    continue
                while self._changed.is_set():
                    self._changed.clear()
                    self._ending.wait(self._pause)
                if (now := _folders(self._root)) != self._seen:
                    # One was made, or another stands in its place, of which nobody tells.
                    self._end_observing()
                    self._seen = now
                    self._observer = self._observing()
                if not self._ending.is_set():
                    self._rebuild()
        finally:
            self._end_observing()

    def stop(self) -> None:
        """Let ``run`` return, after the call that it is in."""
        self._ending.set()
        self._changed.set()

    def _observing(self) -> BaseObserver | None:
        """Return an observer that is at work; None where none can be."""
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer
        from watchdog.observers.polling import PollingObserver

        changed = self._changed

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in ("modified", "created", "deleted", "moved"):
                    changed.set()

        for kind in (Observer, PollingObserver):
            try:
                observer: BaseObserver = kind()
            except OSError:
                # The system tells so many programs of changes, and no more; looking at each file needs nobody.
                continue
            for name in self._seen:
                observer.schedule(Handler(), str(self._root / name), recursive=True)
            try:
                observer.start()
            except OSError:
                observer.unschedule_all()
            else:
                return observer
        return None

    def _end_observing(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None


def _folders(root: Path) -> dict[str, tuple[int, int]]:
    """Return the watched folders that are there, each with what tells it from another one of the name; a link is none."""
    found = {}
    for name in WATCHED:
        with contextlib.suppress(OSError):
            status = os.lstat(root / name)
            if stat.S_ISDIR(status.st_mode):
                found[name] = (status.st_dev, status.st_ino)
    return found


def rebuilt(build: Callable[[], object], server: SiteServer, say: Callable[[str], None]) -> Callable[[], None]:
    """Return a function that builds, tells open pages, and shows problems instead of ending.

    Whatever goes wrong, the watcher lives on: the next change may put it right.
    """

    def rebuild() -> None:
        try:
            build()
        except PinbackError as error:
            say(str(error))
        except Exception as error:
            what = printable(" ".join(f"{type(error).__name__}: {error}".split()))
            say(f"could not build: {what}; this may be a mistake in pinback")
        else:
            server.changes.tell()
            say("built")

    return rebuild
