"""What workflows install is locked by hash, at one version each, and holds everything that pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

TEMPLATE = "pinback/template/requirements.txt"
CERTIFICATES = "pinback/template/requirements-certificates.txt"
LISTS = (TEMPLATE, CERTIFICATES, "requirements/build.txt", "requirements/test.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
HOW = "renew with: python requirements/renew.py"


def locked(file: str) -> dict[str, str]:
    """Return the version of everything in a list by name."""
    text = (ROOT / file).read_text(encoding="ascii")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("file", LISTS)
def test_list_holds_entries_with_hashes_and_nothing_else(file: str) -> None:
    text = (ROOT / file).read_text(encoding="ascii")
    head, _, rest = text.partition("\n")
    assert head.startswith("# ") and head.endswith("python requirements/renew.py")
    entry = r"[a-z0-9._-]+==\S+(?: ; [^\\\n]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64} \\\n)*    --hash=sha256:[0-9a-f]{64}\n"
    assert re.fullmatch(f"(?:{entry})+", rest), HOW
    assert len(locked(file)) == len(re.findall("^[a-z]", rest, re.MULTILINE))


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (TEMPLATE, PROJECT["project"]["dependencies"]),
        (CERTIFICATES, EXTRAS["pdf"]),
        ("requirements/build.txt", PROJECT["build-system"]["requires"]),
        (
            "requirements/test.txt",
            [
                *PROJECT["project"]["dependencies"],
                *EXTRAS["test"],
                *EXTRAS["pdf"],
                *PROJECT["build-system"]["requires"],
            ],
        ),
    ],
)
def test_list_holds_what_the_project_asks_for(file: str, wanted: list[str]) -> None:
    there = locked(file)
    for one in map(Requirement, wanted):
        version = there.get(one.name.lower().replace("_", "-"), "")
        assert version and one.specifier.contains(version), f"{file}: {one} is not locked; {HOW}"


def test_lists_agree() -> None:
    everything = locked("requirements/test.txt")
    for file in LISTS:
        assert locked(file).items() <= everything.items(), f"{file}; {HOW}"


def test_every_installation_of_a_workflow_is_locked() -> None:
    files = [*(ROOT / ".github/workflows").glob("*.yml"), *(ROOT / "pinback/template").glob("*.yml")]
    files += [ROOT / "netlify.toml", ROOT / "pinback/template/netlify.toml", ROOT / ".ci/run"]
    found = 0
    for file in files:
        for words in re.findall(r"pip install ([^&\n]*)", file.read_text(encoding="utf-8")):
            found += 1
            by_hash = "--require-hashes" in words and "--only-binary :all:" in words
            # Pinback itself stands in no list: no file can hold its own hash. What builds it is there by then.
            itself = "--no-deps" in words and re.search(r"pinback==|--no-build-isolation", words)
            assert by_hash or itself, f"{file.name}: pip install {words}"
    assert found > 20
