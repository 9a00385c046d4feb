"""From HTML, style sheet and files to the bytes of a PDF: the one module that knows WeasyPrint.

The same input gives the same bytes, whatever the clock, locale, time zone and folder: no creation date, no random identifier, and the
times of an attachment are those that the caller says. Letters come from font files that are given; a letter that none of them has is
drawn with a font of this computer and remembered in ``Printer.missing``. Nothing is asked of the network: what a template names is
served from the files that came with it, or the template is refused.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from weakref import WeakSet

from pinback.dataclass import dataclass
from pinback.ending import at_end
from pinback.errors import PaperError, printable, quoted
from pinback.limits import MAX_PAPER_MEMORY, MAX_PAPER_SECONDS
from pinback.pages.limited import bounded
from pinback.pages.theme import reason_of

SCHEME = "paper:"
"""What the address of a given file begins with, in templates and style sheets: ``paper:picture``."""
_VARIANT = "pdf/ua-1"
_MOST_DRAWN = 1024
"""Documents that are kept in memory: ``serve`` builds the site after every edit, and drawing one takes a twentieth of a second."""
_drawn: dict[str, bytes | None] = {}
_BOLD = re.compile(r"bold|black|heavy", re.IGNORECASE)
_WEIGHT = re.compile(r"[-_ ]?(?:regular|bold|black|heavy)$")
_INSTALL = 'pip install "pinback[pdf]"'
_PANGO = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (on a Mac: brew install pango)"


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper in millimetres, as it is held upright."""

    width: float
    height: float


PAPERS = {"a4": Paper(210, 297), "letter": Paper(215.9, 279.4)}


@dataclass(frozen=True, slots=True)
class Font:
    """A font file.

    Attributes:
        name: of the file, for messages, like ``NotoSans-Bold.ttf``.
        data: its bytes.
    """

    name: str
    data: bytes

    @property
    def bold(self) -> bool:
        """Whether it is for bold words, as its name says."""
        return bool(_BOLD.search(self.name))

    @property
    def family(self) -> str:
        """The name without what tells the weights of one family apart."""
        return _WEIGHT.sub("", self.name.rpartition("/")[2].rpartition(".")[0].lower())


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF.

    Attributes:
        name: file name, ASCII.
        data: its bytes, which stay as they are.
        description: one sentence, for the reader's list of attachments.
        moment: when it was made; the PDF says so.
    """

    name: str
    data: bytes
    description: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it is drawn.

    Attributes:
        html: the page, finished.
        files: bytes by name, which the page calls ``paper:<name>``, each with its media type.
        attachments: what the PDF carries.
    """

    html: str
    files: Mapping[str, tuple[bytes, str]]
    attachments: Sequence[Attachment] = ()


class _Tools:
    """Fonts and style sheet, in the process that made them. The fonts lie in a temporary folder, which goes with the object."""

    def __init__(self, fonts: Any, css: Any) -> None:  # noqa: ANN401 - both are WeasyPrint's
        self.fonts, self.css, self.process = fonts, css, os.getpid()
        _all_tools.add(self)

    def close(self) -> None:
        """Remove the folder. What was drawn refers to the fonts in rings, so letting go of them is not enough."""
        self.fonts.__del__()


_all_tools: WeakSet[_Tools] = WeakSet()
_inherited: list[_Tools] = []
"""Those of the process that this one was forked from. Their folders are that one's, and taking them apart asks its threads."""


def _close_all() -> None:
    for tools in list(_all_tools):
        tools.close()


def _disinherit() -> None:
    _inherited.extend(_all_tools)
    _all_tools.clear()


at_end(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_disinherit)


class Printer:
    """What draws documents with one style sheet on one paper; made once and used for many.

    Attributes:
        missing: letters that no given font has, in the order in which they were met.
    """

    def __init__(
        self,
        style: str,
        style_file: str,
        paper: Paper,
        fonts: Sequence[Font],
        turned: bool = False,
        colour: str = "#0b5c8a",
    ) -> None:
        """Read style sheet and fonts.

        Args:
            style: CSS.
            style_file: its name, for messages.
            paper: the size of a page.
            fonts: asked for each letter in this order.
            turned: whether the page is wider than high.
            colour: of the club, ``#rrggbb``, dark enough for text on white.

        Raises:
            PaperError: WeasyPrint or pango is missing, a font cannot be read, or the style sheet asks for what is not there.
        """
        self._weasyprint = _weasyprint()
        self.missing: dict[str, None] = {}
        self._style_file = style_file
        self._letters = frozenset[int]().union(*(_letters(font) for font in fonts))
        self._fetcher = _fetcher()
        self._files = {f"font-{number}": (font.data, "font/ttf") for number, font in enumerate(fonts)}
        width, height = (paper.height, paper.width) if turned else (paper.width, paper.height)
        self._text = _preamble(fonts, width, height, colour) + style
        self._key = sha256(self._text.encode("utf-8") + b"".join(sha256(font.data).digest() for font in fonts)).digest()
        self._tools: _Tools | None = None
        with self._bounded():
            self._style()
        self._refuse_foreign()

    def pdf(self, draft: Draft, pages: int = 0) -> bytes | None:
        """Return a document as PDF, or None where it does not come on the wanted number of pages.

        Args:
            draft: the document.
            pages: how many it shall have, or 0 for as many as it takes.

        Raises:
            PaperError: the template asks for a file that it was not given.
        """
        key = self._key_of(draft, pages)
        if key not in _drawn:
            if len(_drawn) >= _MOST_DRAWN:
                _drawn.clear()
            with self._bounded():
                made = self._draw(draft, pages)
            _drawn[key] = made
        return _drawn[key]

    @contextlib.contextmanager
    def _bounded(self) -> Iterator[None]:
        """Stop what goes on for ever, and name the file of a club's own where WeasyPrint cannot do what it asks for."""
        try:
            with bounded(MAX_PAPER_SECONDS, MAX_PAPER_MEMORY):
                yield
        except PaperError:
            raise
        except Exception as error:  # sizes without end and rings end in whatever it does with them
            self._refuse_foreign()
            raise PaperError(
                f"theme/{self._style_file}: nothing can be printed with it and the template that goes with it ({reason_of(error)}); "
                "compare both with the default theme"
            ) from error

    def _style(self, fonts: Any = None) -> Any:  # noqa: ANN401 - both are WeasyPrint's
        """Read the style sheet, and with it the fonts that it names."""
        self._fetcher.files = self._files
        return self._weasyprint.CSS(string=self._text, base_url=SCHEME, url_fetcher=self._fetcher, font_config=fonts)

    def _ready(self) -> _Tools:
        """Return fonts and style sheet as this process has them.

        Pango looks for fonts in threads. A forked process has none of them and would wait for their answers without end,
        so it makes its own; and the process that forks makes none unless it draws.
        """
        if self._tools is None or self._tools.process != os.getpid():
            from weasyprint.text.fonts import FontConfiguration

            fonts = FontConfiguration()
            self._tools = _Tools(fonts, self._style(fonts))
            self._refuse_foreign()
        return self._tools

    def _draw(self, draft: Draft, pages: int) -> bytes | None:
        tools = self._ready()
        self._fetcher.files = draft.files
        page = self._weasyprint.HTML(string=draft.html, base_url=SCHEME, url_fetcher=self._fetcher)
        laid_out = page.render(font_config=tools.fonts, stylesheets=[tools.css], pdf_variant=_VARIANT)
        self._refuse_foreign()
        if pages and len(laid_out.pages) != pages:
            return None
        # What a template attaches by itself would carry the time of the clock: nothing more is served from here on.
        self._fetcher.files = {}
        attachments = [
            self._weasyprint.Attachment(
                file_obj=io.BytesIO(one.data),
                name=one.name,
                description=one.description,
                created=one.moment,
                modified=one.moment,
            )
            for one in draft.attachments
        ]
        drawn: bytes = laid_out.write_pdf(pdf_variant=_VARIANT, attachments=attachments, finisher=_associate)
        self._refuse_foreign()
        return drawn

    def _key_of(self, draft: Draft, pages: int) -> str:
        """Return a name for everything that a document is made from."""
        found = sha256(self._key)
        files = [(name, *file) for name, file in sorted(draft.files.items())]
        attached = [(one.name, one.data, one.description, one.moment.isoformat()) for one in draft.attachments]
        found.update(repr((draft.html, files, attached, pages)).encode("utf-8"))
        return found.hexdigest()

    def note_letters(self, text: str) -> None:
        """Remember the letters of a text that no given font has."""
        for letter in unicodedata.normalize("NFC", text):
            if ord(letter) not in self._letters and _is_seen(letter):
                apart = unicodedata.normalize("NFD", letter)
                if any(ord(part) not in self._letters for part in apart):
                    self.missing.setdefault(letter)

    def _refuse_foreign(self) -> None:
        if refused := self._fetcher.refused:
            address = refused[0]
            refused.clear()
            raise PaperError(
                f"theme/{self._style_file}, or the template that goes with it, asks for {quoted(printable(address))}; "
                "a certificate is made of the files that it is given, and asks nobody for more; take it out"
            )


def _weasyprint() -> Any:  # noqa: ANN401 - a module that may be missing
    """Return WeasyPrint, silent.

    Raises:
        PaperError: it is not installed, or pango is not.
    """
    try:
        # Imported here: it takes a third of a second and needs a system library, which only certificates should need.
        import weasyprint
    except ImportError as error:
        raise PaperError(f"certificates need the extra part of Pinback that makes PDF; run: {_INSTALL}") from error
    except OSError as error:
        raise PaperError(f"certificates need the system library pango; run: {_PANGO}") from error
    # It would tell the terminal about CSS that it does not know; what matters is raised by us.
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return weasyprint


def _fetcher() -> Any:  # noqa: ANN401 - its class exists only where WeasyPrint does
    """Return a fetcher that serves given files, and remembers every other address that it was asked for."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Given(URLFetcher):  # type: ignore[misc]
        files: Mapping[str, tuple[bytes, str]] = {}
        refused: list[str] = []

        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ANN401 - see above
            name = url.removeprefix(SCHEME)
            if not url.startswith(SCHEME) or name not in self.files:
                self.refused.append(url)
                raise ValueError(f"{url} is none of the given files")
            data, media_type = self.files[name]
            return URLFetcherResponse(url, data, {"Content-Type": media_type})

    given = Given()
    given.refused = []
    return given


def _preamble(fonts: Sequence[Font], width: float, height: float, colour: str) -> str:
    """Return what stands before every style sheet: size of the page, fonts, and as variables their names and the colour."""
    numbers = {family: number for number, family in enumerate(dict.fromkeys(font.family for font in fonts))}
    families = [f'"paper-{numbers[font.family]}"' for font in fonts]
    faces = [
        f"@font-face {{ font-family: {family}; src: url({SCHEME}font-{number}); font-weight: {'bold' if font.bold else 'normal'} }}\n"
        for number, (family, font) in enumerate(zip(families, fonts, strict=True))
    ]
    return (
        f"@page {{ size: {width}mm {height}mm }}\n"
        + "".join(faces)
        + f":root {{ --fonts: {', '.join([*dict.fromkeys(families), 'sans-serif'])}; --club: {colour} }}\n"
    )


def _letters(font: Font) -> frozenset[int]:
    """Return the code points that a font has.

    Raises:
        PaperError: it cannot be read.
    """
    from fontTools.ttLib import TTFont

    try:
        with TTFont(io.BytesIO(font.data), lazy=True) as opened:
            return frozenset(opened.getBestCmap() or ())
    except Exception as error:  # fontTools promises no single exception for what it cannot read
        raise PaperError(
            f"{printable(font.name)}: this font cannot be read ({type(error).__name__}); take another file"
        ) from error


def _is_seen(letter: str) -> bool:
    """Say whether a character wants to be seen: no space, joiner, variation selector or control."""
    return not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Cc", "Cs", "Cn", "Mn", "Zs")


def _associate(document: object, pdf: Any) -> None:  # noqa: ANN401 - a pydyf.PDF
    """Say of each attachment that it is the data from which the page was made (ISO 32000-2 §14.13, AFRelationship)."""
    import pydyf

    specifications: list[Any] = [one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/Filespec"]
    for one in specifications:
        one["AFRelationship"] = "/Source"
    if specifications:
        pdf.catalog["AF"] = pydyf.Array([one.reference for one in specifications])
