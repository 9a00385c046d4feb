"""The pictures of a club, cleaned, and what words in pictures are drawn with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # To load what draws takes as long as to seal an award, and most sealings draw nothing.
    from pinback.images.fonts import Fonts


class Pictures:
    """Cleaned pictures by path in the club's folder: badges as SVG, logos as they are; and what words in pictures are drawn with."""

    def __init__(
        self, badges: Mapping[str, bytes], logos: Mapping[str, bytes] | None = None, letters: Fonts | None = None
    ) -> None:
        """Hold pictures; without *letters*, words are drawn with the fonts that come along."""
        self._make: Callable[[], Pictures] | None = None
        self._digests: Mapping[str, str] = {}
        self._badges, self._logos, self._letters = badges, logos or {}, letters

    @classmethod
    def later(cls, make: Callable[[], Pictures], badges: Mapping[str, bytes], digests: Mapping[str, str]) -> Pictures:
        """Return pictures that are made when the first of them is asked for.

        Args:
            make: makes all of them.
            badges: those of badges, where they are known already; nothing where they are not.
            digests: what ``digests`` returns of all of them.
        """
        pictures = cls(badges)
        pictures._make, pictures._digests = make, digests
        return pictures

    @cached_property
    def _whole(self) -> Pictures:
        return self._make() if self._make is not None else self

    @property
    def badges(self) -> Mapping[str, bytes]:
        """SVG of each badge's picture."""
        return self._badges or self._whole._badges

    @property
    def logos(self) -> Mapping[str, bytes]:
        """Logos, and pictures among the static files."""
        return self._whole._logos

    @property
    def digests(self) -> Mapping[str, str]:
        """Hex SHA-256 of each picture by its path; where they are remembered, no picture is made for them."""
        if not self._digests:
            whole = (*self.badges.items(), *self.logos.items())
            self._digests = {path: hashlib.sha256(data).hexdigest() for path, data in whole}
        return self._digests

    @property
    def letters(self) -> Fonts:
        """What words in pictures are drawn with."""
        from pinback.images.fonts import shipped

        return self._whole._letters or shipped()
