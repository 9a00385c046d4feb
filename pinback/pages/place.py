"""Where a page stands: its links to other pages and files, and its published address.

The first language of a site has its pages at the root; each other language has the same pages below a folder of its name.
Files (documents, pictures, lists) lie once, whatever the language of the page that links to them.
"""

from __future__ import annotations

from pinback.addresses import Addresses, page_in
from pinback.dataclass import dataclass


def relative(page: str, path: str) -> str:
    """Return the link from one page's path to another path of the site.

    Folders' pages are named whole (``…/index.html``), so that a site also works when it is opened from a
    disk; canonical addresses leave that out.
    """
    here, there = page.split("/")[:-1], path.split("/")
    shared = 0
    while shared < len(here) and shared < len(there) - 1 and here[shared] == there[shared]:
        shared += 1
    return "/".join([*[".."] * (len(here) - shared), *there[shared:]])


@dataclass(frozen=True, slots=True)
class Where:
    """A page's own place, from which it links.

    Attributes:
        path: of the page as if the site had one language, like ``badges/knots/index.html``.
        site: addresses of the site.
        folder: of the page's language: "" for the first of the site, else like ``pl``.
        absolute: whether links begin at the root of the host.
    """

    path: str
    site: Addresses
    folder: str = ""
    absolute: bool = False

    @property
    def own_path(self) -> str:
        """The path of the page's file."""
        return page_in(self.folder, self.path)

    def link(self, path: str) -> str:
        """Return the link to a page in the same language, or to a file.

        The page 404 is shown at any depth, so its links are absolute.
        """
        return self.root_link(page_in(self.folder, _whole(path)))

    def root_link(self, path: str) -> str:
        """Return the link to a path that is whole already: a page of a language that its folder names, or a file."""
        path = _whole(path)
        return self.site.base_path + path if self.absolute else relative(self.own_path, path)

    def url(self, path: str) -> str:
        """Return the published address of a page in the same language, or of a file."""
        return self.site.url(page_in(self.folder, _whole(path)))

    def root_url(self, path: str) -> str:
        """Return the published address of a path that is whole already."""
        return self.site.url(path)


def _whole(path: str) -> str:
    return path + "index.html" if path.endswith("/") else path
