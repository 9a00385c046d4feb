"""The same awards from one process or several, byte for byte; keys that are not in memory are asked by one alone."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import rich_award as rich

from pinback.addresses import SEALED_FORMS
from pinback.errors import ProofError
from pinback.formats import ob3
from pinback.proofs import eddsa_rdfc, jws
from pinback.proofs.bulk import Skeletons
from pinback.proofs.rdf import canonical_quads
from pinback.register import leaf_of
from pinback.seal import award_making, documents
from pinback.seal.award_making import Job, folder_of, made_awards
from pinback.seal.make import _drawn
from pinback.seal.plan import BadgePictures, NewVersion, Plan
from pinback.seal.signing_keys import Keys
from pinback.seal.staging import Staging

fork = [
    pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
pytestmark = fork


def jobs(count: int) -> list[Job]:
    """Return awards of two badges in turn, with other ids, texts and positions each."""
    found = []
    for number in range(count):
        sealing = rich.RICH if number % 2 else rich.BARE
        award = rich.changed(
            sealing.award, id=f"{number:016}".replace("0", "a").replace("1", "b"), narrative=f"Rowed {number} km."
        )
        subject = f"urn:uuid:58172aac-d8ba-41ed-83dd-{number:012}"
        found.append(Job(replace(sealing, award=award, subject=subject, status_index=number), 10 + number, number < 2))
    return found


def test_one_process_and_several_make_the_same_bytes(tmp_path: Path) -> None:
    work = jobs(90)
    alone = list(made_awards(work, rich.KEYS, None, lambda done: None, 1))
    together = list(made_awards(work, rich.KEYS, None, lambda done: None, 3))
    assert together == alone
    assert [json.loads(made.row)["n"] for made in alone] == list(range(10, 100))
    assert [made.leaf for made in alone] == [leaf_of(json.loads(made.row)) for made in alone]
    folders = [folder_of(job.sealing.award.id) for job in work]
    with Staging(tmp_path / "sealed") as staging:
        staging.expect_folders(folders)
        staged = list(made_awards(work, rich.KEYS, staging, lambda done: None, 3))
        staging.place([], folders, SEALED_FORMS)
    assert [(made.row, made.leaf, made.files) for made in staged] == [(made.row, made.leaf, {}) for made in alone]
    for folder, made in zip(folders, alone, strict=True):
        for name, data in made.files.items():
            assert (tmp_path / "sealed" / folder / name).read_bytes() == data


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_are_made_as_many_are(count: int) -> None:
    alone = list(made_awards(jobs(count), rich.KEYS, None, lambda done: None))
    assert alone == list(made_awards(jobs(4), rich.KEYS, None, lambda done: None))[:count]


def test_library_alone_proves_what_skeletons_signed() -> None:
    for made in made_awards(jobs(12), rich.KEYS, None, lambda done: None, 1):
        eddsa_rdfc.verify(json.loads(made.files["credential.json"]), rich.KEYS.ed25519)
        for name in ("assertion.jws.txt", "credential.jwt.txt"):
            jws.verify_rs256(made.files[name].decode(), rich.KEYS.rsa)


class Elsewhere:
    """A signer that is no bundle in memory, and remembers who asked it."""

    def __init__(self) -> None:
        self.asked: set[int] = set()

    def sign(self, key_id: str, data: bytes) -> bytes:
        self.asked.add(os.getpid())
        return rich.BUNDLE.sign(key_id, data)


def test_other_signers_are_asked_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(award_making, "FEW", 1)
    signer = Elsewhere()
    keys = Keys(rich.KEYS.ed25519, rich.KEYS.rsa, rich.KEYS.log, signer)
    assert len(list(made_awards(jobs(4), keys, None, lambda done: None))) == 4
    assert signer.asked == {os.getpid()}


@pytest.mark.parametrize("processes", [1, 2])
def test_award_that_cannot_be_signed_is_named_and_nothing_stays(processes: int, tmp_path: Path) -> None:
    work = jobs(30)
    bad = rich.changed(work[20].sealing.award, narrative="a\x07b")
    work[20] = work[20]._replace(sealing=replace(work[20].sealing, award=bad))
    with (
        pytest.raises(
            ProofError, match=r"badges/knots/awards/otter\.yaml:1: credentialSubject\.narrative holds a control"
        ),
        Staging(tmp_path / "sealed") as staging,
    ):
        staging.expect_folders(folder_of(job.sealing.award.id) for job in work)
        list(made_awards(work, rich.KEYS, staging, lambda done: None, processes))
    assert not list(tmp_path.rglob("*.new"))
    assert not list(tmp_path.rglob("awards/*"))


@pytest.mark.parametrize("count", [1, 40])
def test_pictures_are_drawn_in_their_order_by_one_process_or_several(count: int) -> None:
    def drawn(number: int) -> BadgePictures:
        return BadgePictures(b"<svg/>", lambda: b"picture %d" % number)

    versions = tuple(NewVersion(rich.BADGE_IN_TWO_LANGUAGES, drawn(number)) for number in range(count))
    meanwhile: list[int] = []
    found = _drawn(Plan(rich.BARE_ISSUER, versions=versions), lambda: meanwhile.append(os.getpid()))
    assert [draw() for draw in found] == [b"picture %d" % number for number in range(count)]
    assert meanwhile == [os.getpid()]


def test_shapes_that_are_learned_are_known_to_making_and_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_MAKING", "_READING"):
        monkeypatch.setattr(documents, name, Skeletons())
    asked = replace(rich.RICH, award=rich.changed(rich.RICH.award, narrative="Rowed at night."))
    refused = replace(rich.RICH, award=rich.changed(rich.RICH.award, narrative="a\x07b"))
    documents.learn_shapes([refused, rich.RICH, rich.RICH])
    for skeletons in (documents._MAKING, documents._READING):
        form = skeletons.known_form(ob3.credential(asked))
        assert form == canonical_quads(ob3.credential(asked))
