"""Templates and style sheet: the club's own ``theme/`` first, then the default theme.

The default theme lies inside the installed package, or beside it in a checkout. Template names and their
variables are an interface, described in ``theme/README.md``.

A club's theme may come from a stranger's pull request, so its templates run in Jinja's sandbox: they show the
values they are given and reach nothing else of this computer. What only wastes time or memory is stopped (``limited``).
"""

from __future__ import annotations

import gettext
import marshal
import os
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from traceback import walk_tb
from types import CodeType
from typing import Any

import babel
import jinja2
from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    Undefined,
    pass_eval_context,
)
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pinback.errors import PinbackError, printable
from pinback.files import FileProblem, read_regular
from pinback.limits import MAX_TEMPLATE_REASON as MAX_REASON
from pinback.limits import MAX_THEME_FILE as MAX_FILE
from pinback.pages.bound import Binder
from pinback.pages.kept import kept
from pinback.pages.language import ENGLISH, CatalogueFault, Language, compiled_catalogue, read_catalogue
from pinback.pages.limited import LimitedTemplate, OwnSandbox, TooMuch
from pinback.pages.policy import page_fault, style_faults

STYLE = "style.css"
PRINTED = ("certificate.html", "sheet.html")
"""Templates of papers, which no browser reads."""


class ThemeProblem(PinbackError):
    """A template of the club's own theme cannot be used."""

    exit_code = 1


def default_theme() -> Path:
    """Return the folder of the default theme."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "theme"
    return inside if inside.is_dir() else package.parent / "theme"


def club_theme(root: Path) -> Theme:
    """Return the theme of the club in the folder *root*: its own files first, where it has some.

    Raises:
        ThemeProblem: the folder ``theme`` is a link.
    """
    own = root / "theme"
    return Theme(own if own.is_dir() or own.is_symlink() else None)


class Theme:
    """The templates of one club.

    Attributes:
        has_own_templates: whether the club has one of its own, so that pages need not be as the default theme makes them.
    """

    def __init__(self, own: Path | None) -> None:
        """Look in *own* first, where a club has such a folder.

        Raises:
            ThemeProblem: the folder is a link.
        """
        if own is not None and own.is_symlink():
            raise ThemeProblem("theme: this folder is a link; replace it by the folder itself, links are not followed")
        self._folders = [folder for folder in (own, default_theme()) if folder is not None and folder.is_dir()]
        self._own = self._folders[0] if len(self._folders) > 1 else None
        self.has_own_templates = self._own is not None and any(self._own.glob("*.html"))
        self._environments: dict[str, Environment] = {}
        self._languages: dict[str, Language] = {}

    def language(self, tag: str) -> Language:
        """Return a language with its catalogue: of the tag, else of the tag's first part, else English.

        Raises:
            ThemeProblem: the catalogue cannot be used.
        """
        if tag not in self._languages:
            self._languages[tag] = self._read_language(tag)
        return self._languages[tag]

    def tags(self) -> tuple[str, ...]:
        """Return the languages that have words: English, and each one with a catalogue, in the order of their tags."""
        found = {path.stem for folder in self._folders for path in (folder / "locale").glob("*.po")}
        return (ENGLISH, *sorted(found - {ENGLISH}))

    def _read_language(self, tag: str) -> Language:
        for name in dict.fromkeys((tag, tag.split("-")[0])):
            file = f"locale/{name}.po"
            if (data := _read(self._folders, file)) is not None:
                try:
                    return Language(tag, name, self._catalogue(name, file, data))
                except CatalogueFault as error:
                    raise ThemeProblem(f"theme/{printable(file)}:{error}") from error
            if name == ENGLISH:
                break
        return Language(tag)

    def _catalogue(self, name: str, file: str, data: bytes) -> gettext.GNUTranslations:
        if not _is_default(self._folders, file):
            return read_catalogue(name, data)
        compiled = kept(file, f"Babel {babel.__version__}", data, lambda: compiled_catalogue(name, data))
        return gettext.GNUTranslations(BytesIO(compiled))

    def _environment(self, language: Language) -> Environment:
        """Return the environment of the templates with the words of a language."""
        if language.interface not in self._environments:
            self._environments[language.interface] = self._made(language, ImmutableSandboxedEnvironment)
        return self._environments[language.interface]

    def _made(self, language: Language, kind: type[Environment]) -> Environment:
        if self.has_own_templates and kind is ImmutableSandboxedEnvironment:
            kind = OwnSandbox
        environment = kind(
            loader=_Loader(self._folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            extensions=["jinja2.ext.i18n"],
            finalize=_shown if self.has_own_templates else None,
        )
        if self.has_own_templates:
            environment.template_class = LimitedTemplate
        # Both draw lots, and the same club makes the same pages; the one also makes as much text as is asked of it.
        del environment.globals["lipsum"], environment.filters["random"]
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_translations(language.translations, newstyle=True)  # type: ignore[attr-defined]
        environment.globals["gettext"] = environment.globals["_"] = _gettext(language.translations)
        return environment

    def binder(self, name: str, language: Language, value: str, lists: Iterable[str], also: Iterable[str]) -> Binder:
        """Return a template that can be bound (see ``Binder``), its words in a language."""
        return Binder(lambda kind: self._made(language, kind), name, value, lists, also, self._keep_bound)

    def _keep_bound(self, name: str, made_by: str, source: str, make: Callable[[], bytes]) -> bytes:
        return kept(f"bound-{name}", made_by, source.encode(), make) if _is_default(self._folders, name) else make()

    def render(self, name: str, values: dict[str, object], language: Language) -> bytes:
        """Return a page, its words in a language.

        Raises:
            ThemeProblem: the template has a mistake.
        """
        try:
            text = self._environment(language).get_template(name).render(values)
            self.refuse_unsafe(name, text)
            return text.encode("utf-8")
        except ThemeProblem:
            raise
        except Exception as error:  # a template can raise whatever an expression can
            raise _unusable(error, name) from error

    def refuse_unsafe(self, name: str, page: str) -> None:
        """Refuse a page that asks of a browser what no page may, where the club has templates of its own.

        Args:
            name: its template; those of certificates and sheets are read by no browser.
            page: the whole of it.

        Raises:
            ThemeProblem: it does; names the template that is at fault, as well as can be known.
        """
        if not self.has_own_templates or name in PRINTED:
            return
        if fault := page_fault(page, checking=name == "verify.html", forwarding=name == "forward.html"):
            raise ThemeProblem(f"{self._at_fault(name, fault.signs)}: {printable(fault.what)}; {fault.cure}")

    def _at_fault(self, name: str, signs: str) -> str:
        """Return the place in the club's own templates that holds *signs*: that of the page first, then what all pages share."""
        assert self._own is not None
        own = [path.name for path in sorted(self._own.glob("*.html"))]
        names = [one for one in dict.fromkeys((name, "base.html", "parts.html", *own)) if one in own]
        for one in names:
            text = (_read([self._own], one) or b"").decode("utf-8", "replace")
            before, found, _ = text.partition(signs)
            if found:
                return printable(f"theme/{one}:{before.count(chr(10)) + 1}")
        return printable(f"theme/{names[0]}")

    def check(self) -> None:
        """Read templates and style sheets that the club has of its own, as a build would.

        What a template makes of the club, and whether a name in it is known, shows when its pages are made.

        Raises:
            ThemeProblem: at least one cannot be used; one line for each.
        """
        if self._own is None:
            return
        environment = self._environment(Language(ENGLISH))
        steps: list[Callable[[], object]] = [
            *(partial(self._template, environment, name) for name in _named(self._own, "*.html")),
            *(partial(self.asset, name) for name in _named(self._own, "*.css")),
        ]
        problems = []
        for step in steps:
            try:
                step()
            except ThemeProblem as error:
                problems.append(str(error))
        if problems:
            raise ThemeProblem("\n".join(problems))

    def _template(self, environment: Environment, name: str) -> Template:
        """Return a template that can be used.

        Raises:
            ThemeProblem: it cannot be.
        """
        try:
            return environment.get_template(name)
        except ThemeProblem:
            raise
        except Exception as error:  # what Jinja meets in it can raise whatever Python's compiler can
            raise _unusable(error, name) from error

    def asset(self, name: str) -> bytes:
        """Return a file of the theme as it is.

        Raises:
            ThemeProblem: the club's own file cannot be read, or is a style sheet that asks other hosts.
            FileProblem: there is no such file.
        """
        data = _read(self._folders, name)
        if data is not None and name.endswith(".css") and self._own is not None and (self._own / name).exists():
            for line, what in style_faults(_as_text(name, data)):
                raise ThemeProblem(
                    f"theme/{printable(name)}:{line}: {printable(what)}; pages ask no other host, put the file into site_src/static"
                )
        if data is None:
            raise FileProblem(f"theme/{name}: this file is missing; install pinback again")
        return data


def _shown(value: object) -> object:
    """Return a value that a template shows; nothing that is named by its place in memory, which is another one at each build."""
    if isinstance(value, str | Undefined) or not (callable(value) or hasattr(value, "__next__")):
        return value
    hint = "write brackets behind its name" if callable(value) else "write |list or |join behind it"
    raise TemplateRuntimeError(f"it shows a {type(value).__name__}, not what that gives: {hint}")


def _gettext(translations: gettext.NullTranslations) -> Callable[..., str]:
    """Return what translates messages of templates as Jinja's own does ("newstyle").

    A page has some hundred messages. Jinja's own asks for the whole context, of which a copy is made for each wherever a block has set a
    name; and each is translated once.
    """

    @lru_cache(maxsize=_MOST_MESSAGES)
    def translated(message: str) -> Markup:
        # Safe: a message of a template, or from a catalogue; what fills its gaps is escaped.
        return Markup(translations.gettext(message))

    @lru_cache(maxsize=_MOST_MESSAGES)
    def without_gaps(message: str) -> Markup:
        return translated(message) % {}

    @pass_eval_context
    def translate(context: EvalContext, message: str, /, **values: object) -> str:
        if not context.autoescape:
            return translations.gettext(message) % values
        return translated(message) % values if values else without_gaps(message)

    return translate


_MOST_MESSAGES = 2_000
_MOST_COMPILED = 200
_COMPILED: dict[tuple[type[Environment], str, str], CodeType] = {}
"""Compiled templates by what compiled them, name and text; a preview that goes on for days keeps no more than some."""


class _Loader(BaseLoader):
    """Templates of the first folder that has them, read like every other file of a stranger."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        """Return a template: compiled now, or in an earlier run where it is of the default theme."""
        source, file, _ = self.get_source(environment, name)
        # The same code for every language: words are looked up when a page is made.
        key = (type(environment), name, source)
        if key not in _COMPILED:
            if len(_COMPILED) >= _MOST_COMPILED:
                _COMPILED.clear()
            plain = type(environment) in (ImmutableSandboxedEnvironment, OwnSandbox)
            if plain and _is_default(self._folders, name):
                by = f"Jinja {jinja2.__version__}"
                data = kept(name, by, source.encode(), lambda: marshal.dumps(environment.compile(source, name, file)))
                _COMPILED[key] = marshal.loads(data)
            else:
                _COMPILED[key] = environment.compile(source, name, file)
        return environment.template_class.from_code(environment, _COMPILED[key], {} if globals is None else globals)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        """Return a template's text, and the name that it has in tracebacks."""
        data = _read(self._folders, template)
        if data is None:
            raise TemplateNotFound(template)
        return _as_text(template, data), f"theme/{template}", None


def _as_text(name: str, data: bytes) -> str:
    """Return the text of a file; a browser would read one with another byte order mark in another way."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ThemeProblem(
            f"theme/{printable(name)}:{line}: this is not text in UTF-8; save the file in UTF-8"
        ) from error


def _read(folders: Sequence[Path], name: str) -> bytes | None:
    """Return a file of the first folder that has it; a file behind a link is refused, not passed over."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or any(sign in name for sign in "\\\0:"):
        return None
    for folder in folders:
        path = folder.joinpath(*parts)
        if not os.path.lexists(path):
            continue
        try:
            _refuse_links(folder, parts)
            return read_regular(path, MAX_FILE)
        except FileProblem as error:
            raise ThemeProblem(f"theme/{printable(name)}: {error}") from error
    return None


def _is_default(folders: Sequence[Path], name: str) -> bool:
    """Tell whether a file that is there comes from the default theme: neither from a club's own nor from one that is both."""
    first = next(folder for folder in folders if os.path.lexists(folder / name))
    return len(folders) == 1 or (first == folders[-1] and not first.samefile(folders[0]))


def _refuse_links(folder: Path, parts: Sequence[str]) -> None:
    for count in range(1, len(parts)):
        if folder.joinpath(*parts[:count]).is_symlink():
            raise FileProblem("a folder above this file is a link; replace it by the folder itself")


def _named(folder: Path, pattern: str) -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


def _unusable(error: Exception, name: str) -> ThemeProblem:
    return ThemeProblem(
        f"{_place(error, name)}: this template cannot be used ({reason_of(error)}); compare it with the default theme"
    )


def _place(error: Exception, name: str) -> str:
    """Return file and line of the innermost template that *error* went through, or the page's template."""
    if isinstance(error, TemplateSyntaxError):
        return printable(f"theme/{error.name or name}:{error.lineno}")
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    templates = [f"{file}:{line}" for file, line in places if file.startswith("theme/")]
    return printable(templates[-1] if templates else f"theme/{name}")


def reason_of(error: Exception) -> str:
    """Return what went wrong, in one line of bounded length."""
    if isinstance(error, TemplateNotFound):
        text = f"there is no template {error.name}"
    elif isinstance(error, MemoryError):
        text = "it takes too much memory"
    elif isinstance(error, TooMuch):
        text = str(error)
    elif isinstance(error, TemplateError):
        text = error.message or type(error).__name__
    else:
        text = f"{type(error).__name__}: {error}"
    text = printable(" ".join(text.split())).rstrip(".")
    return text if len(text) <= MAX_REASON else text[: MAX_REASON - 1] + "…"
