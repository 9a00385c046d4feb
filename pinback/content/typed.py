"""The texts of a record that the documents are made from, kept small: as JSON, with the record hash beside it (TRUST §2, ``record``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import orjson

from pinback.canonical import sha256_name

_SHA256 = "sha256:"
_OUTER = frozenset(("named", "link"))
"""Texts of which each record is asked, under names that no entry of a list and no inner mapping has."""
_DIGEST = 32
"""Bytes of the record hash, which stands before the text."""


@lru_cache(maxsize=1)
def _read(kept: bytes) -> dict[str, Any]:
    """Return the fields; whoever makes a document asks the same award for one after the other, and changes none."""
    values: dict[str, Any] = orjson.loads(memoryview(kept)[_DIGEST:])
    return values


@lru_cache(maxsize=256)
def _as_written(name: str) -> bytes:
    """Return the name of a field as it stands in JSON."""
    return orjson.dumps(name)


class Typed(Mapping[str, object]):
    """Typed fields by name, in the order of the record; they become objects for as long as somebody looks at them."""

    __slots__ = ("_kept",)

    def __init__(self, text: str, record: str) -> None:
        """Hold fields of which *text* (JSON) and the record hash are known."""
        self._kept = bytes.fromhex(record.removeprefix(_SHA256)) + text.encode("utf-8")

    @property
    def text(self) -> str:
        """The fields as JSON."""
        return self._kept[_DIGEST:].decode("utf-8")

    @property
    def record(self) -> str:
        """``sha256:…`` of the RFC 8785 form, as ``register.record_hash`` makes it."""
        return _SHA256 + self._kept[:_DIGEST].hex()

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Typed:
        """Return fields as they were read: texts, and lists and mappings of texts, under the names of the table of fields."""
        # NOTE: names in ASCII and texts alone have the RFC 8785 form that a fast library writes with the names sorted.
        plain = dict(values)
        canonical = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
        return cls(orjson.dumps(plain).decode("utf-8"), sha256_name(canonical))

    def _values(self) -> dict[str, Any]:
        return _read(self._kept)

    def get(self, name: str, default: object = None) -> Any:  # noqa: ANN401 - what a field is
        """Return a field; ``Mapping`` would raise and catch an error where there is none, as there mostly is."""
        # Rules between records ask each for fields that few have: looking for the name is faster than reading all of them.
        written, kept = _as_written(name), self._kept
        start = kept.find(written, _DIGEST)
        if start < 0:
            return default
        if name in _OUTER and kept[start + len(written) : start + len(written) + 2] == b':"':
            # A quotation mark inside a text has a backslash before it, so this is the member, and ends where its text does.
            start += len(written) + 2
            text = kept[start : kept.index(b'"', start)]
            if b"\\" not in text:
                return text.decode("utf-8")
        return self._values().get(name, default)

    def __getitem__(self, name: str) -> object:
        return self._values()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def __eq__(self, other: object) -> bool:
        return dict(self._values()) == dict(other) if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Typed({self.text})"
