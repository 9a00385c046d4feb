"""The page ``/verify/`` as it is built: data, policy, size, and a script that keeps step with the command.

That it runs, and says what the command says, is tried in a real browser by ``.ci/run`` (``cases.py`` here, and
``tests/foreign/node/verify_page.mjs``).
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, ClubFolder

from pinback import contexts, verify_page
from pinback import limits as own_limits
from pinback.addresses import VERIFY, VERIFY_LICENSES, VERIFY_SCRIPT, VOUCHING_SCRIPT
from pinback.canonical import base64url
from pinback.demonstration import DEMONSTRATION_KEYS
from pinback.proofs.keys import _SMALL_ORDER
from pinback.verify import limits, verdict, verifier

SOURCE = ROOT / "pinback" / "verify_page" / "source"
BUDGET = 50_000
"""Bytes of the script, packed with gzip."""
SECOND_BUDGET = 3_000
"""The same of the script that it loads."""


def block_of(site: Path) -> tuple[str, str]:
    """Return the data block of a built page, as it stands there, and the checksum beside it."""
    text = (site / VERIFY).read_text(encoding="utf-8")
    found = re.findall(
        r'<script type="application/json" id="site-data" data-sha256="([^"]*)">(.*?)</script>', text, re.S
    )
    assert len(found) == 1
    return found[0][1], found[0][0]


def data_of(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(block_of(site)[0])
    return found


def read(name: str) -> str:
    return (SOURCE / name).read_text(encoding="utf-8")


def test_script_is_within_its_budget_and_brings_no_way_to_run_texts() -> None:
    script = verify_page.script()
    assert len(gzip.compress(script, 9, mtime=0)) <= BUDGET
    text = script.decode("ascii")
    assert not re.search(
        r"\beval\(|new Function|innerHTML|document\.write|import\(|XMLHttpRequest|sendBeacon|WebSocket", text
    )
    assert text.count("fetch(") == 1


def test_second_script_is_small_holds_no_library_and_asks_nothing_itself() -> None:
    script = verify_page.second_script()
    assert len(gzip.compress(script, 9, mtime=0)) <= SECOND_BUDGET
    assert not re.search(
        r"\beval\(|Function|innerHTML|createElement|document\.write|import\(|XMLHttpRequest|sendBeacon|WebSocket|fetch\(",
        script.decode("ascii"),
    )
    imported = re.findall(r"^import .* from '\./(.*)';$", read("vouching.js"), re.M)
    assert imported == ["bytes.js", "exam.js", "limits.js", "urls.js", "verdict.js", "words.js"]


def test_page_carries_data_with_their_checksum(sealed_club: ClubFolder) -> None:
    text, said = block_of(sealed_club.build())
    assert base64url(hashlib.sha256(text.encode("ascii")).digest()) == said
    data = json.loads(text)
    assert data["contexts"] == {url: contexts.context_document(url) for url in contexts.KNOWN}
    assert set(data["demonstration"]) == DEMONSTRATION_KEYS
    assert data["as_of"] == "2026-06-01T12:00:00Z"


def test_page_knows_keys_lists_and_badges_under_the_addresses_that_documents_name(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    answers = data_of(site)["answers"]
    for url, answer in answers.items():
        path = site / url.removeprefix("https://badges.example.org/")
        assert (answer == 404 and not path.exists()) or answer.encode() == path.read_bytes(), url
    beside = [url for url, answer in answers.items() if answer == 404]
    assert beside == ["https://badges.example.org/issuers/club/status/suspension-1.json"]
    credential = json.loads(next((site / "awards").glob("*/credential.json")).read_bytes())
    assertion = json.loads(next((site / "awards").glob("*/assertion.json")).read_bytes())
    assert credential["credentialStatus"]["statusListCredential"] in answers
    assert "https://badges.example.org/.well-known/did.json" in answers
    assert assertion["badge"] in answers
    assert not [url for url in answers if "/awards/" in url]


def test_data_do_not_grow_with_awards(sealed_club: ClubFolder) -> None:
    before = len(block_of(sealed_club.build())[0])
    handles = "".join(f"  - handle: swan-{number}\n" for number in range(40))
    sealed_club.award("many", f"issued_on: 2026-05-20\nawards:\n{handles}")
    sealed_club.seal()
    after = len(block_of(sealed_club.build())[0])
    assert abs(after - before) < 200


def test_no_text_of_a_club_can_end_the_block(club: ClubFolder) -> None:
    hostile = "</script><script>alert(1)</script><!-- & "
    club.site().issuer(more=f"description: '{hostile}'\n").badge(criteria="Tie.").keys()
    club.award("a", "issued_on: 2026-05-17\nhandle: otter-7\n")
    club.seal()
    text, _ = block_of(club.build())
    assert not re.search("[<>&]", text)
    profile = json.loads(text)["answers"]["https://badges.example.org/issuers/club/issuer.json"]
    assert json.loads(profile)["description"] == hostile.strip()


def test_samples_are_a_good_badge_and_the_same_with_one_letter_changed(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    samples = data_of(site)["samples"]
    assert samples["good"].encode() in [path.read_bytes() for path in (site / "awards").glob("*/credential.json")]
    pairs = list(zip(samples["good"], samples["changed"], strict=True))
    assert sum(one != other for one, other in pairs) == 1
    assert json.loads(samples["good"]).keys() == json.loads(samples["changed"]).keys()


def test_sample_says_nothing_of_a_person(sealed_club: ClubFolder) -> None:
    sealed_club.award("named", "issued_on: 2026-05-21\nhandle: a-1\nname: Zoë\npublic: true\nsigned_name: true\n")
    sealed_club.seal()
    assert "Zo" not in json.dumps(data_of(sealed_club.build())["samples"], ensure_ascii=False)


def test_club_without_keys_has_the_page_too(club: ClubFolder) -> None:
    data = data_of(club.build())
    assert (data["as_of"], data["answers"], data["samples"]) == ("", {}, {})


def test_club_can_change_the_template_but_not_the_script(sealed_club: ClubFolder) -> None:
    sealed_club.write(
        "theme/verify.html",
        "{% extends 'base.html' %}{% block content %}OURS {{ data_sha256 }}{{ script }}{% endblock %}",
    )
    sealed_club.write("theme/verify.js", "alert(1)")
    site = sealed_club.build()
    assert "OURS " in (site / VERIFY).read_text(encoding="utf-8")
    assert (site / VERIFY_SCRIPT).read_bytes() == verify_page.script()
    assert (site / VOUCHING_SCRIPT).read_bytes() == verify_page.second_script()
    assert b"jsonld 9" in (site / VERIFY_LICENSES).read_bytes()


def test_two_builds_of_the_page_are_the_same(sealed_club: ClubFolder) -> None:
    first = (sealed_club.build() / VERIFY).read_bytes()
    assert (sealed_club.build() / VERIFY).read_bytes() == first


def test_every_page_links_to_the_checker_and_the_sitemap_names_it(sealed_club: ClubFolder) -> None:
    site = sealed_club.build()
    for page in site.rglob("*.html"):
        link = 'href="index.html"' if page == site / VERIFY else "verify/index.html"
        assert link in page.read_text(encoding="utf-8"), page
    assert "https://badges.example.org/verify/" in (site / "sitemap.xml").read_text(encoding="utf-8")
    award = next((site / "awards").glob("*/index.html")).read_text(encoding="utf-8")
    assert ">check the badge</a>" in award


# The script keeps step with the command


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def test_script_asks_for_the_same_checks_in_the_same_order() -> None:
    """The table of the one is the table of the other, row by row."""
    rows = re.findall(r"^  \[([A-Z]+), ([A-Z0-9_]+), (?:\w+\.)?(\w+)\],$", read("verifier.js"), re.M)
    kinds = dict(re.findall(r"^const ([A-Z0-9_]+) = (\[[^\]]*\]);$", read("verifier.js"), re.M))
    steps = dict(re.findall(r"""^(?:export )?const ([A-Z]+) = ["'](.*)["'];$""", read("verifier.js"), re.M))
    page = [(steps[step], frozenset(ast.literal_eval(kinds[kind])), name) for step, kind, name in rows]
    command = [(check.step, check.kinds, camel(check.run.__name__)) for check in verifier.CHECKS]
    assert page == command


def test_script_has_the_same_limits() -> None:
    page = {
        name: eval(value, {"__builtins__": {}})
        for name, value in re.findall(r"^export const ([A-Z_]+) = ([\d_ *]+);$", read("limits.js"), re.M)
    }
    same = page.keys() & vars(limits).keys()
    assert len(same) >= 25
    assert {name: page[name] for name in same} == {name: getattr(limits, name) for name in same}
    others = ("MAX_PARENTS", "MAX_PARENT_NAME", "MAX_OWN_PROFILES", "MAX_ENDORSEMENTS_ASKED")
    assert {name: page[name] for name in others} == {name: getattr(own_limits, name) for name in others}


def test_script_has_the_same_sentences_and_weak_keys() -> None:
    for sentence in (*(one.sentence for one in verdict.Verdict), verdict.SUSPENDED):
        assert f"'{sentence}'" in read("verdict.js")
    order = re.search(r"WEIGHTS = \[([A-Z_, ]+)\]", read("verdict.js"))
    assert order is not None
    assert order.group(1).split(", ") == [one.name for one in sorted(verdict.Verdict, key=lambda one: one.weight)]
    listed = re.search(r"SMALL_ORDER = new Set\(\[(.*?)\]\)", read("foreign_keys.js"), re.S)
    assert listed is not None
    spelled = re.sub(
        r"\$\{'00'\.repeat\((\d+)\)\}|'00'\.repeat\((\d+)\)", lambda m: "00" * int(m[1] or m[2]), listed.group(1)
    )
    assert set(re.findall("[0-9a-f]{64}", spelled)) == {key.hex() for key in _SMALL_ORDER}


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_libraries_are_pinned_and_no_host_of_a_registry_is_named(name: str) -> None:
    text = (ROOT / "pinback" / "verify_page" / name).read_text(encoding="utf-8")
    assert '"resolved"' not in text
    if name == "package.json":
        wanted = json.loads(text)
        assert all(
            re.fullmatch(r"\d+\.\d+\.\d+", one)
            for one in {**wanted["dependencies"], **wanted["devDependencies"]}.values()
        )
