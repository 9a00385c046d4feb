"""Saved answers in memory: a door for tests that need no server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pinback.errors import FetchError
from pinback.verify.fetch import NO_HEADERS, Answer


class Answers:
    """Answers addresses from a table, and keeps what was asked."""

    def __init__(self, table: Mapping[str, Answer | bytes | dict[str, Any] | int]) -> None:
        self.table = dict(table)
        self.asked: list[str] = []

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        url = url.partition("#")[0]
        self.asked.append(url)
        if url not in self.table:
            raise FetchError(f'"{url}" cannot be asked; try again later')
        found = self.table[url]
        if isinstance(found, int):
            return Answer(found, "", b"", url)
        if isinstance(found, dict):
            return Answer(200, "application/json", json.dumps(found, ensure_ascii=False).encode(), url)
        return found if isinstance(found, Answer) else Answer(200, "", found, url)
