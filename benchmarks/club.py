"""Make a club of any size from a seed: the same bytes for the same seed, on every machine.

    python -m benchmarks.club FOLDER --awards 1000

Fifty badges of one issuer. One award in ten is a file of its own; the others stand in batches of 2 to 500 with shared
fields, as a club has them. What an award is like follows from seed and number alone, so a smaller club is the beginning of
a larger one, cut differently into files. Nothing here reads a clock or the system's random numbers; keys are not made here.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

from benchmarks.words import ANIMALS, EVIDENCE_NAMES, GENRES, LEVELS, NAMES, NARRATIVES, SUBJECTS

BADGES = 50
MAX_BATCH = 500
BASE_URL = "https://club.example.org/"
FIRST_DAY = date(2018, 3, 1)
DAYS = 1800
"""Every day lies years before this was written, so that a clock that is behind does no harm."""

EVIDENCE_COUNTS = (0,) * 40 + (1,) * 35 + (2,) * 13 + (3,) * 6 + (4,) * 3 + (5,) * 3
"""How many evidence items a hundred awards have."""


@dataclass(frozen=True, slots=True)
class Award:
    """One award of the made-up club: where it stands, and its fields as YAML values in the order of writing."""

    number: int
    badge: str
    id: str
    day: date
    fields: dict[str, object]
    is_withdrawn: bool


def badge_slugs() -> list[str]:
    """Return the names of the badges' folders."""
    return [f"{subject.lower().replace(' ', '-')}-{level.lower()}" for subject in SUBJECTS for level in LEVELS]


def award_of(seed: str, number: int) -> Award:
    """Return award *number* of the club of this seed."""
    random = Random(f"{seed} award {number}")
    slug = badge_slugs_cached()[number % BADGES]
    holder = number // 3
    fields = {"id": _id(random), **_holder(seed, holder, random)}
    day = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    if random.random() < 0.3:
        fields["valid_until"] = (day + timedelta(days=random.randrange(300, 2000))).isoformat()
    if random.random() < 0.5:
        fields["narrative"] = random.choice(NARRATIVES)
    if random.random() < 0.1:
        fields["term"] = f"Season {day.year}"
    if count := random.choice(EVIDENCE_COUNTS):
        fields["evidence"] = [_evidence(random, number, item) for item in range(count)]
    return Award(number, slug, str(fields["id"]), day, fields, is_withdrawn=random.random() < 0.01)


@cache
def badge_slugs_cached() -> tuple[str, ...]:
    return tuple(badge_slugs())


def _id(random: Random) -> str:
    return base64.b32encode(random.randbytes(10)).decode().lower()


def _holder(seed: str, holder: int, random: Random) -> dict[str, object]:
    """Return what a record says of its holder; name, age and wish are the same in each of the holder's awards."""
    person = Random(f"{seed} holder {holder}")
    first, last = (person.choice(names) for names in person.choice(NAMES))
    age, wish = person.random(), person.random()
    fields: dict[str, object] = {"handle": f"{person.choice(ANIMALS)}-{holder + 1}"}
    if age < 0.2:
        fields["minor"] = True
    elif wish < 0.25:
        fields |= {"name": f"{first} {last}", "public": True}
        if wish < 0.1:
            fields["signed_name"] = True
    if "name" not in fields and wish < 0.9:
        fields |= {"named": _hash(random), "link": _hash(random)}
    if age > 0.9:
        fields["email"] = {"hash": _hash(random), "salt": random.randbytes(16).hex()}
    return fields


def _hash(random: Random) -> str:
    return f"sha256${hashlib.sha256(random.randbytes(16)).hexdigest()}"


def _evidence(random: Random, number: int, item: int) -> dict[str, object]:
    found: dict[str, object] = {
        "url": f"https://club.example.org/log/{number}/{item}",
        "name": random.choice(EVIDENCE_NAMES),
    }
    if random.random() < 0.3:
        found["description"] = f"Sheet {item + 1} of what was kept."
    if random.random() < 0.3:
        found["genre"] = random.choice(GENRES)
    if random.random() < 0.1:
        found["narrative"] = random.choice(NARRATIVES)
    return found


# Files.


def club_files(seed: str, awards: int, withdrawn: bool = False) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the club: path and bytes.

    Args:
        seed: any text.
        awards: how many.
        withdrawn: whether the records that ask for it say so (one in a hundred); they can be sealed before alone.
    """
    yield (
        "site_src/site.yaml",
        _lines(
            title="Club of many awards", base_url=BASE_URL, languages=["en"], default_issuer="club", repository="public"
        ),
    )
    yield (
        "issuers/club/issuer.yaml",
        _lines(
            name="Club of Many Awards",
            url="https://club.example.org/about",
            email="badges@club.example.org",
            did="did:web:club.example.org",
            description="A made-up club.",
            contact="mailto:badges@club.example.org",
        ),
    )
    yield ".gitignore", b"/site/\n.pinback/\nwho-is-who.csv\n"
    slugs = badge_slugs()
    for place, slug in enumerate(slugs):
        yield f"badges/{slug}/badge.md", badge_text(slug)
        yield f"badges/{slug}/badge.svg", _picture(place)
        own = [award_of(seed, number) for number in range(place, awards, BADGES)]
        for name, members in _cut(own, Random(f"{seed} files {slug}")):
            yield f"badges/{slug}/awards/{name}.yaml", _record(members, withdrawn)


def badge_text(slug: str, more: str = "") -> bytes:
    """Return ``badge.md`` of a badge, with more words at the end of its criteria."""
    name = slug.replace("-", " ").title()
    front = _lines(
        name=name,
        description=f"Has shown {name.lower()} to two members of the club, on two days.",
        type="Competency",
        category=name.rpartition(" ")[2],
        tags=[slug, "club", "Ruderverein", "修船"],
        **({"valid_for": "3 years"} if slug.endswith("gold") else {}),
    ).decode()
    steps = "\n".join(f"{n}. Does part {n} of **{name}** alone, and says what could go wrong." for n in range(1, 6))
    text = (
        f"---\n{front}---\n\n## What you do\n\n{steps}\n\n## How it is checked\n\nTwo of us look, on two days.{more}\n"
    )
    return text.encode()


def _cut(awards: list[Award], random: Random) -> Iterator[tuple[str, list[Award]]]:
    """Yield names of files and the awards in each: one in ten alone, the others in batches of one day."""
    alone = [award for award in awards if random.random() < 0.1]
    for award in alone:
        yield f"{award.day}-{award.number}", [award]
    single = {award.number for award in alone}
    rest = [award for award in awards if award.number not in single]
    while rest:
        size = random.randint(2, MAX_BATCH)
        batch, rest = rest[:size], rest[size:]
        yield f"{batch[0].day}-batch-{batch[0].number}", batch


def _record(awards: list[Award], withdrawn: bool) -> bytes:
    day = awards[0].day
    if len(awards) == 1:
        return _lines(issued_on=day.isoformat(), **_fields(awards[0], day, withdrawn))
    head = f"# {len(awards)} awards of one day\nissued_on: {day}\nawards:\n"
    return head.encode() + b"".join(_item(_fields(award, day, withdrawn)) for award in awards)


def _fields(award: Award, day: date, withdrawn: bool) -> dict[str, object]:
    fields = dict(award.fields)
    if "valid_until" in fields:
        # Those of a batch share its day; each stays valid for as long as it was.
        until = date.fromisoformat(str(fields["valid_until"])) - award.day
        fields["valid_until"] = (day + until).isoformat()
    if withdrawn and award.is_withdrawn:
        fields["revoked"] = {"on": "2023-12-01", "reason": "mistake"}
    return fields


def _item(fields: dict[str, object]) -> bytes:
    first, *rest = _lines(**fields).decode().splitlines()
    return "\n".join([f"  - {first}", *(f"    {line}" for line in rest), ""]).encode()


def _lines(**fields: object) -> bytes:
    """Return fields as YAML; JSON's values are YAML's too."""
    plain: Callable[[object], str] = lambda value: json.dumps(value, ensure_ascii=False)  # noqa: E731
    bare = ("id", "handle", "issued_on", "valid_until", "named", "link")
    return "".join(f"{name}: {value if name in bare else plain(value)}\n" for name, value in fields.items()).encode()


def _picture(place: int) -> bytes:
    hue, turn = place * 37 % 360, place * 11 % 90
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512" width="512" height="512">'
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#{_rgb(hue)}"/>'
        f'<stop offset="1" stop-color="#{_rgb(hue + 40)}"/></linearGradient></defs>'
        '<circle cx="256" cy="256" r="240" fill="#17324d"/><circle cx="256" cy="256" r="214" fill="url(#g)"/>'
        f'<g transform="rotate({turn} 256 256)" fill="#fff8e8"><path d="M256 96 L300 256 L256 416 L212 256 Z"/>'
        '<path d="M96 256 L256 228 L416 256 L256 284 Z"/></g></svg>\n'
    ).encode()


def _rgb(hue: int) -> str:
    return hashlib.sha256(f"colour {hue % 360}".encode()).hexdigest()[:6]


def one_more(seed: str, number: int) -> tuple[str, bytes]:
    """Return path and bytes of the record of one more award, alone in its file."""
    award = award_of(seed, number)
    return f"badges/{award.badge}/awards/{award.day}-{number}.yaml", _record([award], withdrawn=False)


def write_club(root: Path, seed: str, awards: int, withdrawn: bool = False) -> None:
    """Write the club's files into *root*; others that lie there stay."""
    for name, data in club_files(seed, awards, withdrawn):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a club of any size, made from a seed.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--awards", type=int, default=1_000)
    parser.add_argument("--seed", default="1")
    given = parser.parse_args()
    write_club(given.folder, given.seed, given.awards)


if __name__ == "__main__":
    main()
