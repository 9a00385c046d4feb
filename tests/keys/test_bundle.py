"""The keys of an issuer: in memory, in ``keys.age``, and on the sheet of paper."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable

import pyrage
import pytest
from conftest import ROOT, TEST_CODE, make_test_keys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from faults import quick_age

from pinback.errors import SigningError
from pinback.keys import bundle
from pinback.keys.age_file import encrypted
from pinback.keys.bundle import FORMAT, KeyBundle, _bundle_in, new_bundle, open_bundle
from pinback.keys.code import new_code
from pinback.keys.sheet import recovery_sheet
from pinback.proofs.keys import public_key

BUNDLE = make_test_keys("bundle")


def der(key) -> str:
    data = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(data).decode()


def plain(**changes) -> dict[str, object]:
    roles = {role: der(BUNDLE._private[BUNDLE.keys[role].id]) for role in ("ed25519", "rsa", "log")}
    return {"format": FORMAT, **roles, **changes}


def canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


OTHER_CODE = new_code()


@pytest.mark.parametrize(
    "shape", [lambda data: data, quick_age.as_text, lambda data: b"\n" + quick_age.as_text(data) + b"\r\n"]
)
def test_bundle_with_all_the_work_that_is_done_opens_and_one_more_is_refused(
    monkeypatch: pytest.MonkeyPatch, shape: Callable[[bytes], bytes]
) -> None:
    data = shape(quick_age.encrypt(canonical(plain()), TEST_CODE))
    monkeypatch.setattr(bundle, "MAX_WORK", 2)
    assert open_bundle(data, TEST_CODE).keys == BUNDLE.keys
    monkeypatch.setattr(bundle, "MAX_WORK", 1)
    with pytest.raises(SigningError) as refused:
        open_bundle(data, TEST_CODE)
    assert str(refused.value) == "keys.age asks for more memory than a bundle of keys does; restore the file from git"


@pytest.mark.parametrize("work", [b"22", b"+22", b"022"])
def test_library_is_not_asked_for_gigabytes(work: bytes) -> None:
    """It would end the program: 22 is what it takes on a computer of today."""
    data = quick_age.encrypt(canonical(plain()), TEST_CODE).replace(b" 2\n", b" %s\n" % work, 1)
    with pytest.raises(SigningError, match="more memory"):
        open_bundle(data, TEST_CODE)


def test_bundle_of_brackets_holds_no_keys() -> None:
    with pytest.raises(SigningError, match="holds no keys that can be read"):
        _bundle_in(b"[" * 60_000)


def test_bundle_opens_with_its_code_and_signs_identically(monkeypatch: pytest.MonkeyPatch) -> None:
    """An age file in passphrase mode with the RFC 8785 form of format and PKCS#8 keys (docs/format.md)."""
    quick = BUNDLE.encrypted(TEST_CODE)
    assert pyrage.passphrase.decrypt(quick, TEST_CODE) == canonical(plain())
    monkeypatch.setattr(bundle, "_WORK", 15)
    data = BUNDLE.encrypted(TEST_CODE)
    assert re.match(
        rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} 15\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n", data
    )
    opened = open_bundle(data, TEST_CODE)
    assert opened.keys == BUNDLE.keys
    for key in BUNDLE.keys.values():
        assert opened.sign(key.id, b"text") == BUNDLE.sign(key.id, b"text") == BUNDLE.sign(key.id, b"text")
        key.verify(opened.sign(key.id, b"text"), b"text")
    with pytest.raises(SigningError) as refused:
        open_bundle(quick, OTHER_CODE)
    assert str(refused.value) == "the code does not open keys.age; compare it with the sheet, and the file with git"


def test_bundle_as_text_opens_whatever_an_editor_did_to_it():
    """A browser commits ``keys.age`` as text, and pages of hosts add and take blank lines (age-encryption.org/v1, ASCII armor)."""
    as_library = pyrage.passphrase.encrypt(canonical(plain()), TEST_CODE, armored=True)
    assert open_bundle(as_library, TEST_CODE).keys == BUNDLE.keys
    text = quick_age.as_text(quick_age.encrypt(canonical(plain()), TEST_CODE))
    assert [line for line in text.splitlines() if line[:1] == b"-"] == [
        line for line in as_library.splitlines() if line[:1] == b"-"
    ]
    for data in (text, text.replace(b"\n", b"\r\n"), b"\n\n" + text + b"\n\n", text.rstrip(), b"\xef\xbb\xbf" + text):
        assert open_bundle(data, TEST_CODE).keys == BUNDLE.keys
    for data in (text[:900], b"# keys\n" + text, text.replace(b"END", b"FIN")):
        with pytest.raises(SigningError):
            open_bundle(data, TEST_CODE)


def test_file_that_is_no_bundle_is_refused():
    small_rsa = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    curve = ec.generate_private_key(ec.SECP256R1())
    cases = [
        b"not json",
        [],
        {},
        plain(format="pinback/keys/v2"),
        plain(surplus="x"),
        plain(log="!!!"),
        plain(log=7),
        plain(log=None),
        plain(rsa=plain()["log"]),
        plain(log=plain()["rsa"]),
        plain(rsa=der(small_rsa)),
        plain(ed25519=der(curve)),
    ]
    for case in cases:
        with pytest.raises(SigningError, match="restore the file from git"):
            _bundle_in(case if isinstance(case, bytes) else canonical(case))


@pytest.mark.parametrize("data", [b"", b"age-encryption.org/v1\n", b"\0" * 100])
def test_damaged_file_is_refused(data):
    with pytest.raises(SigningError, match=r"does not open keys\.age"):
        open_bundle(data, TEST_CODE)


def test_file_that_is_too_large_is_not_even_tried():
    with pytest.raises(SigningError, match="too large"):
        open_bundle(bytes(64 * 1024 + 1), TEST_CODE)


def test_rsa_key_with_a_damaged_number_is_noticed_before_it_signs():
    """Loading skips OpenSSL's slow check of RSA keys; signing and verifying once shows the fault all the same."""
    good = BUNDLE._private[BUNDLE.keys["rsa"].id].private_numbers()
    damaged = rsa.RSAPrivateNumbers(
        good.p, good.q, good.d ^ 2, good.dmp1 ^ 2, good.dmq1, good.iqmp, good.public_numbers
    ).private_key(unsafe_skip_rsa_key_validation=True)
    private = {role: BUNDLE._private[BUNDLE.keys[role].id] for role in ("ed25519", "log")}
    with pytest.raises(SigningError, match="cannot sign; restore the file from git"):
        KeyBundle({**private, "rsa": damaged})


def test_key_that_is_not_in_the_bundle_is_named():
    stranger = public_key(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    with pytest.raises(SigningError, match=f"the key {stranger.id} is not in this bundle"):
        BUNDLE.sign(stranger.id, b"text")


def test_new_bundle_has_three_new_keys_of_the_right_kinds():
    one, two = new_bundle(), new_bundle()
    assert len({key.id for bundle in (one, two) for key in bundle.keys.values()}) == 6
    assert {role: key.type for role, key in one.keys.items()} == {"ed25519": "Ed25519", "rsa": "RSA", "log": "Ed25519"}
    public = serialization.load_pem_public_key(one.keys["rsa"].pem.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    assert (public.key_size, public.public_numbers().e) == (2048, 65537)
    public.verify(one.sign(one.keys["rsa"].id, b"text"), b"text", padding.PKCS1v15(), hashes.SHA256())


def test_bundle_shows_no_secret():
    assert repr(BUNDLE) == f"KeyBundle({BUNDLE.keys['ed25519'].id})"


def test_test_keys_are_the_same_in_another_process():
    script = "from conftest import make_test_keys; print(*(key.id for key in make_test_keys('bundle').keys.values()))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT / "tests",
        env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [key.id for key in BUNDLE.keys.values()]


def test_sheet_fits_on_paper_and_says_what_is_needed():
    key = BUNDLE.keys["ed25519"]
    sheet = recovery_sheet(
        "Riverside Rowing Club",
        "did:web:badges.example.org",
        "https://badges.example.org/",
        TEST_CODE,
        key,
        "2026-06-01",
        "keys.age",
    )
    assert max(len(line) for line in sheet.split("\n")) <= 72
    assert sheet.count(TEST_CODE) == 1
    for needed in ("Riverside Rowing Club", "did:web:badges.example.org", key.id, "2026-06-01", "keys.age"):
        assert needed in sheet


def test_file_that_the_library_cannot_open_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyrage.passphrase, "decrypt", lambda data, code: b"other")
    with pytest.raises(SigningError, match=r"^keys\.age cannot be opened again; no keys were made"):
        BUNDLE.encrypted(TEST_CODE)


@pytest.mark.parametrize("size", [0, 1, 64 * 1024])
def test_age_file_of_any_size_is_opened_by_the_library(size: int) -> None:
    assert pyrage.passphrase.decrypt(encrypted(b"x" * size, "Zoë's code", 1), "Zoë's code") == b"x" * size


def test_age_file_has_no_second_part() -> None:
    with pytest.raises(ValueError, match="at most 65536 bytes"):
        encrypted(bytes(64 * 1024 + 1), TEST_CODE, 1)


def test_bundle_that_is_written_takes_little_memory() -> None:
    """In a process of its own, as whoever seals opens it: by the library's own way it may take gigabytes."""
    words = (
        "import resource, sys; from pinback.keys.bundle import new_recovery, open_bundle; keys = new_recovery()\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; data = keys.encrypted('code')\n"
        "assert open_bundle(data, 'code').keys == keys.keys\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < (100 << 20 if sys.platform == "darwin" else 100 << 10)
