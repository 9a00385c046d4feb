"""The members of a ZIP, read into memory one at a time within limits; nothing is unpacked to disk.

A ZIP that holds ``map.tsv`` is an archive: a snapshot of addresses with the badges themselves (see ``fetch`` for the
map). Members are counted by what they unpack to, not by what they say.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from pinback.errors import FetchError, UsageError, quoted
from pinback.verify import limits
from pinback.verify.fetch import NO_HEADERS, Answer, NotSaved, map_lines
from pinback.verify.urls import bare
from pinback.verify.verdict import Finding, unknown

MAP = "map.tsv"
# Python 3.13 and later say so on the terminal, and read on; what it unpacks to is bounded here.
warnings.filterwarnings("ignore", "Overlapped entries", UserWarning)


class Zip:
    """A ZIP file in memory.

    Raises:
        Finding: it is damaged or past a limit.
    """

    def __init__(self, data: bytes) -> None:
        self._left = limits.MAX_ZIP_TOTAL
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
            self._members = [member for member in self._file.infolist() if not member.is_dir()]
        # NOTE: zipfile looks at the last sign of a name that has none.
        except (zipfile.BadZipFile, ValueError, NotImplementedError, IndexError, OverflowError, OSError) as error:
            raise unknown("the ZIP is damaged; ask for it again") from error
        if len(self._members) > limits.MAX_ZIP_MEMBERS:
            raise unknown(f"the ZIP has more than {limits.MAX_ZIP_MEMBERS:,} files")
        if len({member.filename for member in self._members}) != len(self._members):
            raise unknown("the ZIP holds two files of one name; ask for it again")

    @property
    def is_archive(self) -> bool:
        """Whether it answers addresses."""
        return any(member.filename == MAP for member in self._members)

    def members(self) -> Iterator[tuple[str, bytes | Finding]]:
        """Yield the name of each member with its bytes, or with why it cannot be read."""
        for member in self._members:
            if member.filename == MAP:
                continue
            try:
                yield member.filename, self._bytes(member)
            except Finding as finding:
                yield member.filename, finding

    def read(self, name: str) -> bytes:
        """Return one member.

        Raises:
            Finding: it is not there, or cannot be read.
        """
        for member in self._members:
            if member.filename == name:
                return self._bytes(member)
        raise unknown(f"the ZIP holds no file {quoted(name)}")

    def _bytes(self, member: zipfile.ZipInfo) -> bytes:
        if member.flag_bits & 1:
            raise unknown("this file in the ZIP is locked with a password")
        # NOTE: zipfile unpacks bzip2 and LZMA without a bound, a kilobyte of them into a gigabyte.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise unknown("this file in the ZIP is packed in a way that is not read here; pack it anew")
        most = min(limits.MAX_FILE, self._left)
        try:
            with self._file.open(member) as stream:
                data = stream.read(most + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            NotImplementedError,
            RuntimeError,
            OverflowError,
            EOFError,
            OSError,
        ) as error:
            raise unknown("this file in the ZIP is damaged; ask for the ZIP again") from error
        if len(data) > most:
            raise unknown(f"this file in the ZIP has more than {most:,} bytes unpacked, which are not read")
        self._left -= len(data)
        return data


class ArchiveDoor:
    """Answers addresses from an archive and nothing else.

    Raises:
        Finding: its map cannot be read, or is none.
    """

    def __init__(self, archive: Zip) -> None:
        self._archive = archive
        data = archive.read(MAP)
        if len(data) > limits.MAX_MAP:
            raise unknown(f"the map of the archive has more than {limits.MAX_MAP:,} bytes")
        try:
            self._answers = {line[0]: line[1:] for line in map_lines(data, MAP)}
        except UsageError as error:
            raise unknown(str(error).partition(";")[0]) from error
        said = re.search(rb"^# as of ([0-9TZ:.+-]{10,32})\r?$", data, re.MULTILINE)
        self.as_of = said.group(1).decode("ascii") if said else ""
        """When the answers were saved, as the archive says; "" where it does not."""

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """Return the saved answer of *url*."""
        url = bare(url)
        if url not in self._answers:
            raise NotSaved(f"{quoted(url, limit=200)} is not in the archive, and nothing else is asked")
        status, media_type, file = self._answers[url]
        if 300 <= status < 400:
            raise FetchError(f"{quoted(url, limit=200)} is answered by a redirect, which archives do not hold")
        try:
            body = self._archive.read(file) if file else b""
        except Finding as finding:
            raise FetchError(f"{quoted(url, limit=200)} cannot be read from the archive; ask for it again") from finding
        if len(body) > limits.MAX_ANSWER:
            raise FetchError(f"{quoted(url, limit=200)} has more than {limits.MAX_ANSWER:,} bytes, which are not read")
        return Answer(status, media_type, body, url)
