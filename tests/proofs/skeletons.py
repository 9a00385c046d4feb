"""``python -m tests.proofs.skeletons``: skeletons and library give one answer to 10,000 random and hostile documents.

Documents are built of random members that Open Badges know, and then often disturbed: a text in the place of another, a
member that says nothing, means something else or belongs elsewhere. The suite takes a sample of them.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pinback import contexts
from pinback.errors import ProofError
from pinback.proofs.bulk import Skeletons
from pinback.proofs.rdf import canonical_quads

Json = dict[str, Any]
OB3 = [contexts.CREDENTIALS_V2, contexts.OB3, contexts.OB3_EXTENSIONS]
OTHERS = (
    [contexts.CREDENTIALS_V2, contexts.OB3],
    [contexts.CREDENTIALS_V1, contexts.OB3_0_1],
    [contexts.CREDENTIALS_V2, contexts.CLR, contexts.OB3],
    [contexts.CREDENTIALS_V2],
    contexts.OB2,
    [contexts.DID, contexts.MULTIKEY, contexts.JWK],
    [contexts.CREDENTIALS_V2, "https://evil.example/context.json"],
)
WORDS = (
    "Zoë Ångström",
    "Иван",
    "山田太郎",
    "محمد",
    "rowed 6 km",
    'a "knot" \\ here',
    "two\nlines\r\n\tand a tab",
    "100 % %s %b %(x)s",
)
NASTY = (
    *(
        "",
        " ",
        ".",
        "@id",
        "@type",
        "@vocab",
        "type",
        "id",
        "name",
        "Profile",
        "Achievement",
        "assertionMethod",
        "revocation",
    ),
    *(
        "_:b0",
        "_:c14n0",
        "_:",
        "#part",
        "/path",
        "image.png",
        "?q",
        "//host/path",
        "a:b",
        "schema:name",
        "sec:x",
        "xsd:string",
    ),
    *(
        "urn:x",
        "urn:",
        "did:",
        "did:web:x.example.org",
        "mailto:a@x.example.org",
        "tel:+441632960001",
        "http:",
        "https:",
        "https://",
    ),
    *(
        "https://x.example.org/a b",
        "https://x.example.org/<a>",
        'https://x.example.org/"',
        "https://x.example.org/\\",
        "https://x.example.org/{a}",
    ),
    *(
        "https://x.example.org/ä",
        "https://x.example.org/\u3000",
        "https://x.example.org/\n",
        "https://x.example.org/%20",
        "https://x.example.org/../b",
    ),
    *(
        "HTTPS://X.example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "x-no-base:/a",
        "http://example.org/base/x",
        "ftp://x.example.org/",
    ),
    *(
        "https://sentinel.invalid/0e",
        "https://sentinel.invalid/3",
        "x https://sentinel.invalid/7e y",
        '"^^<http://www.w3.org/2001/XMLSchema#string> .',
    ),
    *(
        "\x00",
        "a\x07b",
        "\x08",
        "\x0c",
        "\x1b[31m",
        "\x7f",
        "\x80\x85\x9f",
        "\u2028\u2029",
        "\ufeff",
        "\ufffe\uffff",
        "\U0010ffff",
        "\ud83e",
        "\udc00x",
    ),
    *(
        "😀",
        "～",
        "\ue000",
        "e\u0301",
        "\u202eabc",
        "\\u0041",
        "\\n",
        "\\",
        "\\\\",
        '"',
        '\\"',
        "]]>",
        "<x>",
        "> <",
        "' .\n<a> <b> <c> .",
        "%b",
        "%%",
    ),
    *(
        "2026-05-17T00:00:00Z",
        "1",
        "1.0",
        "1E3",
        "true",
        "null",
        "NaN",
        "{}",
        "[]",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    ),
    "x" * 5000,
)
"""Texts that somebody may write, or mean harm with, in any place."""


class Random(random.Random):
    """A generator of documents."""

    def url(self) -> str:
        return self.choice(
            (
                f"https://x.example.org/{self.randrange(50)}",
                f"https://x.example.org/p/{self.randrange(9)}/?q=a&b=%7E'()*+,;=:@!$#f-{self.randrange(9)}",
                f"urn:uuid:58172aac-d8ba-41ed-83dd-{self.randrange(10**12):012}",
                f"did:web:x.example.org:{self.randrange(9)}",
            )
        )

    def text(self) -> str:
        return self.choice(WORDS) + (f" {self.randrange(20)}" if self.random() < 0.5 else "")

    def like(self, old: str) -> str:
        """Return another text of the kind of *old*."""
        if old.startswith(("https://x.example.org/", "urn:uuid:", "did:web:")):
            return self.url()
        return self.text() if old.startswith(WORDS) else old

    def some(self, **members: Callable[[], object]) -> Json:
        """Return a choice of these members in any order."""
        names = [name for name in members if self.random() < 0.4]
        self.shuffle(names)
        return {name: members[name]() for name in names}

    def many(self, make: Callable[[], object], most: int = 3) -> list[object]:
        return [make() for _ in range(self.randint(1, most))]

    def thing(self, kind: str, **members: Callable[[], object]) -> Json:
        """Return an object, more often than not with an id."""
        own = {"id": self.url()} if self.random() < 0.7 else {}
        return {**own, "type": [kind], **self.some(**members)}

    def profile(self) -> Json:
        def address() -> Json:
            return self.thing("Address", addressCountryCode=lambda: "GB", addressLocality=self.text)

        def parent() -> Json:
            return self.thing("Profile", name=self.text, url=self.url)

        members = {"name": self.text, "url": self.url, "email": self.text, "phone": self.text}
        return self.thing("Profile", **members, address=address, parentOrg=parent)

    def achievement(self) -> Json:
        def alignment() -> Json:
            return {"type": ["Alignment"], "targetName": self.text(), "targetUrl": self.url()}

        def result() -> Json:
            allowed = {"allowedValue": lambda: self.many(self.text)}
            return self.thing("ResultDescription", name=self.text, resultType=lambda: "RawScore", **allowed)

        return self.thing(
            "Achievement",
            name=self.text,
            description=self.text,
            criteria=lambda: self.some(id=self.url, narrative=self.text) or {"narrative": self.text()},
            image=lambda: {"id": self.url(), "type": "Image", "caption": self.text()},
            tag=lambda: self.many(self.text, 4),
            inLanguage=lambda: self.choice(("en", "cy")),
            achievementType=lambda: self.choice(("Badge", "Certificate", "ext:Medal")),
            creditsAvailable=lambda: self.choice((1, 2.5, 0, -0.0, 1e-7, True)),
            alignment=lambda: self.many(alignment),
            resultDescription=lambda: self.many(result),
            related=lambda: [self.thing("Related", inLanguage=lambda: "pl")],
            creator=self.profile,
        )

    def identity(self) -> Json:
        return {
            "type": "IdentityObject",
            "identityType": self.choice(("name", "emailAddress")),
            "hashed": self.choice((True, False)),
            "identityHash": self.choice(("sha256$" + "1a" * 32, self.text())),
            **self.some(salt=self.text),
        }

    def subject(self) -> Json:
        def result() -> Json:
            return self.thing("Result", value=self.text, resultDescription=self.url)

        return self.thing(
            "AchievementSubject",
            achievement=self.achievement,
            identifier=lambda: self.many(self.identity),
            narrative=self.text,
            role=self.text,
            activityStartDate=lambda: "2026-05-17T00:00:00Z",
            creditsEarned=lambda: self.choice((1, 2.5)),
            result=lambda: self.many(result),
        )

    def status(self) -> Json:
        return self.thing(
            "BitstringStatusListEntry",
            statusPurpose=lambda: "revocation",
            statusListIndex=lambda: str(self.randrange(99)),
            statusListCredential=self.url,
        )

    def credential(self) -> Json:
        def evidence() -> Json:
            return self.thing("Evidence", name=self.text, narrative=self.text, genre=self.text)

        def endorsement() -> Json:
            return {"@context": OB3, "id": self.url(), "type": ["VerifiableCredential"], "name": self.text()}

        return {
            "@context": copy.deepcopy(OB3 if self.random() < 0.92 else self.choice(OTHERS)),
            **({"id": self.url()} if self.random() < 0.8 else {}),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            **self.some(
                name=self.text,
                issuer=self.choice((self.profile, self.url)),
                validFrom=lambda: self.choice(("2026-05-17T00:00:00Z", "2027-01-01T00:00:00Z")),
                validUntil=lambda: "2028-01-01T00:00:00Z",
                awardedDate=lambda: "2026-05-17T00:00:00Z",
                evidence=lambda: self.many(evidence, 5),
                credentialStatus=self.status,
                credentialSchema=lambda: [{"id": self.url(), "type": "1EdTechJsonSchemaValidator2019"}],
                image=lambda: {"id": self.url(), "type": "Image"},
                endorsement=lambda: [endorsement()],
                relatedResource=lambda: [{"id": self.url(), "digestSRI": self.text()}],
            ),
            "credentialSubject": self.subject(),
        }

    def disturbed(self, document: Json) -> Json:
        """Return *document* with one to three places changed."""
        for _ in range(self.randint(1, 3)):
            self.choice((self._other_text, self._other_text, self._other_text, self._same_text, self._member))(document)
        return document

    def _other_text(self, document: Json) -> None:
        holder, key = self.choice(list(_places(document)))
        holder[key] = self.choice(NASTY)

    def _same_text(self, document: Json) -> None:
        """Let two places say the same, ids too."""
        (one, key), (other, name) = self.choice(list(_places(document))), self.choice(list(_places(document)))
        one[key] = other[name]

    def _member(self, document: Json) -> None:
        holder = self.choice(list(_objects(document)))
        name, value = self.choice(MEMBERS)
        holder[name] = copy.deepcopy(value)


MEMBERS: tuple[tuple[str, object], ...] = (
    *(
        ("colour", "blue"),
        ("name", None),
        ("name", {"en": "Knots", "cy": "Clymau"}),
        ("name", {"@value": "x", "@language": "en"}),
    ),
    *(
        ("name", []),
        ("name", [None]),
        ("name", [[]]),
        ("name", ["a", "a"]),
        ("name", ["b", ["a"]]),
        ("name", {}),
        ("name", 2**53),
        ("name", 2**70),
    ),
    *(
        ("name", float("nan")),
        ("name", float("inf")),
        ("name", 1.0),
        ("name", True),
        ("name", 1),
        ("name", 0.1),
        ("name", -0.0),
    ),
    *(
        ("https://schema.org/name", "x"),
        ("schema:name", "x"),
        ("@id", "https://x.example.org/"),
        ("@type", "x"),
        ("@graph", []),
        ("", "x"),
    ),
    *(
        ("@included", [{"id": "urn:x"}]),
        ("@nest", {"name": "x"}),
        ("@index", "x"),
        ("@context", {"name": "_:n"}),
        ("@context", None),
    ),
    *(
        ("@context", []),
        ("@context", OB3),
        ("@context", contexts.OB2),
        ("@context", "https://evil.example/"),
        ("type", "Medal"),
        ("type", []),
    ),
    *(
        ("type", ["Profile", "Profile"]),
        ("type", "https://x.example.org/T"),
        ("type", 5),
        ("type", {"id": "urn:x"}),
        ("id", ["urn:x"]),
        ("id", 5),
    ),
    *(
        ("id", {"a": "b"}),
        ("id", ""),
        ("issuer", "urn:x"),
        ("issuer", ["urn:x", "urn:y"]),
        ("proof", {"type": "DataIntegrityProof", "created": "x"}),
    ),
    *(
        ("termsOfUse", [{"type": "T"}]),
        ("tag", ["😀", "～"]),
        ("tag", ["b", "a", "b"]),
        ("credentialSubject", [{"id": "urn:a"}, {"id": "urn:a"}]),
    ),
    *(
        ("verifiableCredential", [{"@context": OB3, "type": ["VerifiableCredential"], "name": "x"}]),
        ("validFrom", "soon"),
        ("validFrom", 5),
    ),
    *(
        ("creditsEarned", "2.5"),
        ("hashed", "true"),
        ("value", "x"),
        ("publicKeyJwk", {"kty": "RSA", "n": "x"}),
        ("\ud83e", "x"),
        ("a\x07", "x"),
    ),
    *(
        ("evidence", [{"type": ["Evidence"]}, {"type": ["Evidence"]}]),
        ("evidence", [{"type": ["Evidence"], "name": "x"}] * 2),
    ),
)
"""Members that mean nothing, something else, or too much, for any object."""


def _places(value: object) -> Iterator[tuple[Any, Any]]:
    """Yield holder and key of every text in a document but its contexts."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in list(pairs):
        if isinstance(member, str):
            yield value, key
        elif key != "@context":
            yield from _places(member)


def _objects(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(member, (dict, list)):
            yield from _objects(member)


Answer = bytes | tuple[str, str]


def told(canonical: Callable[[Json], bytes], document: Json) -> Answer:
    """Return a canonical form, or the kind and the words of a refusal."""
    try:
        return canonical(document)
    except (ProofError, ValueError, TypeError, AttributeError) as error:
        return type(error).__name__, str(error)


class Comparison:
    """Answers of skeletons and library, side by side, and how often which of the two has answered."""

    def __init__(self) -> None:
        self.skeletons = Skeletons()
        self.counts: Counter[str] = Counter()

    def faults(self, document: Json) -> list[str]:
        """Return in what the answers to a document differ."""
        before = copy.deepcopy(document)
        library, filled = told(canonical_quads, document), self.skeletons.known_form(document)
        first = told(self.skeletons.canonical_quads, document)
        after = self.skeletons.known_form(document)
        again = told(self.skeletons.canonical_quads, document)
        wrong = [
            f"the {name} answer is {found!r}"
            for name, found in (("first", first), ("second", again))
            if found != library
        ]
        known = (filled, after)
        wrong += [f"a skeleton says {found!r}" for found in known if found is not None and found != library]
        wrong += ["the document was changed"] if repr(document) != repr(before) else []
        self.counts[
            "refused"
            if isinstance(library, tuple)
            else "new shape"
            if after and not filled
            else "filled"
            if after
            else "library"
        ] += 1
        return [f"{one}, the library's {library!r}" for one in wrong]


def documents(seed: int, count: int) -> Iterator[Json]:
    """Yield *count* documents: of each kind one as it is, then some of the same shape with other texts, then disturbed ones."""
    source = Random(seed)
    while count > 0:
        document = source.credential()
        yield document
        for _ in range(3):
            other = copy.deepcopy(document)
            for holder, key in list(_places(other)):
                if source.random() < 0.5:
                    holder[key] = source.like(holder[key])
            yield other
            yield source.disturbed(copy.deepcopy(other))
        yield {**document, "id": source.url(), "name": source.choice(NASTY)}
        count -= 8


def run() -> int:
    """Compare, print what differs and the counts, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.skeletons", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, metavar="N", help="how many documents")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="where the random numbers begin")
    asked = parser.parse_args()
    comparison, failed = Comparison(), 0
    for document in documents(asked.seed, asked.count):
        if wrong := comparison.faults(document):
            failed += 1
            print(json.dumps(document), *wrong, sep="\n  ", flush=True)
    print(f"{comparison.counts.total():,} documents, {failed} with two answers; {dict(comparison.counts)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run())
