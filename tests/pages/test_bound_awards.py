"""Award pages that are bound once and filled many times have the bytes of pages that Jinja makes one by one."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2.utils import htmlsafe_json_dumps

from pinback import addresses
from pinback.leaks import LeakProblem
from pinback.model import LocalText, Origin, Site
from pinback.pages.award_shapes import Page, Shown
from pinback.pages.awards import Fate, Proof, edition_values, own_values
from pinback.pages.badges import criteria_html
from pinback.pages.bound_awards import AwardPages
from pinback.pages.marks import _as_json
from pinback.pages.qr import qr_code
from pinback.pages.shared import Pages
from pinback.pages.theme import Theme, ThemeProblem

TEXTS = (
    *("Ada", "Zoë Ångström", "名前", "عقد", "a & b", "<b>bold</b>", "</script><!--", "\"double\" and 'single'", "{{ 7 * 7 }}", "%(name)s 100 %"),
    *("Zqn0000", "Zqt0021aZqt0021z", "XjQzJx", "line\nline", "tab\there", "\u2028\u2029", "😀👍🏽", "&amp;&lt;", "\\u003c\\", "~`^|", "é" * 300, " "),
    *("javascript:alert(1)", "#", "?a=b&c=d", "../..", "https://club.example.org/?q=<x>", "0", "None", "\u202eabc", "x" * 5000),
)  # fmt: skip
KEY = {"did:web:club.example.org#k1": {"kty": "RSA", "n": "abc", "e": "AQAB"}}
SIGNS = "abcdefghijklmnopqrstuvwxyz234567"


def pages_of(own: Path | None = None, tag: str = "en", title: str = "Club") -> Pages:
    """Return the pages of a small site."""
    languages = ("en", "de", "ar")
    origin = Origin("site_src/site.yaml", 1)
    here = LocalText((("", title),))
    base = "https://club.example.org/badges/"
    site = Site(here, base, languages, "club", True, here, "https://host.example.org/club", "", False, "a4", origin)
    return Pages(Theme(own), site, (), tag, "feed.xml")


ISSUER = {
    "name": "Club <&>",
    "description": "We \"row\".",
    "url": "https://club.example.org/",
    "host": "club.example.org",
    "contact": "mailto:a@club.example.org",
    "contact_text": "a@club.example.org",
    "did": "did:web:club.example.org",
    "country": "",
    "logo": "issuers/club/logo.svg",
    "page": addresses.issuer_page("club"),
    "log": addresses.log_page("club"),
    "slug": "club",
    "demonstration": False,
    "closed": False,
    "language": "en",
}  # fmt: skip


class Maker:
    """Makes awards at random, the same from the same seed."""

    def __init__(self, pages: Pages, seed: int, texts: tuple[str, ...] = TEXTS) -> None:
        self.pages, self.random, self.texts = pages, random.Random(seed), texts
        self.shape = random.Random(seed)
        self.badges = [self._badge(number) for number in range(4)]

    def text(self) -> str:
        return self.random.choice(self.texts)

    def some(self, **values: object) -> dict[str, object]:
        """Return some of the values."""
        return {name: value for name, value in values.items() if self.shape.random() < 0.5}

    def id(self) -> str:
        return "".join(self.random.choices(SIGNS, k=16))

    def _badge(self, number: int) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
        achievement: dict[str, Any] = {
            "image": self.some(caption=self.text()),
            "inLanguage": self.random.choice(("en", "pl")),
            "resultDescription": [{"id": "urn:time", "name": self.text()}],
            **self.some(
                tag=[self.text() for _ in range(number)],
                alignment=[{"targetName": self.text(), "targetUrl": self.text(), **self.some(targetCode=self.text())}],
            ),
        }
        badge = {"name": self.text(), "description": self.text(), "criteria": {"narrative": self.text()}}
        return f"knots-{number}", f"0123456{number}", achievement, badge

    def shown(self) -> list[Shown]:
        """Return each badge."""
        issuer = {"name": self.text(), "id": "did:web:club.example.org"}
        found = []
        for slug, version, achievement, badge in self.badges:
            credential = {"issuer": issuer, "credentialSubject": {"achievement": achievement}}
            values = edition_values(credential, badge, criteria_html, self.pages.language)
            found.append(Shown(values, ISSUER, slug, version))
        return found

    def fate(self) -> Fate:
        day = date(2026, 5, 17) + timedelta(days=self.random.randrange(900))
        kind = self.shape.randrange(8)
        return Fate(
            name=self.text() if self.shape.random() < 0.5 else "",
            withdrawn=(self.random.choice(("mistake", "replaced")), day) if kind == 0 else None,
            suspended=day if kind == 1 else None,
            dead=kind == 2,
            minor=kind == 3,
            replaced_by=addresses.award_page(self.id()) if kind == 0 else "",
            **{name: addresses.award_page(self.id()) for name in self.some(corrects=1, renewed_by=1, renews=1)},
        )

    def page(self, badge: int) -> Page:
        """Return an award of a badge; there are a dozen kinds of them, with any texts and numbers of evidence."""
        self.shape = random.Random(self.random.randrange(12))
        id_, fate = self.id(), self.fate()
        day = date(2018, 1, 1) + timedelta(days=self.random.randrange(4000))
        subject = {
            "achievement": self.badges[badge][2],
            **self.some(
                narrative=self.text(),
                role=self.text(),
                term=self.text(),
                activityStartDate="2026-01-02T00:00:00Z",
                result=[{"resultDescription": "urn:time", "value": self.text()}],
                identifier=[{"identityType": "name", "hashed": self.shape.random() < 0.5, "identityHash": fate.name}],
            ),
        }
        evidence = [
            {
                "id": self.random.choice(
                    ("https://x.example.org/1", f"https://club.example.org/awards/{id_}/#evidence-1")
                ),
                **self.some(name=self.text(), description=self.text(), narrative=self.text(), genre=self.text()),
            }
            for _ in range(self.random.randrange(4))
        ]
        credential = {
            "id": f"https://club.example.org/badges/awards/{id_}/credential.json",
            "awardedDate": f"{day}T00:00:00Z",
            "credentialSubject": subject,
            "proof": [{"verificationMethod": "did:web:club.example.org#z6Mk", "created": "2026-06-01T12:00:00Z"}],
            **self.some(validUntil="2031-05-17T23:59:59Z", evidence=evidence),
        }
        own = own_values(credential, fate, self.pages.language)
        record = (f"badges/knots/awards/{self.text()}.yaml", self.random.randrange(1, 90))
        token = f"{'abcDEF_-' * self.random.randrange(1, 90)}.x.y"
        return Page(id_, own, Proof(token, KEY), next(iter(KEY)), False, self.shape.choice((None, record)))


def compared(pages: Pages, awards: int, seed: int = 1, texts: tuple[str, ...] = TEXTS) -> AwardPages:
    """Return what made some pages, each of which is what Jinja makes by itself."""
    made, maker = AwardPages(pages), Maker(pages, seed, texts)
    for number, shown in zip(range(awards), itertools.cycle(maker.shown()), strict=False):
        page = maker.page(number % 4)
        try:
            plain = made._plain(shown, page, made._code(page.id))
        except ThemeProblem as problem:
            with pytest.raises(ThemeProblem, match=re.escape(str(problem))):
                made.page(shown, page)
        else:
            assert made.page(shown, page) == plain
    return made


@pytest.mark.parametrize("tag", ["en", "de", "ar"])
def test_bound_pages_are_those_of_jinja_for_any_texts(tag: str) -> None:
    made = compared(pages_of(tag=tag), 240, seed=len(tag) + ord(tag[0]))
    bound = [shape for shape in made._shapes.values() if shape is not None]
    assert len(bound) == len(made._shapes) > 10


def test_shape_serves_all_badges_and_any_number_of_evidence() -> None:
    made, maker = AwardPages(pages_of()), Maker(pages_of(), 3)
    page, first = maker.page(0), maker.shown()[0]
    for count in range(4):
        own = {**page.own, "evidence": [{"name": "Log"}] * count}
        other = Shown(
            {**first.values, "badge_name": "Sails", "criteria": "<p>Other</p>", "tags": ["a"] * count},
            ISSUER,
            "sails",
            "76543210",
        )
        assert made._key(other, replace(page, own=own)) == made._key(first, page)


@pytest.mark.parametrize("where", ["own", "badge"])
def test_page_with_the_form_of_a_secret_is_refused_whether_bound_or_not(where: str) -> None:
    pages = pages_of()
    made, maker = AwardPages(pages), Maker(pages, 4)
    page, shown = maker.page(0), maker.shown()[0]
    page = replace(page, own={**page.own, "name": "Ada"})
    for _ in range(3):
        made.page(shown, page)
    assert made._shapes[made._key(shown, page)] is not None
    secret = "z3u2" + "a" * 44
    if where == "own":
        page = replace(page, own={**page.own, "name": secret})
    else:
        shown = Shown({**shown.values, "badge_name": secret}, ISSUER, shown.badge, shown.version)
    for maker_of_pages in (made, AwardPages(pages)):
        with pytest.raises(LeakProblem, match=rf"^awards/{page.id}/index\.html: a private key"):
            maker_of_pages.page(shown, page)


def test_few_pages_are_not_worth_binding() -> None:
    pages = pages_of()
    made, maker = AwardPages(pages), Maker(pages, 4)
    page = maker.page(0)
    made.page(maker.shown()[0], page)
    assert not made._shapes
    made.page(maker.shown()[0], page)
    assert len(made._shapes) == 1


def test_badge_called_like_the_site_and_awards_that_lead_to_themselves_are_made_plainly() -> None:
    pages = pages_of(title="Ada")
    made, maker = AwardPages(pages), Maker(pages, 5, texts=("Ada",))
    assert made._key(maker.shown()[0], maker.page(0)) is None
    compared(pages, 40, texts=("Ada",))
    pages = pages_of()
    made, maker = AwardPages(pages), Maker(pages, 5)
    page = maker.page(0)
    itself: Mapping[str, Any] = {**page.own, "renews": addresses.award_page(page.id)}
    assert made._key(maker.shown()[0], Page(page.id, itself, page.proof, page.key, False, None)) is None


THEMES = {
    "shouts": "{{ award.name|upper }}",
    "counts signs": "{{ award.name|length }} {{ award.number|length }}",
    "cuts": "{{ award.name[:3] }} {{ award.name[1] }}",
    "cuts from": "{{ 'abcdefgh'[award.name|length:] }}",
    "compares": "{% if award.name == 'Ada' %}it is she{% endif %}{% if 'Ada' != award.name %}not she{% endif %}",
    "compares ids": "{% if award.number < 'm' %}early{% endif %}",
    "compares what is set": "{% set n %}{{ award.name }}{% endset %}{% if n == 'Ada' %}she{% endif %}",
    "compares what is joined": "{% if award.name ~ '!' == 'Ada!' %}she{% endif %}",
    "asks whether inside": "{{ 'd' in award.name }} {{ award.name in 'Ada Ada' }} {{ award.name in ['Ada'] }}",
    "loops over signs": "{% for sign in award.name %}{{ sign }}-{% endfor %}",
    "reads a year": "{{ award.awarded_on.year }} {{ award.awarded_on.strftime('%d.%m.%Y') }}",
    "compares years": "{% if award.awarded_on.year > 2022 %}new{% endif %}",
    "takes days away": "{{ (award.valid_until - award.awarded_on).days if award.valid_until }}",
    "adds": "{{ canonical|length + 1 }} {{ award.name * 2 }} {{ '%s!' % award.name }}",
    "compares numbers": "{% if record and record[1] > 1 %}many{% endif %}",
    "writes a number": "{{ '%03d' % (record[1] if record else 0) }}",
    "counts lists": "{{ award.evidence|length }} {{ award.tags|length }} {% if award.tags|length > 1 %}some{% endif %}",
    "looks for a tag": "{{ 'Ada' in award.tags }} {{ award.tags|sort|join(', ') }}",
    "joins": "{{ [award.name, award.number]|join(' & ') }} {{ award.name ~ ' & ' ~ award.number }}",
    "writes JSON": "{{ award.name|tojson }} {{ {'a': award.name, 'b': [award.number]}|tojson }}",
    "joins tags": "{{ award.tags|join(', ') }} {{ award.tags|tojson }}",
    "writes Python": "{{ award.tags }} {{ [award.name] }}",
    "writes addresses": "{{ award.name|urlencode }} {{ link('x/' ~ award.number) }} {{ url(files['badge.png']) }}",
    "leads to a name": "{{ link(award.name|replace('\\n', '') or 'x') }}",
    "looks up": "{{ {'Ada': 'she'}[award.name] if award.name in {'Ada': 1} }}",
    "has no escaping": "{% autoescape false %}{{ award.name }}{% endautoescape %}{{ award.name|e|e }}",
    "filters a part": "{% filter upper %}{{ award.name }}{% endfilter %}",
    "calls a macro": "{% macro m(x) %}{{ x|title }}{% endmacro %}{{ m(award.name) }}{% macro k(x) %}<{{ x }}>{% endmacro %}{{ k(award.name) }}",
    "formats a message": "{{ _('%(a).2s', a=award.name) }} {{ _('%(a)s!', a=award.name) }} {{ _(award.name) }}",
    "tests": "{{ award.name is string }} {{ award.name is lower }} {{ award.awarded_on is string }} {{ award.name is defined }} {{ award.valid_until is none }}",
    "chooses defaults": "{{ award.name|default('nobody', true) }} {{ award.nothing|default(award.name) }} {{ award.name or 'nobody' }}",
    "includes by name": "{% include [award.number ~ '.html', 'none.html'] ignore missing %}",
    "sees lists in a block": "{% set x %}{% if award.evidence %}y{% endif %}{% endset %}{% if x %}evidence{% endif %}",
    "has no evidence": "{% if award.evidence %}{{ award.evidence[0].name }}{% else %}none{% endif %}",
    "loops with numbers": "{% for one in award.evidence %}{{ loop.index }}/{{ loop.length }} {{ one.name|upper }}{% else %}none{% endfor %}",
    "reads its own names": "{% set wanted = award.name %}{% for one in award.evidence if one.name == wanted %}{{ one.name }}{% endfor %}",
    "keeps a list": "{% set items = award.evidence %}{% for one in items %}{{ one.url }}{% endfor %}",
    "keeps a number": "{% set ns = namespace(n=0) %}{% for one in award.evidence %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
    "sets in a question": "{% if award.evidence %}{% set w = 'y' %}{% endif %}{{ w|default('n') }}",
    "walks through all": "{% for key, value in award.items() %}{{ key }} {% endfor %}{{ award|length }}",
    "shows everything": "{% for key in award %}{{ key }}={{ award[key] }};{% endfor %}",
    "reads other values": "{% if award.facts %}{% for a, b in award.facts %}{{ a }}: {{ b }} {{ canonical }}{% endfor %}{% endif %}",
    "reads page and list": "{% if award.facts %}{{ link(badge_path) }} {{ issuer.name }} {{ award.number }} {{ award.name }}{% endif %}",
    "sorts": "{{ award.evidence|map(attribute='name')|sort|join('|') }} {{ [award.name, 'm']|sort|first }} {{ [award.name, 'm']|max }}",
    "cycles": "{{ cycler(award.name, 'b').next() }} {{ dict(a=award.name).a|upper }}",
    "changes a loop": "{% for x in [award.name, award.name, 'Ada'] %}{% if loop.changed(x) %}{{ x }}{% endif %}{% endfor %}",
    "compares addresses": "{% if canonical == 'https://club.example.org/badges/awards/x/' %}x{% endif %}{% if url('index.html') == canonical %}home{% endif %}",
    "takes apart": "{% if canonical.endswith('a/') %}a{% endif %}{{ share[0].url.split('?')[1] }} {{ description|wordcount }}",
    "writes columns": "{{ record[1] + 1 if record }} {{ record[0] if record }} {{ record[1] if record }}",
}
BOUND = {
    "joins",
    "writes JSON",
    "writes addresses",
    "has no escaping",
    "chooses defaults",
    "has no evidence",
    "loops with numbers",
}


@pytest.mark.parametrize("name", THEMES)
def test_own_theme_that_does_more_than_show_has_the_same_pages(tmp_path: Path, name: str) -> None:
    content = "{% extends 'base.html' %}{% block content %}" + THEMES[name] + "{% endblock %}"
    if "block" in name:
        content += "{% block head %}{{ self.content() }}{% endblock %}"
    (tmp_path / "award.html").write_text(content, encoding="utf-8")
    texts = ("Ada", "Bob", "Zoë & Co.", "m")
    made = compared(pages_of(tmp_path), 120, seed=7, texts=texts)
    bound = [shape for shape in made._shapes.values() if shape is not None]
    if name in BOUND:
        assert len(bound) == len(made._shapes) > 0


def test_link_to_one_award_is_right_on_its_own_page(tmp_path: Path) -> None:
    path = addresses.award_page("a" * 16)
    template = f"{{% extends 'base.html' %}}{{% block content %}}{{{{ link('{path}') }}}}{{% endblock %}}"
    (tmp_path / "award.html").write_text(template, encoding="utf-8")
    made, maker = AwardPages(pages_of(tmp_path)), Maker(pages_of(), 10)
    shown, page = maker.shown()[0], maker.page(0)
    for _ in range(3):
        made.page(shown, page)
    itself = replace(page, id="a" * 16, own={**page.own, "number": "a" * 16})
    assert made._key(shown, itself) == made._key(shown, page)
    assert made.page(shown, itself) == made._plain(shown, itself, made._code(itself.id))


@pytest.mark.parametrize("id_", ["..", "a.b", "index.html", "knots-0", "01234560"])
def test_id_that_is_no_plain_name_or_that_of_the_badge_is_made_plainly(id_: str) -> None:
    made, maker = AwardPages(pages_of()), Maker(pages_of(), 11)
    page = maker.page(0)
    assert made._key(maker.shown()[0], replace(page, id=id_, own={**page.own, "number": id_})) is None


def test_page_of_an_own_base_is_bound_too(tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text(
        "<!DOCTYPE html><html><head>"
        """<meta http-equiv="Content-Security-Policy" content="{% block policy %}default-src 'none'; img-src 'self' data:; """
        """style-src 'self'; base-uri 'none'; form-action 'none'{% endblock %}"><title>"""
        "{% block document_title %}{{ document_title }}{% endblock %}</title>"
        "{% block head %}{% endblock %}{% block content %}{% endblock %}{{ self.document_title() }}</html>",
        encoding="utf-8",
    )
    # Pages of an own theme are looked through, and one with such a sign is refused.
    texts = tuple(text for text in TEXTS if "\u202e" not in text)
    made = compared(pages_of(tmp_path), 200, seed=8, texts=texts)
    assert made._shapes
    assert None not in made._shapes.values()


def themes() -> Iterator[str]:
    """Yield templates that cannot be used."""
    yield "{{ award.nothing }}"
    yield "{{ award.name.encode() }}{% if %}"


@pytest.mark.parametrize("template", list(themes()))
def test_template_with_a_mistake_is_told_as_by_jinja(tmp_path: Path, template: str) -> None:
    (tmp_path / "award.html").write_text(template, encoding="utf-8")
    made, maker = AwardPages(pages_of(tmp_path)), Maker(pages_of(), 9)
    for _ in range(3):
        with pytest.raises(Exception, match=r"theme/award\.html:1: this template cannot be used"):
            made.page(maker.shown()[0], maker.page(0))


def test_code_on_a_page_is_one_of_its_address() -> None:
    made = AwardPages(pages_of(tag="de"))
    path = addresses.award_page("a" * 16)
    assert made._code("a" * 16) == qr_code(made._pages.place(path).url(path))


def test_json_is_written_as_by_the_filter() -> None:
    every = [chr(number) for number in (*range(0x300), 0x2028, 0x2029, 0xFEFF, 0x1F600)]
    for text in (*every, "".join(every), *TEXTS):
        assert _as_json(text) == str(htmlsafe_json_dumps(text))[1:-1]
