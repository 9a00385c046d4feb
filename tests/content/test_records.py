"""Records become awards: batches, rules inside one record, and the hash that seals what was said."""

from __future__ import annotations

import pytest

from pinback.content import awards, fields
from pinback.content.nodes import Problems, parse
from pinback.model import Award
from pinback.register import record_hash

HASH = "sha256$" + "0a" * 32
OTHER_HASH = "sha256$" + "0b" * 32
SALT = "00112233445566778899aabbccddeeff"


def awards_of(text: str, public: bool = True) -> tuple[list[Award], list[str]]:
    """Return the awards of a record file and what is wrong with it, as ``line: what``."""
    problems = Problems("a.yaml")
    made = [
        awards.award("knots", node, line, own, None, public, problems)
        for node, line, own in awards.award_entries(parse(text, problems), problems)
    ]
    return [award for award in made if award is not None], [f"{p.line}: {p.what}" for p in sorted(set(problems.found))]


def sound(text: str, public: bool = True) -> list[Award]:
    made, faults = awards_of(text, public)
    assert faults == []
    return made


def one(text: str, public: bool = True) -> Award:
    (award,) = sound(text, public)
    return award


# Batches.


def test_shared_fields_reach_every_award_of_the_batch():
    made = sound("issued_on: 2026-05-17\nrole: Cox\nawards:\n  - handle: otter-7\n  - handle: heron-2\nterm: Spring\n")
    assert [(award.handle, award.role, award.term, str(award.issued_on)) for award in made] == [
        ("otter-7", "Cox", "Spring", "2026-05-17"),
        ("heron-2", "Cox", "Spring", "2026-05-17"),
    ]


def test_own_field_goes_before_the_shared_one():
    made = sound("issued_on: 2026-05-17\nrole: Cox\nawards:\n  - handle: a\n    role: Bow\n  - handle: b\n")
    assert [award.role for award in made] == ["Bow", "Cox"]


def test_own_list_replaces_the_shared_one_as_a_whole():
    url = "https://club.example.org/log/"
    made = sound(
        f"issued_on: 2026-05-17\nevidence: [{url}1, {url}2]\nawards:\n  - handle: a\n    evidence: {url}3\n  - handle: b\n"
    )
    assert [[entry.url for entry in award.evidence] for award in made] == [[f"{url}3"], [f"{url}1", f"{url}2"]]


@pytest.mark.parametrize("empty", ["", " ''", ' "  "'])
def test_own_field_left_empty_lets_the_shared_one_through(empty: str):
    assert one(f"issued_on: 2026-05-17\nrole: Cox\nawards:\n  - handle: a\n    role:{empty}\n").role == "Cox"


def test_award_of_a_batch_begins_where_its_first_field_stands():
    made = sound("issued_on: 2026-05-17\nawards:\n  # first\n  - handle: a\n\n  -\n    # second\n    handle: b\n")
    assert [award.origin.line for award in made] == [4, 8]


@pytest.mark.parametrize("field", [field.name for field in fields.AWARD.fields if not field.shared])
def test_what_belongs_to_one_holder_cannot_be_shared(field: str):
    faults = awards_of(f"issued_on: 2026-05-17\n{field}: x\nawards:\n  - role: Cox\n  - role: Bow\n")[1]
    assert faults == [f'2: "{field}" stands above the list, so all its awards would share it']


def test_unknown_shared_field_is_told_once():
    faults = awards_of("issued_on: 2026-05-17\ncolour: red\nawards:\n" + "  - handle: a\n" * 50)[1]
    assert faults == ['2: "colour" is not a field of an award']


def test_hundreds_of_unknown_shared_fields_do_not_multiply():
    shared = "".join(f"field{number}: x\n" for number in range(900))
    made, faults = awards_of(f"issued_on: 2026-05-17\n{shared}awards:\n" + "  - handle: a\n" * 10_000)
    assert len(made) == 10_000
    assert len(faults) == 900


@pytest.mark.parametrize("batch", ["", " []", " {}", " otter-7", " ''", " {handle: a}"])
def test_batch_without_a_list_is_told(batch: str):
    assert awards_of(f"issued_on: 2026-05-17\nawards:{batch}\n") == ([], ['2: "awards" has no list of awards'])


@pytest.mark.parametrize("entry", ["otter-7", "''", "[handle]", "{}"])
def test_entry_of_a_batch_that_is_no_award_is_told_and_the_others_are_read(entry: str):
    made, faults = awards_of(f"issued_on: 2026-05-17\nawards:\n  - {entry}\n  - handle: b\n")
    assert [award.handle for award in made] == ["b"]
    assert faults == ["3: this entry of the list is not an award"]


def test_shared_field_that_does_not_fit_one_award_names_that_award():
    text = "valid_until: 2026-12-31\nawards:\n" + "".join(
        f"  - handle: a-{number}\n    issued_on: {2027 if number == 7 else 2026}-05-17\n" for number in range(20)
    )
    assert awards_of(text)[1] == ["17: valid_until (2026-12-31) lies before issued_on (2027-05-17)"]


# Fields of one record.


def test_every_field_reaches_the_award():
    award = one(
        f"""
id: abcdefgh234567ab
badge: knots
issued_on: 2026-05-17
valid_until: 2028-05-17
handle: otter-7
named: {HASH}
link: {OTHER_HASH}
name: Zoë Ångström
public: true
signed_name: true
email: {{hash: {HASH}, salt: {SALT}}}
evidence:
  - https://club.example.org/log/5
  - {{name: Photo, genre: Picture, audience: all, description: A knot, narrative: It holds}}
narrative: |
  Tied **nine**.

  Twice.
results: [{{result: speed, value: 9}}, {{result: style, status: Completed}}]
credits: 1.50
activity_start: 2026-05-01
activity_end: 2026-05-16
role: Cox
term: Spring
license_number: 0012
revoked: {{on: 2026-06-01, reason: mistake}}
"""
    )
    assert award.id == "abcdefgh234567ab"
    assert (award.named, award.link) == (HASH, OTHER_HASH)
    assert (award.name, award.public, award.signed_name, award.minor) == ("Zoë Ångström", True, True, False)
    assert award.email is not None
    assert (award.email.hash, award.email.salt) == (HASH, SALT)
    assert [entry.url for entry in award.evidence] == ["https://club.example.org/log/5", ""]
    assert (award.evidence[1].name, award.evidence[1].genre, award.evidence[1].audience) == ("Photo", "Picture", "all")
    assert award.narrative == "Tied **nine**.\n\nTwice."
    assert [(result.result, result.value, result.status) for result in award.results] == [
        ("speed", "9", ""),
        ("style", "", "Completed"),
    ]
    assert (award.credits, award.role, award.term, award.license_number) == ("1.50", "Cox", "Spring", "0012")
    assert (str(award.activity_start), str(award.activity_end)) == ("2026-05-01", "2026-05-16")
    assert award.revoked is not None
    assert award.revoked.reason == "mistake"


def test_award_of_nobody_in_particular_needs_only_a_day():
    award = one("issued_on: 2026-05-17\n")
    assert (award.handle, award.name, award.id) == ("", "", "")


def test_fields_left_empty_by_an_editor_count_as_absent():
    names = [field.name for field in fields.AWARD.fields if field.name != "issued_on"]
    plain = one("issued_on: 2026-05-17\n")
    left = one("issued_on: 2026-05-17\n" + "".join(f"{name}:\n" for name in names))
    nested = one("issued_on: 2026-05-17\nrevoked: {on: '', reason: ''}\nemail:\n  hash:\n  salt:\nevidence: []\n")
    assert dict(left.typed) == dict(nested.typed) == dict(plain.typed) == {"issued_on": "2026-05-17"}
    assert left.revoked is nested.revoked is None
    assert left.email is nested.email is None


def test_required_field_left_empty_is_missing():
    assert awards_of("handle: a\nissued_on:\n")[1] == ['1: "issued_on" is missing']


def test_warning_apart_every_fault_keeps_the_award_out():
    made, faults = awards_of("issued_on: 2026-05-17\nhandle: Otter\ncredits: x\nminor: no\n")
    assert made == []
    assert len(faults) == 3


# Names.


@pytest.mark.parametrize(
    "name", ["Zoë", "Zoë A.", "Zoë Å", "Anna-Lena K.", "O'Neil", "D’Arcy B.", "Zoe\u0308 A.", "प्रिया क", "李 王"]
)
def test_first_name_and_initial_of_a_minor_may_be_shown(name: str):
    one(f"issued_on: 2026-05-17\nname: {name}\npublic: true\nminor: true\nguardian_consent: 2026-05-01\n")


@pytest.mark.parametrize(
    "name", ["Zoë Ångström", "Zoë A. B.", "Z. Ångström", "Zoë7", "Zoë_A", "zoe@example.org", "Zoë Ån"]
)
def test_more_of_a_minors_name_is_refused(name: str):
    faults = awards_of(
        f"issued_on: 2026-05-17\nname: {name}\npublic: true\nminor: true\nguardian_consent: 2026-05-01\n"
    )[1]
    assert faults == [f'2: more than first name and initial of a minor is shown (found "{name}")']


def test_name_needs_no_word_of_the_holder_in_a_private_repository():
    one("issued_on: 2026-05-17\nname: Zoë Ångström\n", public=False)


def test_names_of_minors_are_guarded_in_a_private_repository_too():
    shown = "issued_on: 2026-05-17\nname: Zoë Ångström\nminor: true\npublic: true\n"
    assert len(awards_of(shown, public=False)[1]) == 2
    assert not awards_of(shown.replace("public: true\n", ""), public=False)[1]


@pytest.mark.parametrize(
    "line",
    [
        "# ada@mail.example.org",
        "narrative: write to Ada <ada.b+c@mail.example.org>, please",
        "role: zoë@bücher.example",
        "x@y.z",
        "mailto:a_b%c@d-e.f.g",
    ],
)
def test_plain_address_is_found_wherever_it_stands(line: str):
    problems = Problems("a.yaml")
    awards.warn_of_addresses(f"issued_on: 2026-05-17\n{line}\n", problems)
    assert [(problem.line, problem.what) for problem in problems.found] == [
        (2, "an e-mail address stands in a repository that anybody can read")
    ]
    assert "@" not in str(problems.found[0])


@pytest.mark.parametrize(
    "line", ["narrative: 3 @ 4", "evidence: https://video.example/@club/7", "role: @cox", "a@b", "a@ b.c"]
)
def test_at_sign_alone_is_no_address(line: str):
    problems = Problems("a.yaml")
    awards.warn_of_addresses(line, problems)
    assert problems.found == []


@pytest.mark.parametrize(
    "line", ["@" + "a" * 500_000, "a" * 500_000 + " @", "a." * 250_000 + "@", "a@" * 250_000, "@a." * 150_000]
)
def test_search_for_addresses_does_not_hang(line: str):
    problems = Problems("a.yaml")
    awards.warn_of_addresses(line, problems)
    assert problems.found == []


# The hash of what was said.

FULL = {
    "issued_on": "2026-05-17",
    "valid_until": "2028-05-17",
    "handle": "otter-7",
    "named": HASH,
    "link": HASH,
    "email": f"{{hash: {HASH}, salt: {SALT}}}",
    "evidence": "[https://club.example.org/log/5, {name: Photo}]",
    "narrative": "Tied nine.",
    "results": "[{result: speed, value: 9}]",
    "credits": "1.5",
    "activity_start": "2026-05-01",
    "activity_end": "2026-05-16",
    "role": "Cox",
    "term": "Spring",
    "license_number": "0012",
}
"""A record with every field that reaches the documents."""
CHANGED = {
    "issued_on": ["2026-05-18"],
    "valid_until": ["2028-05-18", ""],
    "handle": ["otter-8", ""],
    "named": [OTHER_HASH],
    "link": [OTHER_HASH, ""],
    "email": [f"{{hash: {OTHER_HASH}, salt: {SALT}}}", f"{{hash: {HASH}, salt: {SALT}00}}", ""],
    "evidence": [
        "[{name: Photo}, https://club.example.org/log/5]",
        "[https://club.example.org/log/6, {name: Photo}]",
        "[https://club.example.org/log/5, {name: Photo, genre: Picture}]",
        "",
    ],
    "narrative": ["Tied ten.", "Tied  nine.", "Tied nine", ""],
    "results": [
        "[{result: speed, value: 9.0}]",
        "[{result: style, value: 9}]",
        "[{result: speed, status: Completed}]",
        "",
    ],
    "credits": ["1.50", "2", ""],
    "activity_start": ["2026-05-02", ""],
    "activity_end": ["2026-05-15", ""],
    "role": ["cox", "Cox ship", ""],
    "term": ["Summer", ""],
    "license_number": ["12", ""],
}
LATER = [
    ("valid_for", "2 years", "sha256:2d5ee806b8e23feb50bfc853ada3305f23a07f30b40987c666aa6af6fab505d4"),
    ("supersedes", "bcdefghi234567bc", "sha256:8d0a34d92ca12a0fe35e80aad50b408be27b4be2bc4e1ef810e9b7f83130c3b9"),
    ("renews", "bcdefghi234567bc", "sha256:61843a3ecf62f6f535d7b46270720d44f0fe16329045a7ac818dc27a23c9a649"),
    ("language", "pl", "sha256:1bd84d6e19e662cd819ba956f53d421b365006e5897108e48a4dedcf62b4351c"),
]
"""Fields that reach the documents and cannot stand in the full record, or came later, with the hash of it and them."""
ID = "id: abcdefgh234567ab\n"


def written(values: dict[str, str]) -> str:
    return ID + "".join(f"{name}: {value}\n" for name, value in values.items())


def hash_of(text: str) -> str:
    return record_hash(one(text).typed)


def test_hash_of_the_full_record_is_what_it_was():
    """Sealed records depend on it: a change of this figure breaks every club's register."""
    assert hash_of(written(FULL)) == "sha256:979e81a5b5452b90d44a6d00265a52705449d1c5ae5eccef811306c9d8bf004c"


def test_typed_fields_are_texts_lists_and_mappings_as_typed():
    assert dict(one(written(FULL)).typed) == {
        **{name: value for name, value in FULL.items() if name not in ("email", "evidence", "results")},
        "email": {"hash": HASH, "salt": SALT},
        "evidence": ["https://club.example.org/log/5", {"name": "Photo"}],
        "results": [{"result": "speed", "value": "9"}],
    }


def test_this_record_has_every_field_that_reaches_the_documents():
    documented = {field.name for field in fields.AWARD.fields if field.documented}
    assert set(FULL) == set(CHANGED) == documented - {name for name, _, _ in LATER}


@pytest.mark.parametrize(("name", "value", "figure"), LATER)
def test_hash_of_a_record_with_a_later_field_is_what_it_was(name: str, value: str, figure: str):
    values = {key: text for key, text in FULL.items() if (name, key) != ("valid_for", "valid_until")}
    assert hash_of(written({**values, name: value})) == figure


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CHANGED.items() for value in values])
def test_change_of_a_documented_field_changes_the_hash(name: str, value: str):
    assert hash_of(written({**FULL, name: value})) != hash_of(written(FULL))


@pytest.mark.parametrize(
    "more",
    [
        "# a word about it\n",
        "name: Zoë Ångström\npublic: true\n",
        "public: false\n",
        "minor: false\n",
        "guardian_consent: 2026-05-01\n",
        "badge: knots\n",
        "revoked: {on: 2026-06-01, reason: mistake}\n",
        "suspended: {on: 2026-06-01}\n",
        "superseded_by: bcdefghi234567bc\n",
    ],
)
def test_page_fields_and_life_cycle_leave_the_hash_alone(more: str):
    assert hash_of(written(FULL) + more) == hash_of(written(FULL))
    assert hash_of(more + written(FULL)) == hash_of(written(FULL))


def test_minor_and_first_name_leave_the_hash_alone():
    values = {name: value for name, value in FULL.items() if name != "email"}
    more = "name: Zoë A.\npublic: true\nminor: true\nguardian_consent: 2026-05-01\n"
    assert hash_of(written(values) + more) == hash_of(written(values))


def test_name_counts_once_it_is_signed():
    name = "name: Zoë Ångström\npublic: true\n"
    signed = hash_of(written(FULL) + name + "signed_name: true\n")
    assert signed != hash_of(written(FULL) + name)
    assert signed != hash_of(written(FULL) + name.replace("Zoë", "Zoe") + "signed_name: true\n")
    assert hash_of(written(FULL) + name + "signed_name: false\n") == hash_of(written(FULL))


def test_order_quotes_comments_blanks_and_empties_leave_the_hash_alone():
    backwards = dict(reversed(FULL.items()))
    assert hash_of(written(backwards)) == hash_of(written(FULL))
    text = written(FULL).replace("Tied nine.", "  'Tied nine.'   # she said").replace("\n", "\r\n")
    assert hash_of(text) == hash_of(written(FULL))
    block = written(FULL).replace("narrative: Tied nine.", "narrative: |\n  Tied nine.")
    assert hash_of(block) == hash_of(written(FULL))
    flow = "{" + ", ".join(line for line in written(FULL).splitlines()) + "}\n"
    assert hash_of(flow) == hash_of(written(FULL))
    empties = written(FULL).replace("{name: Photo}", "{name: Photo, url: '', genre: }") + "public:\nname: ''\n"
    assert hash_of(empties) == hash_of(written(FULL))


def test_id_is_no_part_of_the_hash():
    without = {name: value for name, value in FULL.items() if name != "link"}
    assert record_hash(one(written(without)).typed) == record_hash(one(written(without).removeprefix(ID)).typed)


@pytest.mark.parametrize("name", [field.name for field in fields.AWARD.fields if field.shared and field.name in FULL])
def test_field_that_moves_to_the_shared_part_leaves_the_hash_alone(name: str):
    own = "".join(f"    {key}: {value}\n" for key, value in FULL.items() if key != name)
    batch = f"{name}: {FULL[name]}\nawards:\n  - {ID}{own}"
    assert hash_of(batch) == hash_of(written(FULL))


def test_award_of_a_batch_has_the_hash_that_it_has_alone():
    alone = hash_of("issued_on: 2026-05-17\nhandle: b\nrole: Bow\n")
    made = sound(
        "issued_on: 2026-05-17\nrole: Cox\nawards:\n  - handle: a\n  - {handle: b, role: Bow}\n  - handle: c\n"
    )
    assert record_hash(made[1].typed) == alone
    assert len({record_hash(award.typed) for award in made}) == 3
