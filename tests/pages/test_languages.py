"""The interface in several languages: catalogues, plural rules, direction, the same page in every language."""

from __future__ import annotations

import ast
import itertools
import posixpath
from datetime import date
from io import BytesIO
from pathlib import Path

import catalogues
import pytest
from babel.messages.pofile import read_po
from conftest import ROOT, ClubFolder
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pinback import pipeline
from pinback.pages.checking import ANSWERS
from pinback.pages.language import CatalogueFault, Language, direction, read_catalogue
from pinback.pages.place import relative
from pinback.pages.theme import Theme, ThemeProblem
from pinback.verify import verdict, verifier

SHIPPED = sorted(path.stem for path in (ROOT / "theme/locale").glob("*.po"))


def catalogue(*entries: str, plural: str = "nplurals=2; plural=(n != 1)") -> bytes:
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural};\\n"\n\n'
    return (head + "\n\n".join(entries) + "\n").encode()


def test_languages_of_the_project_are_shipped() -> None:
    assert SHIPPED == ["ar", "de", "es", "fr", "pl", "zh"]


@pytest.mark.parametrize("tag", SHIPPED)
def test_shipped_catalogue_has_every_message_and_no_other(tag: str) -> None:
    path = ROOT / "theme/locale" / f"{tag}.po"
    renewed = catalogues.renewed(tag)
    assert catalogues.untranslated(renewed) == []
    assert path.read_bytes() == catalogues.text_of(renewed), "renew it: python -m tests.pages.catalogues"
    assert not [message for message in read_po(BytesIO(path.read_bytes())) if message.fuzzy and message.id]
    read_catalogue(tag, path.read_bytes())


def test_words_of_an_answer_are_those_of_the_checker() -> None:
    sentences = {one.sentence for one in verdict.Verdict} | {verdict.SUSPENDED} | set(verifier.STEPS)
    assert sentences <= set(ANSWERS)
    script = (ROOT / "pinback/verify_page/verify.js").read_text(encoding="ascii")
    for word in ANSWERS:
        spelled = "".join(sign if sign.isascii() else f"\\u{ord(sign):04x}" for sign in word)
        assert spelled in script or spelled.replace("\\u2026", "\u2026") in script, word


def test_plural_forms_follow_the_language() -> None:
    polish = read_catalogue(
        "pl",
        catalogue(
            'msgid "%(count)s badge"\nmsgid_plural "%(count)s badges"\nmsgstr[0] "%(count)s odznaka"\n'
            'msgstr[1] "%(count)s odznaki"\nmsgstr[2] "%(count)s odznak"',
            plural="nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)",
        ),
    )
    language = Language("pl", "pl", polish)
    said = [language.plural("%(count)s badge", "%(count)s badges", n) for n in (1, 2, 5, 12, 22)]
    assert said == ["1 odznaka", "2 odznaki", "5 odznak", "12 odznak", "22 odznaki"]


def test_days_are_written_as_each_language_writes_them() -> None:
    day = date(2026, 3, 4)
    said = {tag: Language(tag, tag).day(day) for tag in ("en", "pl", "fr", "de", "es", "ar", "zh")}
    assert said["en"] == "4 March 2026"
    assert said["pl"] == "4 marca 2026"
    assert said["fr"] == "4 mars 2026"
    assert said["de"] == "4. März 2026"
    assert said["es"] == "4 de marzo de 2026"
    assert said["zh"] == "2026年3月4日"
    assert "2026" in said["ar"] or "٢٠٢٦" in said["ar"]


def test_languages_name_themselves() -> None:
    names = {tag: Language(tag).name for tag in ("en", "pl", "ar", "zh", "zh-Hant", "pt-BR", "xx")}
    assert names["en"] == "English"
    assert names["pl"] == "polski"
    assert names["ar"] == "العربية"
    assert names["zh"] == "中文"
    assert all(names.values())


def test_check_finds_what_a_build_would_find_in_a_catalogue(sealed_club: ClubFolder) -> None:
    """Pages for stewards speak every language that has a catalogue, also one that the site is not written in."""
    sealed_club.write("theme/locale/fr.po", 'msgid ""\nmsgstr ""\n\nthis is nonsense\n')
    with pytest.raises(ThemeProblem, match=r"^theme/locale/fr\.po:4: this line is no part of a catalogue"):
        pipeline.check(sealed_club.root)


def test_language_without_a_catalogue_has_an_english_interface(tmp_path: Path) -> None:
    language = Theme(None).language("cy")
    assert (language.tag, language.interface, language.direction) == ("cy", "en", "ltr")
    assert language.text("Badges") == "Badges"
    assert direction("ar-EG") == "rtl"


def test_direction_goes_by_the_script_in_which_a_language_is_written() -> None:
    from_the_right = ("ar", "he", "fa", "ckb", "arc", "az-Arab", "pa-Arab", "uz-Arab", "ku-Arab", "nqo")
    assert [tag for tag in from_the_right if direction(tag) != "rtl"] == []
    assert [tag for tag in ("ku", "ha", "sd-Deva", "ks-Deva", "az", "cy", "xx") if direction(tag) != "ltr"] == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('msgid "Awarded by %(issuer)s"\nmsgstr "Von %(who)s"', "other gaps"),
        ('msgid "Awarded by %(issuer)s"\nmsgstr "Von jemand"', "other gaps"),
        ('msgid "Badges"\nmsgstr "100 %"', "other gaps"),
        ('msgid "Badges"\nmsgstr "<b>Abzeichen</b>"', "markup"),
        ('msgid "Badges"\nmsgstr "&lt;script&gt;"', "markup"),
        ('msgid "Badges"\nmsgstr "Abz\u202eeichen"', r"U\+202E"),
        ('msgid "Badges"\nmsgstr "Abz\x9beichen"', r"U\+009B"),
        ("this is nonsense", "no part of a catalogue|not a gettext catalogue"),
    ],
)
def test_translation_that_does_not_fit_its_message_is_refused(entry: str, words: str) -> None:
    with pytest.raises(CatalogueFault, match=words):
        read_catalogue("de", catalogue(entry))


def test_catalogue_that_asks_for_a_hundred_thousand_million_forms_is_refused() -> None:
    entry = 'msgid "%(count)s badge"\nmsgid_plural "%(count)s badges"\nmsgstr[0] "%(count)s Abzeichen"'
    with pytest.raises(CatalogueFault, match="Plural-Forms"):
        read_catalogue("de", catalogue(entry, plural="nplurals=99999999999; plural=n"))


@pytest.mark.parametrize("plural", ["nplurals=2; plural=__import__('os')", "nplurals=x", "plural=" + "(" * 2000])
def test_hostile_plural_rule_is_refused_or_ignored(plural: str) -> None:
    try:
        read_catalogue("de", catalogue('msgid "Badges"\nmsgstr "Abzeichen"', plural=plural))
    except CatalogueFault as error:
        assert "Plural-Forms" in str(error) or "not a gettext catalogue" in str(error)


def test_club_brings_a_language_by_placing_one_file(sealed_club: ClubFolder) -> None:
    sealed_club.site(languages="[en, cy]")
    sealed_club.write(
        "theme/locale/cy.po", catalogue('msgid "Check a badge"\nmsgstr "Gwirio bathodyn"').decode("utf-8")
    )
    site = sealed_club.build()
    page = (site / "cy/index.html").read_text(encoding="utf-8")
    assert '<html lang="cy" dir="ltr">' in page
    assert "Gwirio bathodyn" in page
    assert "Gwirio bathodyn" not in (site / "index.html").read_text(encoding="utf-8")
    assert (site / "cy/verify/index.html").is_file()


def test_check_says_which_language_has_no_words(sealed_club: ClubFolder) -> None:
    sealed_club.site(languages="[en, cy, pt-BR]")
    told = [str(problem) for problem in pipeline.check(sealed_club.root).warnings]
    assert [line for line in told if "the interface has no words" in line and "cy" in line]
    sealed_club.write("theme/locale/cy.po", catalogue('msgid "Badges"\nmsgstr "Bathodynnau"').decode("utf-8"))
    sealed_club.write("theme/locale/pt.po", catalogue('msgid "Badges"\nmsgstr "Emblemas"').decode("utf-8"))
    assert not [one for one in pipeline.check(sealed_club.root).warnings if "the interface" in str(one)]


def test_mistake_in_a_clubs_catalogue_names_file_and_line(sealed_club: ClubFolder) -> None:
    sealed_club.site(languages="[en, cy]")
    sealed_club.write("theme/locale/cy.po", catalogue('msgid "Badges"\nmsgstr "<i>x</i>"').decode("utf-8"))
    with pytest.raises(ThemeProblem, match=r"^theme/locale/cy\.po:6: .*markup"):
        sealed_club.build()


def test_every_page_stands_once_in_each_language_and_files_once(sealed_club: ClubFolder) -> None:
    sealed_club.site(languages="[en, pl]")
    site = sealed_club.build()
    below = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    english = {path for path in below if not path.startswith("pl/")}
    assert {f"pl/{path}" for path in english} == below - english
    files = [path for path in (site / "pl").rglob("*") if path.is_file() and path.suffix != ".html"]
    assert files == []


def test_no_sentence_of_a_page_is_glued_together() -> None:
    """A message is one literal: what is put together at run time cannot be translated."""
    for room in ("pages", "assemble"):
        for path in (ROOT / "pinback" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
                if isinstance(node, ast.Call) and name in ("text", "say", "plural") and node.args:
                    assert not isinstance(node.args[0], (ast.JoinedStr, ast.BinOp)), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("plural", ["nplurals=2; plural=n%0", "nplurals=2; plural=10/n", "nplurals=2; plural=n %(n-7)"])
def test_formula_that_could_divide_by_zero_is_told(plural: str) -> None:
    with pytest.raises(CatalogueFault, match=r'^1: the line "Plural-Forms" cannot be used; '):
        read_catalogue("pl", catalogue(plural=plural))


def test_catalogue_in_a_charset_that_nobody_knows_is_told() -> None:
    text = catalogue('msgid "Badges"\nmsgstr "Odznaki"').replace(b"utf-8", b"nothing")
    for data in (text, b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nothing\\n"\n'):
        with pytest.raises(CatalogueFault, match=r"^1: this is not a gettext catalogue in UTF-8; "):
            read_catalogue("pl", data)


WORDS = """{% set inner = '<i>' %}
{{ _('Name') }} {{ _('Name') ~ '<' }} {{ gettext('by %(who)s', who=name) }} {{ _('by %(who)s', who=name|safe) }} {{ _('%(message)s %(context)s 100 %%', message=name, context=inner) }}
{% for one in names %}{% set who = one %}{{ _('by %(who)s', who=who) }} {% trans who=one %}by {{ who }}{% endtrans %} {% trans %}Name{% endtrans %} {{ _(one) }}{% endfor %}
{{ ngettext('%(num)s badge', '%(num)s badges', names|length) }}
{% autoescape false %}{{ _('Name') }} {{ _('by %(who)s', who=name) }} {{ _(name) }}{% endautoescape %}
"""


@pytest.mark.parametrize("tag", ["en", "pl"])
def test_words_of_templates_are_those_that_jinja_puts_there(tag: str, tmp_path: Path) -> None:
    entries = ('msgid "Name"\nmsgstr "Nazwa & <imię>"', 'msgid "by %(who)s"\nmsgstr "od: %(who)s & co."')
    (tmp_path / "sheet.html").write_text(WORDS, encoding="utf-8")
    theme = Theme(tmp_path)
    language = theme.language(tag)
    if tag != "en":
        language = Language(
            tag, tag, read_catalogue(tag, catalogue(*entries).replace(b"<imi\xc4\x99>", b"imi\xc4\x99"))
        )
    values = {"name": 'Zoë <&> "O\'Hara"', "names": ["<b>", "Name", "100 %%", ""]}
    made = theme.render("sheet.html", dict(values), language).decode("utf-8")
    plain = ImmutableSandboxedEnvironment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    plain.install_gettext_translations(language.translations, newstyle=True)
    assert made == plain.from_string(WORDS).render(values)
    assert ("Nazwa" in made) == (tag == "pl")


def test_links_are_those_of_the_library() -> None:
    parts = ("", ".", "..", "a", "b", "awards", "index.html")
    paths = ["/".join(some) for count in (1, 2, 3) for some in itertools.product(parts, repeat=count)]
    for page, path in itertools.product([*paths[::3], "index.html", "pl/awards/a/index.html"], paths):
        if path:
            assert relative(page, path) == posixpath.relpath(path, posixpath.dirname(page) or "."), (page, path)
