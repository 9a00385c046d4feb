"""Every limit of the checker, tried at the limit and one beyond; what is past one ends in "cannot tell"."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answers import Answers
from conformance import _pdf, _world, _zip, good_badge, raw
from makers import (
    DID,
    LIST,
    NOW,
    V2,
    Document,
    as_payload,
    badge,
    bits,
    did_document,
    endorsement,
    jwt,
    keys,
    learner_record,
    packed,
    set_in,
    signed,
    status_list,
)

from pinback.errors import UsageError
from pinback.verify import kinds, limits
from pinback.verify.asking import Asker
from pinback.verify.exam import Question
from pinback.verify.inputs import judge_bytes, judge_input, read_trust
from pinback.verify.json_reading import read_json
from pinback.verify.report import Report
from pinback.verify.verdict import Finding, Verdict


def judged(data: Any, table: Document | None = None) -> Report:
    return judge_bytes("badge", raw(data), Asker(Answers({**_world(), **(table or {})})), Question(NOW))


def refused(report: Report, words: str) -> bool:
    return report.verdict is Verdict.CANNOT_TELL and re.search(words, report.reason) is not None


def test_every_limit_is_tried() -> None:
    named = {name for name in vars(limits) if name.isupper()}
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {name for name in named if f"limits.{name}" not in tests and f'"{name}"' not in tests} == set()


def test_json_at_its_size_is_read_and_one_byte_beyond_is_not() -> None:
    text = b'"' + b"x" * (limits.MAX_JSON - 2) + b'"'
    assert len(read_json(text, "it")) == limits.MAX_JSON - 2
    with pytest.raises(Finding, match="at most"):
        read_json(text + b" ", "it")


def test_json_at_its_depth_is_read_and_one_deeper_is_not() -> None:
    deep = limits.MAX_DEPTH
    assert read_json(b"[" * deep + b"]" * deep, "it")
    with pytest.raises(Finding, match="nested more than"):
        read_json(b"[" * (deep + 1) + b"]" * (deep + 1), "it")
    assert len(read_json(b"[" + b",".join([b"{}"] * 2 * deep) + b"]", "it")) == 2 * deep
    assert read_json(b'["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["]', "it")


def test_json_with_all_its_values_is_read_and_one_more_is_not() -> None:
    many = limits.MAX_NODES
    assert len(read_json(b"[" + b",".join([b"1"] * many) + b"]", "it")) == many
    with pytest.raises(Finding, match="more than"):
        read_json(b"[" + b",".join([b"1"] * (many + 1)) + b"]", "it")


@pytest.mark.parametrize("number", ["1", "1.", "-1.", "0."])
def test_number_of_all_its_signs_is_read_and_one_more_is_not(number: str) -> None:
    text = number.ljust(limits.MAX_NUMBER, "1")
    read_json(text.encode(), "it")
    with pytest.raises(Finding, match="more than"):
        read_json((text + "1").encode(), "it")


def test_file_at_its_size_is_looked_at_and_one_byte_beyond_is_not(tmp_path: Path) -> None:
    data = b"\xff\xd8\xff".ljust(limits.MAX_FILE, b"\0")
    assert judged(data).verdict is Verdict.NO_BADGE
    assert refused(judged(data + b"\0"), "more than")
    path = tmp_path / "big"
    path.write_bytes(data + b"\0")
    assert refused(judge_input(str(path), Asker(Answers({})), Question(NOW)), "at most")


def test_zip_with_all_its_members_is_read_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ZIP_MEMBERS", 3)
    members = {f"{number}.json": good_badge() for number in range(3)}
    assert judged(_zip(members)).ok
    assert refused(judged(_zip({**members, "x": b""})), "more than 3 files")


def test_zip_may_unpack_to_its_size_and_not_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(good_badge())
    monkeypatch.setattr(limits, "MAX_ZIP_TOTAL", 2 * size)
    assert judged(_zip({"a": good_badge(), "b": good_badge()})).ok
    assert refused(judged(_zip({"a": good_badge(), "b": good_badge() + b" "})), "bytes unpacked")


def test_member_of_a_zip_counts_by_what_it_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE", len(good_badge()))
    assert judged(_zip({"a": good_badge()})).ok
    assert refused(judged(_zip({"a": good_badge() + b" "})), "bytes unpacked")


def test_zip_takes_as_long_as_the_limits_say_and_not_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    members = _zip({"a.json": good_badge(), "b.json": good_badge(), "c.json": good_badge()})
    assert judged(members).ok
    monkeypatch.setattr(limits, "MAX_ZIP_SECONDS", 0.0)
    assert [part.ok for part in judged(members).parts] == [False]
    assert refused(judged(members), "takes too long from here on")
    # What each member adds is counted behind it: here it takes away.
    monkeypatch.setattr(limits, "MAX_ZIP_SECONDS", 90.0)
    monkeypatch.setattr(limits, "MAX_ZIP_SECONDS_EACH", -60.0)
    assert [part.ok for part in judged(members).parts] == [True, True, False]
    others = judged(_zip({**{f"{number}.txt": b"Hello" for number in range(20)}, "a.json": good_badge()}))
    assert len(others.parts) == 16


def test_pdf_with_all_its_parts_is_read_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_STREAMS", 2)
    assert judged(_pdf(b"x", good_badge())).ok
    assert refused(judged(_pdf(b"x", good_badge(), b"y")), "more than 2 parts")


def test_pdf_may_unpack_to_its_size_and_not_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PDF_INFLATED", len(good_badge()))
    assert judged(_pdf(good_badge())).ok
    assert refused(judged(_pdf(b"{", good_badge())), "unpacked")


def test_pdf_with_all_its_documents_is_judged_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DOCUMENTS", 2)
    assert judged(_pdf(good_badge(), good_badge())).ok
    assert refused(judged(_pdf(good_badge(), good_badge(), good_badge())), "more than 2 attachments")


def test_folder_with_all_its_files_is_read_and_one_more_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_FOLDER", 2)
    for name in "ab":
        (tmp_path / name).write_bytes(good_badge())
    asker = Asker(Answers(_world()))
    assert judge_input(str(tmp_path), asker, Question(NOW)).ok
    (tmp_path / "c").write_bytes(b"x")
    with pytest.raises(UsageError, match="at most 2"):
        judge_input(str(tmp_path), asker, Question(NOW))


def test_file_of_trusted_issuers_at_its_lines_is_read_and_one_more_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_LINES", 2)
    path = tmp_path / "trusted.txt"
    path.write_text(f"{DID}\n# remark\n", encoding="utf-8")
    assert read_trust((str(path),))[0] == (DID,)
    path.write_text(f"{DID}\n\n#\n", encoding="utf-8")
    with pytest.raises(UsageError, match="each line"):
        read_trust((str(path),))


def _with_evidence(named: int, nameless: int) -> Document:
    found = [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(named)]
    found += [{"type": ["Evidence"], "name": str(n)} for n in range(nameless)]
    return set_in(badge(), "evidence", found)


def _objects(document: Any) -> int:
    if isinstance(document, dict):
        return 1 + sum(_objects(value) for name, value in document.items() if name != "@context")
    return sum(_objects(value) for value in document) if isinstance(document, list) else 0


def test_document_with_all_its_objects_is_canonicalised_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    document = signed(_with_evidence(20, 0))
    listed = signed(status_list(7))
    # The proof counts, and the status list that is asked counts for the document that asks for it.
    monkeypatch.setattr(limits, "MAX_OBJECTS", _objects(document) + _objects(listed))
    assert judged(document, {LIST: listed}).ok
    monkeypatch.setattr(limits, "MAX_OBJECTS", _objects(document) - 1)
    assert refused(judged(document, {LIST: listed}), "holds more than")


def test_document_with_all_its_nameless_objects_is_canonicalised_and_one_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Two identities, the proof, and the evidence.
    monkeypatch.setattr(limits, "MAX_NAMELESS", 10)
    assert judged(signed(_with_evidence(0, 7))).ok
    assert refused(judged(signed(_with_evidence(0, 8))), "without an id")


def test_values_of_one_object_are_compared_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    # The values of both places that name the one thing: two types and all the names.
    def spread(names: int) -> Document:
        one = {"id": "urn:x:1", "type": ["Evidence"], "name": [f"a{n}" for n in range(names)]}
        return set_in(badge(), "evidence", [one, {**one, "name": [f"b{n}" for n in range(names)]}])

    monkeypatch.setattr(limits, "MAX_COMPARISONS", 2 * 49**2 + 600)
    assert judged(signed(spread(48))).ok
    assert refused(judged(signed(spread(60))), "comparing them")


def _alike(wide: int) -> Document:
    one = {"type": ["Profile"], "name": "x", "parentOrg": [{"type": ["Profile"], "name": "y"}] * wide}
    return set_in(badge(), "credentialSubject/source", [one, one])


def test_objects_that_look_alike_are_told_apart_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two parents of three each: 3! times 1 for each parent, 12 orders in all.
    monkeypatch.setattr(limits, "MAX_ORDERS", 12)
    assert judged(signed(_alike(3))).ok
    monkeypatch.setattr(limits, "MAX_ORDERS", 11)
    assert refused(judged(signed(_alike(3))), "look alike")


def test_badge_with_all_its_parts_is_judged_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PARTS", 2)
    several = [endorsement(id=f"urn:uuid:{n}") for n in range(3)]
    place = "credentialSubject/achievement/endorsement"
    assert judged(signed(set_in(badge(), place, several[:2]))).ok
    assert refused(judged(signed(set_in(badge(), place, several))), "more than 2 credentials")


def test_document_with_all_its_parts_within_parts_is_judged_and_one_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner = jwt(as_payload(learner_record(signed(badge()), id="urn:x:1")), keys()["rsa"]).decode()
    whole = raw(signed(learner_record(inner, inner)))
    monkeypatch.setattr(limits, "MAX_PARTS_IN_ALL", 4)
    assert judged(whole).ok
    monkeypatch.setattr(limits, "MAX_PARTS_IN_ALL", 3)
    assert refused(judged(whole), "more than 3 credentials in all")


def test_badge_with_all_its_signatures_is_judged_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROOFS", 2)
    assert judged(signed(badge(), among=2)).ok
    assert refused(judged(signed(badge(), among=3)), "more than 2 signatures")


def _token(document: Document) -> str:
    return jwt(as_payload(document), keys()["rsa"]).decode()


def _envelope(document: Document) -> Document:
    address = f"data:application/vc+jwt,{_token(document)}"
    return {"@context": [V2], "type": ["EnvelopedVerifiableCredential"], "id": address}


@pytest.mark.parametrize("form", [signed, _token, _envelope])
def test_credentials_may_lie_in_one_another_up_to_a_limit(
    form: Callable[[Document], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_NESTED", 2)

    def nested(depth: int) -> Document:
        return learner_record(form(nested(depth - 1)), id=f"urn:uuid:{depth}") if depth else badge()

    assert judged(signed(nested(2))).ok
    assert refused(judged(signed(nested(3))), "more than 2 deep")


def test_issuer_with_all_its_keys_is_read_and_one_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_METHODS", 2)
    address = "https://club.example/.well-known/did.json"
    used = keys()
    assert judged(good_badge(), {address: did_document(used["ed"], used["old"])}).ok
    assert refused(
        judged(good_badge(), {address: did_document(used["ed"], used["old"], used["ec"])}), "more than 2 keys"
    )


def test_as_many_keys_are_tried_as_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    token = jwt(as_payload(badge()), keys()["rsa"], {"alg": "RS256"})
    place = sorted(_world()["https://club.example/.well-known/did.json"]["assertionMethod"]).index(keys()["rsa"].url)
    monkeypatch.setattr(limits, "MAX_TRIED", place + 1)
    assert judged(token).ok
    monkeypatch.setattr(limits, "MAX_TRIED", place)
    assert judged(token).verdict is Verdict.FORGED


def test_signed_text_at_its_length_is_read_and_one_sign_beyond_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    token = jwt(as_payload(badge()), keys()["rsa"])
    monkeypatch.setattr(kinds, "MAX_TOKEN", len(token))
    assert judged(token).ok
    monkeypatch.setattr(kinds, "MAX_TOKEN", len(token) - 1)
    assert refused(judged(token), f"more than {len(token) - 1:,} signs")


def _listing(text: str) -> Document:
    return {LIST: jwt(set_in(status_list(), "credentialSubject/encodedList", text), keys()["rsa"])}


def test_status_list_of_the_least_and_largest_size_is_read_and_others_are_not() -> None:
    assert len(bits()) == limits.MIN_LIST
    assert judged(good_badge(), _listing(packed(bits(size=limits.MIN_LIST)))).ok
    assert refused(judged(good_badge(), _listing(packed(bits(size=limits.MIN_LIST - 1)))), "shorter")
    assert judged(good_badge(), _listing(packed(bits(size=limits.MAX_LIST)))).ok
    assert refused(judged(good_badge(), _listing(packed(bits(size=limits.MAX_LIST + 1)))), "bytes unpacked")


def test_packed_status_list_at_its_size_is_read_and_beyond_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    text = packed(bits())
    monkeypatch.setattr(limits, "MAX_LIST_PACKED", (len(text) - 4) * 3 // 4 + 1)
    assert judged(good_badge(), _listing(text)).ok
    monkeypatch.setattr(limits, "MAX_LIST_PACKED", (len(text) - 4) * 3 // 4 - 4)
    assert refused(judged(good_badge(), _listing(text)), "bytes packed")


def test_document_may_ask_as_many_addresses_as_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # The did.json, the two lists, and the club's own web site.
    monkeypatch.setattr(limits, "MAX_REQUESTS_EACH", 4)
    assert judged(good_badge()).ok
    monkeypatch.setattr(limits, "MAX_REQUESTS_EACH", 3)
    assert refused(judged(good_badge()), "asks for more than 3 addresses")
    door = Answers(_world())
    asker = Asker(door)
    monkeypatch.setattr(limits, "MAX_REQUESTS_EACH", 4)
    for _ in range(3):
        assert judge_bytes("badge", good_badge(), asker, Question(NOW)).ok
    assert len(door.asked) == len(set(door.asked)) == 4


def test_document_may_take_as_long_as_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(good_badge()).ok
    monkeypatch.setattr(limits, "MAX_SECONDS_EACH", 0.0)
    assert refused(judged(good_badge()), "more than 0 seconds")


def test_answers_and_results_are_kept_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_REMEMBERED", 10)
    door = Answers({"https://a.example/": b"x" * 10, "https://b.example/": b"x"})
    asker = Asker(door)
    for url in ("https://a.example/", "https://a.example/", "https://b.example/", "https://b.example/"):
        asker.answer(url)
    assert door.asked == ["https://a.example/", "https://b.example/", "https://b.example/"]
    monkeypatch.setattr(limits, "MAX_REMEMBERED", 100)
    monkeypatch.setattr(limits, "MAX_KEPT", 1)
    asker.keep("one", 1)
    asker.keep("two", 2)
    assert set(asker.judged) == {"one"}
    monkeypatch.setattr(limits, "MAX_KEPT", 9)
    asker.keep("bits", bytes(100))
    asker.keep("more bits", bytes(100))
    assert set(asker.judged) == {"one", "bits"}


def test_map_of_an_archive_at_its_size_is_read_and_one_byte_beyond_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    text = archive_map()
    monkeypatch.setattr(limits, "MAX_MAP", len(text))
    assert in_archive(text).ok
    assert refused(in_archive(text + b"\n"), "map of the archive")


def archive_map() -> bytes:
    rows = [
        f"https://club.example/.well-known/did.json\t200\tapplication/json\tdid.json\n{LIST}\t200\tapplication/json\tlist.json\n"
    ]
    return "".join(rows).encode()


def in_archive(text: bytes) -> Report:
    members = {
        "map.tsv": text,
        "did.json": raw(_world()["https://club.example/.well-known/did.json"]),
        "list.json": raw(_world()[LIST]),
        "badge.json": good_badge(),
    }
    return judge_bytes("archive.zip", _zip(members), Asker(Answers({})), Question(NOW), offline=True)


def test_answer_from_an_archive_at_its_size_is_read_and_one_byte_beyond_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = max(len(raw(_world()[url])) for url in (LIST, "https://club.example/.well-known/did.json"))
    monkeypatch.setattr(limits, "MAX_ANSWER", longest)
    assert in_archive(archive_map()).ok
    monkeypatch.setattr(limits, "MAX_ANSWER", longest - 1)
    assert in_archive(archive_map()).verdict is Verdict.CANNOT_TELL
