"""What the checker asks of the network: each address once a run, counted for each document, read as JSON.

An answer that does not come, or is none, is a finding "cannot tell".
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from pinback.errors import FetchError, quoted
from pinback.verify import limits
from pinback.verify.fetch import Answer, NotSaved, Opener
from pinback.verify.json_reading import read_object
from pinback.verify.urls import bare, climbs, host_of
from pinback.verify.verdict import Finding, unknown


class Asker:
    """Asks addresses, and remembers what they answered.

    Args:
        door: the network, or what stands in for it.
        given: documents that the asker brought along (``--trust FILE``), by their ids; they are not asked for.
    """

    def __init__(self, door: Opener, given: Mapping[str, dict[str, Any]] | None = None) -> None:
        self.door = door
        self.given = dict(given or {})
        self.judged: dict[str, Any] = {}
        """Results that hold for a whole run, such as a checked status list, by address."""
        self.unsaved: set[str] = set()
        """Addresses that a saved copy does not hold."""
        self._answers: dict[str, Answer | str] = {}
        self._bytes = 0
        self.objects_left = limits.MAX_OBJECTS
        self.comparisons_left = limits.MAX_COMPARISONS
        self.parts_left = limits.MAX_PARTS_IN_ALL
        self.logs_left = limits.MAX_LOGS
        self._left = limits.MAX_REQUESTS_EACH
        self._until = time.monotonic() + limits.MAX_SECONDS_EACH

    def next_document(self) -> None:
        """Begin counting anew."""
        self._left = limits.MAX_REQUESTS_EACH
        self._until = time.monotonic() + limits.MAX_SECONDS_EACH
        self.objects_left = limits.MAX_OBJECTS
        self.comparisons_left = limits.MAX_COMPARISONS
        self.parts_left = limits.MAX_PARTS_IN_ALL

    def keep(self, name: str, value: object) -> None:
        """Keep a result for the rest of the run, while what was answered is not too much to hold."""
        if self._bytes <= limits.MAX_REMEMBERED and len(self.judged) < limits.MAX_KEPT:
            self.judged[name] = value
            # The bits of a status list have a thousand times the bytes of the answer that they came in.
            self._bytes += len(value) if isinstance(value, bytes) else 0

    def answer(self, url: str) -> Answer:
        """Return what an address answers, whatever its status.

        Raises:
            Finding: it was not asked, or gave no usable answer.
        """
        known = self._answers.get(url)
        if known is None:
            known = self._asked(url)
            self._bytes += len(known.body) if isinstance(known, Answer) else 0
            if self._bytes <= limits.MAX_REMEMBERED:
                self._answers[url] = known
        if isinstance(known, str):
            raise unknown(known)
        return known

    def _asked(self, url: str) -> Answer | str:
        if self._left <= 0:
            raise unknown(f"the document asks for more than {limits.MAX_REQUESTS_EACH} addresses")
        if time.monotonic() >= self._until:
            raise unknown(f"asking for the document took more than {limits.MAX_SECONDS_EACH:g} seconds")
        if climbs(url):
            raise unknown(f"{quoted(url, limit=200)} leads elsewhere by its dots")
        self._left -= 1
        try:
            return self.door.get(url)
        except FetchError as error:
            if isinstance(error, NotSaved):
                self.unsaved.add(url)
            return str(error).partition(";")[0]

    def json(self, url: str, what: str) -> dict[str, Any]:
        """Return the JSON object at an address.

        Args:
            url: absolute.
            what: how a message names it.

        Raises:
            Finding: cannot tell: no answer, another status than 200, a host that sends on whoever asks, or no sound JSON.
        """
        answer = self.answer(url)
        if answer.status != 200:
            raise unknown(f"{what} is not at its address, which answers {answer.status}")
        # A host that moved sends on each address; one that sends on whoever asks, to where he likes, vouches for nothing there.
        if "?" in bare(url) and host_of(answer.url) != host_of(url):
            raise unknown(f"{what} is not at its address, which leads on to {quoted(host_of(answer.url), limit=200)}")
        try:
            return read_object(answer.body, what)
        except Finding as finding:
            raise unknown(finding.reason) from finding
