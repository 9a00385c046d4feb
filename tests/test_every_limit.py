"""Each limit of ``pinback/limits.py`` is documented, and tried at its value and one beyond, here or where its reader is tested."""

from __future__ import annotations

import base64
import contextlib
import itertools
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import limits_table
import pytest
from conftest import PICTURE, ClubFolder
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pinback import addresses, deployed, limits, pipeline, starting
from pinback.content.kinds import is_slug
from pinback.content.nodes import Problems, parse
from pinback.elsewhere import copies, pictures, saving
from pinback.errors import ContentError, PictureError, PinbackError, ProofError, SigningError, UsageError
from pinback.files import FileProblem, read_regular
from pinback.images import fonts, lettering
from pinback.images.clean_svg import clean_svg
from pinback.images.fonts import FontError, shipped
from pinback.images.svg_reading import read_svg
from pinback.images.typesetting import set_words
from pinback.keys import bundle, external
from pinback.keys.external import ExternalSigner
from pinback.pages import limited, theme
from pinback.pages.language import PLAIN
from pinback.pages.markdown import to_html
from pinback.pages.theme import Theme, ThemeProblem
from pinback.proofs.foreign_keys import from_jwk, from_pem
from pinback.seal import store
from pinback.status import set_indexes
from pinback.verify import limits as of_the_checker
from pinback.verify import pdf_reading, recipients

TESTS = Path(__file__).resolve().parent


def test_list_of_limits_is_in_the_documents_as_in_the_program() -> None:
    renew = "run python -m tests.limits_table"
    assert limits_table.DOCUMENT.read_text(encoding="utf-8") == limits_table.table(), renew


def test_every_limit_is_tried_somewhere() -> None:
    """Those of the checker by its own names, of which ``tests/verify/test_limits.py`` keeps account."""
    sources = [path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")]
    checkers = Path(of_the_checker.__file__).read_text(encoding="utf-8")
    named = {name for name in limits_table.names() if not re.search(rf"= limits\.{name}\b", checkers)}
    assert {name for name in named if not any(re.search(rf"\b{name}\b", source) for source in sources)} == set()


def test_no_limit_is_written_down_anywhere_else() -> None:
    for path in (limits_table.ROOT / "pinback").rglob("*.py"):
        if path.name != "limits.py":
            found = re.findall(r"^_?MAX_\w+(?:: \w+)? = [0-9].*", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert [one for one in found if not one.startswith(_OF_THE_DRAWING)] == [], path


_OF_THE_DRAWING = (
    "MAX_KEPT_SIDE",
    "MAX_CARD_BYTES",
    "MAX_WORDS",
    "MAX_NAME",
    "MAX_FOLDER",
    "MAX_TEXT",
    "_MAX_HANDLE",
    "_MAX_ADDRESS",
)
"""Sizes of what Pinback draws, shows or shortens itself."""


# Files.


def _sparse(path: Path, size: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    return path


@pytest.mark.parametrize(
    "name",
    ["MAX_FILE", "MAX_PICTURE", "MAX_STATIC", "MAX_SEALED", "MAX_DEPLOYED", "MAX_NOTE", "MAX_WHEEL", "MAX_COPY", "MAX_THEME_FILE", "MAX_FONT_BYTES"],
)  # fmt: skip
def test_file_of_all_its_bytes_is_read_and_one_more_is_told(name: str, tmp_path: Path) -> None:
    most = getattr(limits, name)
    assert len(read_regular(_sparse(tmp_path / "file", most), most)) == most
    with pytest.raises(
        FileProblem, match=f"the file has {most + 1:,} bytes, at most {most:,} are read; make it smaller"
    ):
        read_regular(_sparse(tmp_path / "file", most + 1), most)


def test_register_beyond_its_limit_is_told(sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    size = (sealed_club.root / "issuers/club/register.jsonl").stat().st_size
    monkeypatch.setattr(store, "MAX_REGISTER", size)
    pipeline.check(sealed_club.root)
    monkeypatch.setattr(store, "MAX_REGISTER", size - 1)
    with pytest.raises(PinbackError, match=f"bytes, at most {size - 1:,} are read"):
        pipeline.check(sealed_club.root)


def test_sealed_file_beyond_its_limit_is_told(sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [path.stat().st_size for path in (sealed_club.root / "issuers/club/sealed").rglob("*") if path.is_file()]
    monkeypatch.setattr(store, "MAX_SEALED", max(sizes))
    pipeline.check(sealed_club.root)
    monkeypatch.setattr(store, "MAX_SEALED", max(sizes) - 1)
    with pytest.raises(ContentError, match="issuers/club/sealed/"):
        pipeline.check(sealed_club.root)


def test_earlier_state_is_read_up_to_its_limits(sealed_club: ClubFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = deployed.in_folder_tree(sealed_club.root)
    file = "badges/knots/badge.md"
    size = (sealed_club.root / file).stat().st_size
    monkeypatch.setattr(deployed, "MAX_BYTES", size)  # MAX_DEPLOYED
    assert dict(tree.read([file]))[file] is not None
    monkeypatch.setattr(deployed, "MAX_BYTES", size - 1)
    assert dict(tree.read([file])) == {file: None}


def test_checkpoint_of_a_site_is_read_up_to_its_limit() -> None:
    assert deployed._note(b"a" * limits.MAX_NOTE, "it")
    with pytest.raises(UsageError, match="checkpoint that is none"):
        deployed._note(b"a" * (limits.MAX_NOTE + 1), "it")


def test_file_of_keys_is_opened_up_to_its_limit() -> None:
    with pytest.raises(SigningError, match="does not open"):
        bundle.open_bundle(b"x" * limits.MAX_BUNDLE, "0")
    with pytest.raises(SigningError, match="too large"):
        bundle.open_bundle(b"x" * (limits.MAX_BUNDLE + 1), "0")


def test_wheel_beyond_its_limit_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / f"{starting.scaffold.wheel_prefix()}py3-none-any.whl"
    wheel.write_bytes(b"12345")
    monkeypatch.setattr(starting, "MAX_WHEEL", 5)
    assert starting._wheel_file(wheel)
    monkeypatch.setattr(starting, "MAX_WHEEL", 4)
    with pytest.raises(FileProblem, match="at most 4 are read"):
        starting._wheel_file(wheel)


def test_picture_of_a_badge_from_elsewhere_is_kept_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = pictures.small(PICTURE.encode())
    monkeypatch.setattr(pictures, "MAX_PICTURE", len(drawn))  # MAX_COPIED_PICTURE
    assert pictures.small(PICTURE.encode()) == drawn
    monkeypatch.setattr(pictures, "MAX_PICTURE", len(drawn) - 1)
    assert pictures.small(PICTURE.encode()) == b""


def test_saving_and_reading_of_copies_share_one_limit() -> None:
    """``tests/test_elsewhere.py`` tries it."""
    assert saving.MAX_COPY == copies.MAX_COPY == limits.MAX_COPY


def test_template_is_read_up_to_its_limit_and_its_fault_is_shortened(tmp_path: Path) -> None:
    (tmp_path / "certificate.html").write_bytes(b"x" * limits.MAX_THEME_FILE)
    assert len(Theme(tmp_path).render("certificate.html", {}, PLAIN)) == limits.MAX_THEME_FILE
    (tmp_path / "certificate.html").write_bytes(b"x" * (limits.MAX_THEME_FILE + 1))
    with pytest.raises(ThemeProblem, match=r"theme/certificate\.html: the file has"):
        Theme(tmp_path).render("certificate.html", {}, PLAIN)
    reason = theme.reason_of(ValueError("x" * (limits.MAX_TEMPLATE_REASON - len("ValueError: "))))
    assert len(reason) == limits.MAX_TEMPLATE_REASON
    assert not reason.endswith("…")
    assert len(theme.reason_of(ValueError("x" * 1_000))) == limits.MAX_TEMPLATE_REASON


def _rendered(tmp_path: Path, text: str) -> str:
    (tmp_path / "certificate.html").write_text(text, encoding="utf-8")
    return Theme(tmp_path).render("certificate.html", {}, PLAIN).decode("utf-8")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "it takes more than 0.2 seconds"),
        ("{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}", "it takes more than"),
        ("{{ 9999999 ** 9999999 }}", "it makes a number larger than any page shows"),
        ("{% set n = namespace(x=9) %}{% for i in range(40) %}{% set n.x = n.x * n.x %}{% endfor %}", "it makes a number"),
        ("{% for a in range(99999) %}{{ (range(99999)|list)|sort|sum }}{% endfor %}", "it takes more than"),
        ("{{ 'x'|center(200) }}", "its page has more than 100 characters"),
        pytest.param(
            "{{ ('x' * 900000000)|length }}{{ ''|center(900000000)|length }}", "it takes too much memory",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps account of a process's memory"),
        ),
    ],
)  # fmt: skip
def test_template_of_a_club_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str) -> None:
    """``MAX_TEMPLATE_SECONDS``, ``MAX_TEMPLATE_BITS``, ``MAX_TEMPLATE_PAGE``, ``MAX_TEMPLATE_MEMORY``."""
    for name, value in (("SECONDS", 0.2), ("PAGE", 100), ("MEMORY", 40_000_000)):
        monkeypatch.setattr(limited, f"MAX_TEMPLATE_{name}", value)
    with pytest.raises(ThemeProblem) as told:
        _rendered(tmp_path, text)
    assert f"this template cannot be used ({reason}" in str(told.value)
    # And what was set for it is as before.
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert len(bytes(200_000_000)) == 200_000_000


def test_template_is_stopped_though_the_first_call_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The interpreter swallows, and prints, what is raised while it clears an object away."""

    class Slow:
        def __del__(self) -> None:
            ends = time.process_time() + 0.15
            while time.process_time() < ends:
                pass

    monkeypatch.setattr(limited, "MAX_TEMPLATE_SECONDS", 0.05)
    with pytest.raises(limited.TooMuch), limited._bounded():
        Slow()
        while True:
            pass
    assert capsys.readouterr() == ("", "")


def test_what_took_too_long_is_told_though_somebody_swallowed_it() -> None:
    told = pytest.raises(limited.TooMuch, match=r"more than 0\.05 seconds")
    with told, limited.bounded(0.05, 10**9), contextlib.suppress(limited.TooMuch):
        while True:
            pass


def test_template_of_a_club_may_make_what_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "MAX_TEMPLATE_PAGE", 100)
    assert _rendered(tmp_path, "{{ 'x'|center(100) }}") == f"{'x':^100}"
    half = limits.MAX_TEMPLATE_BITS // 2
    largest = "9" * int(half * 0.3010)
    monkeypatch.setattr(limited, "MAX_TEMPLATE_PAGE", 10_000)
    assert _rendered(tmp_path, f"{{{{ {largest} * {largest} }}}}") == str(int(largest) ** 2)
    with pytest.raises(ThemeProblem, match="it makes a number larger"):
        _rendered(tmp_path, f"{{{{ {largest}0000 * {largest} }}}}")
    assert _rendered(tmp_path, "{{ 3 * 'ab' }} {{ 2 ** 0.5 > 1 }} {{ 2 ** 8 }}") == "ababab True 256"


# YAML and Markdown.


def _told(text: str) -> str:
    problems = Problems("a.yaml")
    parse(text, problems)
    return "\n".join(map(str, problems.found))


def test_yaml_at_its_depth_is_read_and_one_deeper_is_told() -> None:
    deep = limits.MAX_YAML_DEPTH
    assert _told("[" * deep + "]" * deep) == ""
    assert "more than 32 brackets or indents" in _told("[" * (deep + 1) + "]" * (deep + 1))


def test_yaml_of_all_its_values_is_read_and_one_more_is_told() -> None:
    many = limits.MAX_YAML_NODES - 2  # the list's own beginning and end
    assert _told("- a\n" * many) == ""
    assert "more than 100,000 values" in _told("- a\n" * (many + 1))


def test_name_of_all_its_signs_is_an_address_and_a_longer_one_is_not() -> None:
    assert is_slug("a" * limits.MAX_SLUG)
    assert not is_slug("a" * (limits.MAX_SLUG + 1))


@pytest.mark.parametrize(
    ("most", "text", "words"),
    [
        (limits.MAX_MARKDOWN_NESTING, lambda n: ">" * n + "x", "lists or quotations stand inside one another"),
        (limits.MAX_MARKDOWN_NESTING, lambda n: "[" * n + "x", 'brackets "\\[" are not closed'),
        (limits.MAX_MARKDOWN_BLOCK, lambda n: "x" * n, "without an empty line"),
        (limits.MAX_MARKDOWN_BLOCK_LINES, lambda n: "\n".join("x" * n), "lines without an empty one"),
        (limits.MAX_MARKDOWN_LINES, lambda n: "\n".join(("x" if line % 2 else "") for line in range(n)), "become a page"),
        (limits.MAX_MARKDOWN_SIGNS, lambda n: "`" * (n % 1_000) + ("\n\n" + "`" * 1_000) * (n // 1_000), "of the signs"),
        (limits.MAX_MARKDOWN_ROW, lambda n: "_" + "*" * n, 'signs "\\*" stand in a row'),
        (
            limits.MAX_MARKDOWN_SEARCHED,
            lambda n: "[a](" * 200 + "x" * 49_200 + "\n\n" + "`" * (n % 10),
            "too many links or pieces of code have no end",
        ),
    ],
)  # fmt: skip
def test_markdown_at_its_limit_is_converted_and_one_beyond_is_told(
    most: int, text: Callable[[int], str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("markdown.Markdown.convert", lambda self, source: "")  # only whether it is tried counts here
    assert to_html(text(most), 2, None).faults == []
    ((_, what, cure),) = to_html(text(most + 1), 2, None).faults
    assert re.search(words, what)
    assert cure


# Pictures.


def _drawing(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{inside}</svg>'.encode()


def _deep(deep: int) -> bytes:
    return _drawing("<g>" * (deep - 2) + '<rect width="1" height="1"/>' + "</g>" * (deep - 2))


def _referring(deep: int) -> bytes:
    """A drawing whose references nest; a use with its group counts two, the root and the shape one each."""
    groups = "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range((deep - 3) // 2))
    last = (deep - 3) // 2
    return _drawing(f'{groups}<g id="a{last}"><rect width="1" height="1"/></g>')


_MANY = '<rect width="1" height="1"/>'


@pytest.mark.parametrize(
    ("most", "drawing", "words"),
    [
        (limits.MAX_SVG_DEPTH, _deep, "nested more than 64 deep"),
        (limits.MAX_SVG_ELEMENTS, lambda n: _drawing(_MANY * (n - 1)), "more than 20000 elements"),
        (limits.MAX_SVG_NUMBER, lambda n: _drawing(f'<rect width="{n:.0f}" height="1"/>'), "the number"),
    ],
)
def test_svg_at_its_limit_is_cleaned_and_one_beyond_is_told(
    most: float, drawing: Callable[[float], bytes], words: str
) -> None:
    clean_svg(drawing(most))
    with pytest.raises(PictureError, match=words):
        clean_svg(drawing(most + 1))


def test_references_of_svg_at_their_depth_are_drawn_and_deeper_ones_are_told() -> None:
    depths = list(range(limits.MAX_SVG_DRAWN_DEPTH - 6, limits.MAX_SVG_DRAWN_DEPTH + 7))
    good = [deep for deep in depths if not _fault(_referring(deep))]
    assert good == depths[: len(good)]
    assert limits.MAX_SVG_DRAWN_DEPTH - 2 <= max(good) <= limits.MAX_SVG_DRAWN_DEPTH + 2
    assert f"nested more than {limits.MAX_SVG_DRAWN_DEPTH} deep" in _fault(_referring(max(good) + 2))


def _fault(data: bytes) -> str:
    try:
        clean_svg(data)
    except PictureError as error:
        return error.what
    return ""


def test_cost_of_svg_at_its_limit_is_drawn_and_a_higher_one_is_told() -> None:
    def copies_of(number: int) -> bytes:
        shapes = _MANY * 100
        return _drawing(f'<g id="a">{shapes}</g>' + '<use href="#a"/>' * number)

    numbers = range(100, 1_000)
    low, high = numbers[0], numbers[-1]
    while high - low > 1:  # the border between the two
        middle = (low + high) // 2
        low, high = (low, middle) if _fault(copies_of(middle)) else (middle, high)
    told = _fault(copies_of(high))
    cost = int(re.search(r"cost ([0-9]+)", told)[1])  # type: ignore[index]
    assert limits.MAX_SVG_COST < cost <= limits.MAX_SVG_COST + 200


def test_tree_of_svg_is_bounded_before_it_is_built() -> None:
    with pytest.raises(PictureError, match="nested"):
        read_svg(b"<svg>" + b"<g>" * 1_000_000, 10_000_000)


def test_letter_of_all_its_strokes_is_drawn_and_one_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    font = fonts.Font("a.ttf", (fonts.FOLDER / fonts.BOLD[0]).read_bytes())
    glyph = font.shaper.get_nominal_glyph(ord("B"))
    strokes = len(font.outline(glyph).value)
    font._outlines.clear()
    monkeypatch.setattr(fonts, "MAX_STROKES", strokes)
    font.outline(glyph)
    font._outlines.clear()
    monkeypatch.setattr(fonts, "MAX_STROKES", strokes - 1)
    with pytest.raises(FontError, match=f"has {strokes} strokes"):
        font.outline(glyph)


def test_letter_of_all_its_length_is_drawn_and_a_longer_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    font = fonts.Font("a.ttf", (fonts.FOLDER / fonts.BOLD[0]).read_bytes())
    glyph = font.shaper.get_nominal_glyph(ord("l"))
    points = [(0, 0), *(point for _, given in font.outline(glyph).value for point in given)]
    steps = itertools.pairwise(points)
    long = sum(abs(one[axis] - next_[axis]) for one, next_ in steps for axis in (0, 1)) / font.units
    assert long > 1
    for most, told in ((long, False), (long - 0.001, True)):
        font._outlines.clear()
        monkeypatch.setattr(fonts, "MAX_STROKE_LENGTH", most)
        with pytest.raises(FontError, match="em long") if told else contextlib.nullcontext():
            font.outline(glyph)


def test_font_that_makes_many_letters_of_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    set_words("abc", shipped().bold, 400, 100, 40, 20, 2)
    monkeypatch.setattr(lettering, "MAX_GLYPH_GROWTH", 0)
    with pytest.raises(FontError, match="what they do not say"):
        set_words("abc", shipped().bold, 400, 100, 40, 20, 2)


def test_text_of_all_its_letters_is_set_and_a_longer_one_is_cut_off() -> None:
    def letters(number: int) -> int:
        found = set_words("a" * number, shipped().bold, 40 * number, 100, 20, 20, 1)
        return sum(len(line.glyphs) for line in found.lines)

    assert letters(limits.MAX_LETTERS) == limits.MAX_LETTERS
    assert letters(limits.MAX_LETTERS + 1) <= limits.MAX_LETTERS + 1  # the last one is the sign of what was cut off
    assert letters(10 * limits.MAX_LETTERS) == letters(limits.MAX_LETTERS + 1)


# Keys, signatures, programs.


def _number(bits: int) -> str:
    return base64.urlsafe_b64encode(((1 << bits) - 1).to_bytes((bits + 7) // 8, "big")).decode().rstrip("=")


def test_rsa_key_of_all_its_bits_is_taken_and_a_longer_one_is_not() -> None:
    from_jwk({"kty": "RSA", "n": _number(limits.MAX_RSA_BITS), "e": "AQAB"})
    with pytest.raises(ProofError, match="8193 bits"):
        from_jwk({"kty": "RSA", "n": _number(limits.MAX_RSA_BITS + 1), "e": "AQAB"})


def test_exponent_of_rsa_key_stays_below_its_limit() -> None:
    for exponent, taken in ((limits.MAX_RSA_EXPONENT - 1, True), (limits.MAX_RSA_EXPONENT + 1, False)):
        text = base64.urlsafe_b64encode(exponent.to_bytes(5, "big").lstrip(b"\0")).decode().rstrip("=")
        try:
            from_jwk({"kty": "RSA", "n": _number(2048), "e": text})
        except ProofError:
            assert not taken
        else:
            assert taken


def test_key_in_pem_form_is_read_up_to_its_limit() -> None:
    numbers = rsa.RSAPublicNumbers(65_537, (1 << 2_048) - 1)
    pem = (
        numbers.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    from_pem(pem.ljust(limits.MAX_PEM, "\n"))
    with pytest.raises(ProofError, match="PEM form"):
        from_pem(pem.ljust(limits.MAX_PEM + 1, "\n"))


def test_status_list_is_unpacked_up_to_its_limit() -> None:
    for size, words in ((limits.MAX_PACKED, "damaged"), (limits.MAX_PACKED + 1, "damaged")):
        with pytest.raises(ProofError, match=words):
            set_indexes("u" + base64.urlsafe_b64encode(b"\x1f\x8b" + bytes(size - 2)).decode().rstrip("="))


@pytest.mark.parametrize(
    ("most", "read"),
    [(limits.MAX_FRAGMENT, addresses.read_named_link), (limits.MAX_CHECKED_FRAGMENT, recipients.link_in)],
)
def test_named_link_is_read_up_to_its_limit(most: int, read: Callable[[str], object]) -> None:
    end = "&k=AAAA"
    start = "https://a.example/awards/b/#n="
    assert read(start + "x" * (most - len("n=") - len(end)) + end).secret == "AAAA"  # type: ignore[attr-defined]
    cut = read(start + "x" * (most - len("n=") - len(end) + 1) + end)
    assert cut is None or cut.secret == "AAA"  # type: ignore[attr-defined]


def test_answer_of_a_signer_is_read_up_to_its_limit_and_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "signer"
    for extra, whole in ((0, True), (4, False)):
        text = base64.b64encode(bytes((limits.MAX_SIGNER_ANSWER + extra) // 4 * 3)).decode()
        program.write_text(f"#!/bin/sh\ncat >/dev/null\nprintf %s '{text}'\n", encoding="utf-8")
        program.chmod(0o755)
        signature = ExternalSigner(str(program)).sign("key", b"data")
        assert (len(signature) == len(text) // 4 * 3) is whole
    monkeypatch.setattr(external, "SECONDS", 0.05)  # SIGNER_SECONDS
    program.write_text("#!/bin/sh\nexec sleep 20\n", encoding="utf-8")
    with pytest.raises(SigningError, match="does not answer"):
        ExternalSigner(str(program)).sign("key", b"data")


def test_git_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pinback import git

    program = tmp_path / "git"
    (tmp_path / "club").mkdir()
    program.write_text("#!/bin/sh\nexec /bin/sleep 20\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(git, "GIT_SECONDS", 0.05)
    monkeypatch.setattr(git, "GIT_QUICK_SECONDS", 0.1)
    monkeypatch.setenv("PATH", str(tmp_path))
    for word, seconds in (("status", "0.05"), ("rev-parse", "0.1")):
        with pytest.raises(UsageError, match=f"git did not answer within {seconds} seconds"):
            git.git_bytes(tmp_path / "club", word)


def test_dictionary_before_a_stream_is_searched_up_to_its_limit() -> None:
    most = limits.MAX_PDF_HEAD
    data = b"1 0 obj" + b" " * most + b">>stream"
    end = len(data) - len(">>stream")
    assert len(pdf_reading._head(data, end)) == most + 2
    assert pdf_reading._head(b"9" + data[7:], end - 6) == pdf_reading._head(data, end)
