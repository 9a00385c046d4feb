"""What the tests share: keys from fixed seeds, small clubs, and clubs that are sealed.

Test keys are made from the seeds below, never from files; they sign for ``example.org`` names only.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from faults import quick_age
from hypothesis import settings
from PIL import Image

from pinback import closing, moving, pipeline, sealing
from pinback.files import append_file, write_file
from pinback.keys import bundle
from pinback.keys.bundle import KeyBundle
from pinback.keys.code import typed_code
from pinback.leaks import CODE_SIGNS, check_sign
from pinback.register import line_bytes
from pinback.seal.make import first_lines
from pinback.seal.signing_keys import Keys
from pinback.seal.store import Store

if "PINBACK_CHANGING" not in os.environ:
    # Containers often switch bytecode off, and then each of the many processes that tests start would compile Pinback and its templates.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False

settings.register_profile("no deadline", deadline=None)  # a busy machine makes nothing wrong
settings.load_profile("no deadline")

ROOT = Path(__file__).resolve().parent.parent
STANDARDS = ROOT.parent / "shared" / "standards"
AT = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
"""The moment at which test clubs are sealed."""
DENSE = bool(os.environ.get("PINBACK_DENSE"))
"""Whether deaths at half-steps are tried at every one, or nearly, as ``.ci/run`` does; else the suite takes a sample."""

bundle._WORK = quick_age.WORK
"""How much work the bundles take that tests make; it stands in the file. Commands that run as processes of their own take more."""

try:
    import cairosvg  # noqa: F401
except OSError:
    HAS_LIBCAIRO = False
else:
    HAS_LIBCAIRO = True

needs_libcairo = pytest.mark.skipif(
    not HAS_LIBCAIRO, reason="libcairo is missing, so no SVG can be drawn (sudo apt-get install libcairo2)"
)
"""Left out on machines without the library; everything else runs there with a PNG as picture."""

try:
    import weasyprint  # noqa: F401
except (ImportError, OSError):
    HAS_PANGO = False
else:
    HAS_PANGO = True

needs_pango = pytest.mark.skipif(
    not HAS_PANGO,
    reason="pango is missing, so no certificate can be drawn (sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)",
)
"""Left out on machines without the library."""

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<circle cx="32" cy="32" r="30" fill="#0b5c8a"/><path fill="#fff" d="M20 20h24v24H20z"/></svg>\n'
)


def _prime(seed: str, bits: int) -> int:
    """Return the first probable prime from a seed (Miller-Rabin, 24 rounds)."""

    def stream(label: str, size: int) -> int:
        data = b"".join(hashlib.sha256(f"{seed} {label} {n}".encode()).digest() for n in range(size // 256 + 1))
        return int.from_bytes(data, "big") >> (len(data) * 8 - size)

    number = stream("start", bits) | (3 << (bits - 2)) | 1
    while not _is_prime(number, stream):
        number += 2
    return number


_SMALL_PRIMES = math.prod(
    number for number in range(3, 5000, 2) if all(number % d for d in range(3, 71, 2) if d < number)
)


def _is_prime(number: int, stream: Callable[[str, int], int]) -> bool:
    if math.gcd(number, _SMALL_PRIMES) > 1 or number % 65537 == 1:
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for round_ in range(24):
        value = pow(stream(f"base {round_}", 512), odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


@cache
def make_test_keys(seed: str) -> KeyBundle:
    """Return the keys of a test issuer: the same for the same seed, on every machine."""
    p, q = _prime(f"{seed} p", 1024), _prime(f"{seed} q", 1024)
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(65537, p * q)
    )

    def ed(name: str) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest())

    return KeyBundle({"ed25519": ed("sign"), "rsa": numbers.private_key(), "log": ed("log")})


def _test_code(seed: str) -> str:
    """Return a code made from a seed. It looks like a real one: a plain one, such as all zeros, also stands in public numbers."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big")
    body = "".join(CODE_SIGNS[number >> 5 * place & 31] for place in range(25, -1, -1))
    return typed_code(body + check_sign(body))


TEST_CODE = _test_code("test code 0")
"""A code with nothing secret about it."""


@cache
def _locked(seed: str) -> bytes:
    return make_test_keys(seed).encrypted(TEST_CODE)


class ClubFolder:
    """A club's folder that a test writes, seals and builds."""

    def __init__(self, root: Path, base_url: str = "https://badges.example.org/") -> None:
        self.root = root
        self.base_url = base_url
        self.signers: dict[str, KeyBundle] = {"club": make_test_keys("test")}

    def write(self, file: str, text: str) -> Path:
        """Write a file, whatever was there."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        return path

    def read(self, file: str) -> str:
        """Return a file's text."""
        return (self.root / file).read_text(encoding="utf-8")

    def site(self, **fields: str) -> ClubFolder:
        """Write ``site.yaml``."""
        values = {"title": "Test badges", "base_url": self.base_url, "default_issuer": "club", **fields}
        self.write("site_src/site.yaml", "".join(f"{name}: {value}\n" for name, value in values.items()))
        return self

    def issuer(self, slug: str = "club", did: str = "did:web:badges.example.org", more: str = "") -> ClubFolder:
        """Write an issuer."""
        text = f"name: Test club\nurl: https://club.example.org/\nemail: badges@club.example.org\ndid: {did}\n{more}"
        self.write(f"issuers/{slug}/issuer.yaml", text)
        return self

    def badge(self, slug: str = "knots", fields: str = "", criteria: str = "Tie six knots.") -> ClubFolder:
        """Write a badge with its picture."""
        text = f"---\nname: Knots\ndescription: Ties knots that hold.\n{fields}---\n\n{criteria}\n"
        self.write(f"badges/{slug}/badge.md", text)
        if HAS_LIBCAIRO:
            self.write(f"badges/{slug}/badge.svg", PICTURE)
        else:
            stream = io.BytesIO()
            Image.new("RGBA", (64, 64), "#0b5c8a").save(stream, "PNG")
            (self.root / f"badges/{slug}/badge.png").write_bytes(stream.getvalue())
        return self

    def award(self, name: str, text: str, badge: str = "knots") -> ClubFolder:
        """Write an award record."""
        self.write(f"badges/{badge}/awards/{name}.yaml", text)
        return self

    def keys(self, slug: str = "club", seed: str = "test", at: datetime = AT, with_file: bool = False) -> ClubFolder:
        """Begin the register with test keys, as ``key new`` does; ``keys.age`` (slow to make) where asked."""
        store = Store(self.root, slug)
        bundle = self.signers[slug] = make_test_keys(seed)
        if with_file:
            write_file(store.keys_path, _locked(seed))
        checked = pipeline.check(self.root)
        keys = Keys(bundle.keys["ed25519"], bundle.keys["rsa"], bundle.keys["log"], bundle)
        lines = first_lines(checked.club, checked.club.issuers[slug], keys, at)
        append_file(store.register_path, b"".join(line_bytes(line) for line in lines))
        return self

    def seal(self, at: datetime = AT) -> list[sealing.SealedNow]:
        """Seal everything that waits, with the issuers' test keys in memory."""
        return sealing.seal(
            self.root, lambda: at, lambda line: None, lambda issuer, store, register: self.signers[issuer.slug]
        )

    def move(self, new: str, new_did: bool = False, at: datetime = AT) -> list[str]:
        """Move to another address, with the issuers' test keys in memory, and return the words."""
        said: list[str] = []
        signers = lambda issuer, store, register: self.signers[issuer.slug]  # noqa: E731
        moving.move(self.root, new, new_did, lambda: at, said.extend, signers)
        self.base_url = new
        return said

    def close(self, slug: str = "club", at: datetime = AT) -> list[str]:
        """End an issuer, with its test keys in memory, and return the words."""
        said: list[str] = []
        closing.close(self.root, slug, lambda: at, said.extend, lambda *_: self.signers[slug])
        return said

    def build(self, preview: bool = False) -> Path:
        """Build and return the site's folder."""
        pipeline.build(self.root, self.root / "site", preview)
        return self.root / "site"


@pytest.fixture
def club(tmp_path: Path) -> ClubFolder:
    """A small club: one issuer, one badge, no award, no keys."""
    return ClubFolder(tmp_path / "club").site().issuer().badge()


@pytest.fixture(scope="session")
def _sealed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seal_small_club(tmp_path_factory.mktemp("sealed") / "club").root


def seal_small_club(root: Path) -> ClubFolder:
    """Make the small club with three sealed awards in a folder."""
    folder = ClubFolder(root).site().issuer().badge().keys()
    folder.award("2026-05-17-otter", "issued_on: 2026-05-17\nhandle: otter-7\n")
    folder.award(
        "2026-05-18-course",
        "# Spring course\nissued_on: 2026-05-18\nevidence: https://club.example.org/log/1\nawards:\n"
        "  - handle: heron-2   # ask her about the photo\n  - handle: wren-31\n    valid_until: 2028-05-18\n",
    )
    folder.seal()
    return folder


@pytest.fixture
def sealed_club(_sealed_template: Path, tmp_path: Path) -> ClubFolder:
    """The small club with three sealed awards; each test has its own copy."""
    root = tmp_path / "sealed-club"
    shutil.copytree(_sealed_template, root)
    return ClubFolder(root)


def fill_with_deep_folders(top: Path) -> None:
    """Make folders within one another, deeper than Python walks by recursion, and than a path may be long."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
