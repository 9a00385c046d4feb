"""The words of the interface in one language: gettext catalogues, plural rules, days and numbers, direction of writing.

A catalogue is one file, ``theme/locale/<language>.po``; the club's own theme comes first, as with every file of a theme. The
English sentence is the name of a message, so English needs no catalogue, and what a catalogue lacks is shown in English.
Days, numbers and names of languages are those of the Unicode CLDR, by Babel.

A catalogue may come from a stranger's pull request and its texts go into templates as they are, so each translation must
hold exactly the gaps of its message (``%(name)s``), no markup, and no sign that nobody sees.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import field
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError, dates, lists, numbers

from pinback.dataclass import dataclass
from pinback.errors import printable, quoted
from pinback.outputs import UNSEEN

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ENGLISH = "en"
_RTL = frozenset(["arc", "khw"])
"""Languages that are written from right to left, and that CLDR does not know."""
_RTL_SCRIPTS = frozenset(["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"])
"""Living scripts from right to left (ISO 15924). What a tag names counts, also with a language of which CLDR knows another script alone."""
_MARKUP = re.compile(r"[<>]|&#?\w+;")
_GAP = re.compile(r"%(?:\((\w+)\)[a-z]|.)?")
_DIVIDED_BY_ANYTHING = re.compile(r"[/%](?!\s*[1-9])")
"""A division that may be one by zero, in the formula that says which form of the plural a number takes."""
_MOST_FORMS = 8
"""Forms of the plural that a language has at most are six, in Arabic; the library makes room for as many as a catalogue says."""
_NO_CATALOGUE = "1: this is not a gettext catalogue in UTF-8; compare it with another one"
_PLURAL_FORMS = '1: the line "Plural-Forms" cannot be used; copy it from another catalogue'
_LOCALES = {"en": "en_001", "zh": "zh_Hans"}
"""Where the plain tag means something else to CLDR than to a club: American days, no script."""


def marked(message: str) -> str:
    """Return a message as it is; it is translated where it is shown, and catalogues are made from these marks."""
    return message


class CatalogueFault(Exception):
    """A catalogue cannot be used; the text is ``line: what is wrong; what to do``."""


def direction(tag: str) -> str:
    """Return ``rtl`` or ``ltr``."""
    language, *more = tag.split("-")
    if script := next((part.title() for part in more[:1] if len(part) == 4 and part.isalpha()), ""):
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if language in _RTL else str(_locale(tag).text_direction)


def read_catalogue(tag: str, data: bytes) -> gettext.GNUTranslations:
    """Return the translations of a catalogue; arguments and errors as of ``compiled_catalogue``."""
    return gettext.GNUTranslations(BytesIO(compiled_catalogue(tag, data)))


@lru_cache(maxsize=64)
def compiled_catalogue(tag: str, data: bytes) -> bytes:
    """Return a catalogue as ``gettext`` reads it.

    Args:
        tag: its language.
        data: a ``.po`` file in UTF-8.

    Raises:
        CatalogueFault: it cannot be read, or a translation does not fit its message.
    """
    # Imported here: what was compiled is kept, and English needs none.
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, PoFileParser

    class Counted(Catalog):
        @property
        def num_plurals(self) -> int:
            if super().num_plurals > _MOST_FORMS:
                raise CatalogueFault(_PLURAL_FORMS)
            return super().num_plurals

    catalogue = Counted(_locale(tag), charset="utf-8")
    try:
        PoFileParser(catalogue, abort_invalid=True).parse(BytesIO(data))
    except PoFileError as error:
        raise CatalogueFault(
            # Babel counts lines from 0.
            f"{error.lineno + 1}: this line is no part of a catalogue; compare it with another one"
        ) from error
    except (ValueError, LookupError, AttributeError, IndexError, TypeError, RecursionError) as error:
        raise CatalogueFault(_NO_CATALOGUE) from error
    if _DIVIDED_BY_ANYTHING.search(catalogue.plural_expr):
        raise CatalogueFault(_PLURAL_FORMS)
    for message in catalogue:
        if message.id:
            _refuse_misfit(message)
    compiled = BytesIO()
    try:
        write_mo(compiled, catalogue)
        gettext.GNUTranslations(BytesIO(compiled.getvalue()))
    except LookupError as error:
        raise CatalogueFault(_NO_CATALOGUE) from error
    except (ValueError, OSError, UnicodeError) as error:
        raise CatalogueFault(_PLURAL_FORMS) from error
    return compiled.getvalue()


def _refuse_misfit(message: Message) -> None:
    """Raise where a translation has other gaps than its message, or markup."""
    sources = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    translations = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    # A form of a plural may leave the number out: "a badge".
    spare = frozenset({"%(count)s", "%(num)s"}) if len(sources) > 1 else frozenset()
    for translation in translations:
        if not translation:
            continue
        if _MARKUP.search(translation):
            raise CatalogueFault(f"{_named(message, sources[0])} holds markup; write words alone")
        if found := UNSEEN.search(translation):
            what = f"holds the invisible sign U+{ord(found.group()):04X}; type it again"
            raise CatalogueFault(f"{_named(message, sources[0])} {what}")
        if _gaps(translation) - spare != _gaps(sources[-1]) - spare:
            what = "has other gaps; copy every %(…)s of the message, and write %% for %"
            raise CatalogueFault(f"{_named(message, sources[0])} {what}")


def _named(message: Message, source: str) -> str:
    return f"{message.lineno}: the translation of {quoted(printable(source), limit=60)}"


def _gaps(text: str) -> frozenset[str]:
    return frozenset(found.group() for found in _GAP.finditer(text) if found.group() != "%%")


@lru_cache(maxsize=128)
def _locale(tag: str) -> Locale:
    """Return CLDR's locale for a BCP 47 tag: the whole tag, its first part, or international English."""
    for name in (tag, tag.split("-")[0]):
        try:
            return Locale.parse(_LOCALES.get(name, name.replace("-", "_")))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_001")


@lru_cache(maxsize=8_192)
def _day(interface: str, day: date) -> str:
    return dates.format_date(day, "long", locale=_locale(interface))


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a club.

    Attributes:
        tag: BCP 47, as in ``site.yaml``; texts by authors are shown in it where they have it.
        interface: the language of the interface's words: the same, or English where there is no catalogue.
        translations: the catalogue.
    """

    tag: str
    interface: str = ENGLISH
    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations, repr=False)

    @property
    def direction(self) -> str:
        """In which direction the interface is written: ``rtl`` or ``ltr``."""
        return direction(self.interface)

    @property
    def name(self) -> str:
        """The language's own name for itself, like ``polski``."""
        return str(_locale(self.tag).languages.get(self.tag.replace("-", "_"), "")) or self._name_with_region

    @property
    def _name_with_region(self) -> str:
        locale = _locale(self.tag)
        return locale.get_display_name(locale) or self.tag

    def country(self, code: str) -> str:
        """Return the name of a country by its ISO 3166-1 code, like "Poland"; the code itself where it has none."""
        return str(_locale(self.interface).territories.get(code, code))

    def text(self, message: str, **values: object) -> str:
        """Return a message of the interface, its gaps filled."""
        words = self.translations.gettext(message)
        return words % values if values else words

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the form of a message that belongs to *count*, which also fills the gap ``%(count)s``."""
        return self.translations.ngettext(one, many, count) % {"count": self.number(count), **values}

    def day(self, day: date) -> str:
        """Return a day in words, like 17 May 2026."""
        return _day(self.interface, day)

    def moment(self, moment: datetime) -> str:
        """Return a moment in words, in UTC."""
        return f"{self.day(moment.date())}, {moment:%H:%M} UTC"

    def number(self, number: int | float) -> str:
        """Return a number as it is written."""
        return numbers.format_decimal(number, locale=_locale(self.interface))

    def listed(self, texts: list[str]) -> str:
        """Return texts as an enumeration, like "one, two and three"."""
        return lists.format_list(texts, locale=_locale(self.interface))


PLAIN = Language(ENGLISH)
"""English, for words outside of pages."""
