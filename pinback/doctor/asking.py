"""The host's API and the club's site, asked through the door of the caller."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pinback.doctor.findings import Get, Setup
from pinback.errors import FetchError


class Host:
    """The host's API and the club's site, asked through the door."""

    def __init__(self, setup: Setup, get: Get) -> None:
        self._setup, self._get = setup, get
        self._headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if setup.token:
            self._headers["Authorization"] = f"Bearer {setup.token}"

    def asked(self, path: str) -> tuple[int, Any]:
        """Return status and JSON of an API path; status 0 where there was no usable answer."""
        status, body = self.page(f"{self._setup.api}/{path}", self._headers)
        if status != 200:
            return status, None
        try:
            return 200, json.loads(body)
        except (ValueError, RecursionError):
            return 0, None

    def page(self, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Return status and body of an address; status 0 where there was no answer."""
        try:
            answer = self._get(url, headers)
        except FetchError:
            return 0, b""
        return answer.status, answer.body


def page_of(setup: Setup, path: str) -> str:
    """Return the address of a page of the repository at its host."""
    return f"{setup.web}/{setup.repository}/{path}"


def object_of(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
