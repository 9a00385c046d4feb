"""What command and page must agree on: files, what addresses answer, what is asked, and the command's own answer.

    python tests/verify_page/cases.py --site DIR --out FILE

Fair, because both get the same: the file's bytes, the moment, and the same saved answers. Where an address is not among
them, the command's ``OfflineDoor`` speaks, as with ``--offline``, and the page says the same of itself. The example club's files
are judged twice: with the answers that lie in the page, and by ``pinback verify --snapshot`` on the whole built site.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "verify")]

from conformance import _world, cases  # noqa: E402
from conftest import AT, seal_small_club  # noqa: E402
from makers import badge, set_in, signed  # noqa: E402
from test_membership import FILE, GROUP, MEMBER_OF, PARENT, World, about_another, of_another_parent, with_an_end  # noqa: E402
from test_membership import FORMS as BADGE_FORMS  # noqa: E402
from test_samples import AGREED, DISAGREED, SAMPLES, hosts, issuers, key_of_token  # noqa: E402
from test_samples import NOW as SAMPLES_NOW  # noqa: E402

from pinback.verify.asking import Asker  # noqa: E402
from pinback.verify.exam import Question  # noqa: E402
from pinback.verify.fetch import NO_HEADERS, Answer, OfflineDoor, Opener, SnapshotDoor  # noqa: E402
from pinback.verify.inputs import judge_bytes  # noqa: E402
from pinback.verify.membership import memberships  # noqa: E402
from pinback.verify.report import Report  # noqa: E402

Table = Mapping[str, Any]
SITE_NOW = datetime(2027, 1, 1, tzinfo=UTC)
FORMS = ("credential.json", "credential.jwt.txt", "assertion.json", "assertion.jws.txt", "badge.png", "badge.svg")


class Given:
    """Answers from a table, and otherwise as with ``--offline``."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.otherwise = OfflineDoor()

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        url = url.partition("#")[0]
        found = self.table.get(url)
        if found is None:
            return self.otherwise.get(url, headers)
        if isinstance(found, int):
            return Answer(found, "", b"", url)
        return Answer(200, "", as_bytes(found), url)


def as_bytes(answer: Any) -> bytes:
    if isinstance(answer, str):
        return answer.encode()
    return answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()


def case(name: str, data: bytes, door: Opener, table: Table | None, question: Question) -> dict[str, Any]:
    """Return what the page gets, and what the command said. Without a table the page uses its own answers."""
    options: dict[str, Any] = {"name": "badge", "now": question.now.isoformat(), "trust": list(question.trust)}
    options["recipient"] = question.recipient
    if question.named is not None:
        link = question.named
        options["named"] = {"page": link.page, "name": link.name, "secret": link.secret, "text": link.text}
    if table is not None:
        options["answers"] = {
            url: answer if isinstance(answer, int) else {"base64": base64.b64encode(as_bytes(answer)).decode()}
            for url, answer in table.items()
        }
    asker = Asker(door)
    report = judge_bytes("badge", data, asker, question, offline=True)
    for one in _badges(report):
        one.member_of = memberships(one, asker, question)
    return {
        "name": name,
        "data": base64.b64encode(data).decode(),
        "options": options,
        "command": _told(report.values()),
    }


def _badges(report: Report) -> Iterator[Report]:
    if report.whole:
        yield report
    else:
        for part in report.parts:
            yield from _badges(part)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the command said without what logs show: the page asks for none."""
    kept = {name: value for name, value in values.items() if name != "log"}
    return kept | {"parts": [_told(part) for part in values["parts"]]}


def conformance() -> Iterator[dict[str, Any]]:
    """Every conformance case of the checker."""
    for one in cases():
        table = {**_world(), **one.table}
        yield case(f"conformance/{one.name}", one.data, Given(table), table, one.question)


def many_values() -> Iterator[dict[str, Any]]:
    """A good badge whose evidence has some names, and one that has more of them than are compared."""
    for count in (200, 2_100):
        evidence = {"id": "urn:x:1", "type": ["Evidence"], "name": [f"n{number}" for number in range(count)]}
        data = json.dumps(signed(set_in(badge(), "evidence", [evidence]))).encode()
        yield case(f"{count} values of one thing", data, Given(_world()), _world(), Question(SITE_NOW))


def samples() -> Iterator[dict[str, Any]]:
    """Every official sample, with and without its issuer's answer; none where they do not lie beside the checkout."""
    for name in (*AGREED, *DISAGREED) if SAMPLES.is_dir() else ():
        data = (SAMPLES / name).read_bytes()
        table = {**hosts(), **issuers(data), **(key_of_token(data) if name.startswith("ob30/") else {})}
        if name.startswith("ob20/") and name.endswith(".json"):
            table = {json.loads(data).get("id", ""): data, **table}
        yield case(f"samples/{name}", data, Given(table), table, Question(SAMPLES_NOW))
        yield case(f"samples, offline/{name}", data, Given({}), {}, Question(SAMPLES_NOW))


def site_answers(site: Path) -> dict[str, Any]:
    """Return the answers that lie in the page of a built site."""
    page = (site / "verify" / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="site-data"[^>]*>(.*?)</script>', page, re.S)
    assert found is not None
    answers: dict[str, Any] = json.loads(found.group(1))["answers"]
    return answers


def example_club(site: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """The example club's own files in every form, as they lie in the site, and all together in a ZIP."""
    answers, question = site_answers(site), Question(SITE_NOW)
    folder.mkdir(parents=True, exist_ok=True)
    host = folder / "badges.example.org"
    if not host.is_symlink():
        host.symlink_to(site.resolve(), target_is_directory=True)
    whole = SnapshotDoor(folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for award in sorted((site / "awards").iterdir()):
            for form in FORMS:
                if (award / form).is_file():
                    data = (award / form).read_bytes()
                    yield case(f"club/{award.name}/{form}", data, Given(answers), None, question)
                    archive.writestr(zipfile.ZipInfo(f"{award.name}/{form}"), data, zipfile.ZIP_DEFLATED)
                    if form in ("credential.json", "credential.jwt.txt", "assertion.jws.txt", "badge.svg"):
                        # These ask nothing that the page does not carry: the command on the whole site says the same.
                        yield case(f"club, whole site/{award.name}/{form}", data, whole, None, question)
    yield case("club/all.zip", packed.getvalue(), Given(answers), None, question)


def _nothing(world: World) -> None:
    """Both say it."""


def _no_back_link(world: World) -> None:
    world.club.issuer()


def _no_parent(world: World) -> None:
    shutil.rmtree(world.web / "federation.example.org")


def _two_parents(world: World) -> None:
    said = [{"id": "did:web:nobody.example.org", "name": "N" * 300}, {"id": PARENT}, {"id": 7}, "x"]
    path = world.web / "badges.example.org/issuers/club/issuer.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"schema:memberOf": said}))


WORLDS: tuple[tuple[Callable[[World], None], Callable[[World], None]], ...] = (
    *((change, _nothing) for change in (_nothing, _no_back_link, with_an_end, about_another, of_another_parent)),
    (_nothing, _no_parent),
    (_nothing, _two_parents),
)
"""What is changed before the sites are built, and after."""


def _answers(web: Path) -> dict[str, Any]:
    """Return every JSON document of some sites; lists of suspensions that are not there answer that."""
    found: dict[str, Any] = {f"https://{path.relative_to(web)}": path.read_bytes() for path in web.rglob("*.json")}
    beside = {url.replace("/revocation-", "/suspension-"): 404 for url in found if "/status/revocation-" in url}
    return {**beside, **found}


def federations() -> Iterator[dict[str, Any]]:
    """Badges of a group, and what its parent signed: who vouches, in every state of both."""
    for number, (before, after) in enumerate(WORLDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            world = World(folder, seal_small_club(folder / "club"))
            world.federation.write("issuers/club/groups/test-club.yaml", FILE)
            world.federation.seal()
            world.club.issuer(more=MEMBER_OF)
            before(world)
            after(world.published())
            table = _answers(world.web)
            award = min(world.web.glob("badges.example.org/awards/*"))
            signed = world.web / "federation.example.org/issuers/club/groups/test-club"
            for file in (*(award / form for form in BADGE_FORMS), *signed.glob("*.json")):
                for trust in ((), (PARENT, GROUP)):
                    question = Question(AT + timedelta(days=30), trust)
                    name = f"federation {number}/{file.name}{', trusted' if trust else ''}"
                    yield case(name, file.read_bytes(), Given(table), table, question)


def main() -> None:
    """Write the cases."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    found = [
        *conformance(),
        *many_values(),
        *federations(),
        *samples(),
        *example_club(asked.site, asked.out.parent / "snapshot"),
    ]
    asked.out.write_text(json.dumps(found), encoding="utf-8")
    print(f"{len(found)} cases")


if __name__ == "__main__":
    main()
